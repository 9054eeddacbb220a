"""References to container images."""

import re

import msgspec

REFERENCE = re.compile(
    r"(?P<name>[^\s@]+?)(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>[a-z0-9]+:[0-9a-fA-F]{32,}))?"
)

STORES = {
    "redis": "cache",
    "valkey": "cache",
    "memcached": "cache",
    "postgres": "database",
    "postgresql": "database",
    "mysql": "database",
    "mariadb": "database",
    "mongo": "database",
    "mongodb": "database",
    "cassandra": "database",
    "couchdb": "database",
    "neo4j": "database",
    "influxdb": "database",
    "cockroach": "database",
    "mssql": "database",
    "clickhouse-server": "database",
    "etcd": "database",
    "elasticsearch": "search-index",
    "opensearch": "search-index",
    "solr": "search-index",
    "rabbitmq": "queue",
    "kafka": "queue",
    "cp-kafka": "queue",
    "nats": "queue",
    "activemq": "queue",
    "zookeeper": "database",
    "minio": "object-store",
    "vault": "vault",
    "registry": "registry",
    "loki": "log",
}
GATEWAYS = ("nginx", "traefik", "haproxy", "envoy", "caddy", "httpd", "kong", "nginx-proxy", "edge-router")


class Image(msgspec.Struct, frozen=True):
    """An image: `name` with its registry, `tag` and `digest` empty where not given."""

    name: str
    tag: str = ""
    digest: str = ""

    @property
    def short(self) -> str:
        """The last part of its name: `redis` of `docker.io/library/redis`."""
        return self.name.rpartition("/")[2]

    @property
    def pinned(self) -> bool:
        """Whether it is fixed by a digest."""
        return bool(self.digest)

    @property
    def kind(self) -> str:
        """The kind of element that a container of it is, for well-known programs; a service for others."""
        return STORES.get(self.short.lower(), "gateway" if self.short.lower() in GATEWAYS else "service")


def image(reference: str) -> Image | None:
    """An image of a reference, None for what is none or holds something to interpolate."""
    match = REFERENCE.fullmatch(reference.strip())
    if match is None or "$" in reference or "{" in reference:
        return None
    return Image(match["name"], match["tag"] or "", match["digest"] or "")
