"""Protocols of the language for what addresses and ports state."""

SCHEMES = {
    "http": "http", "https": "https", "ws": "ws", "wss": "wss", "grpc": "grpc", "grpcs": "grpcs",
    "redis": "redis", "rediss": "rediss", "amqp": "amqp", "amqps": "amqps", "mqtt": "mqtt", "mqtts": "mqtts",
    "postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlserver": "sqlserver",
    "mongodb": "mongodb", "mongodb+srv": "mongodb", "kafka": "kafka", "nats": "nats", "tls": "tls",
    "ldap": "ldap", "ldaps": "ldaps", "smtp": "smtp", "smtps": "smtps", "ftp": "ftp", "sftp": "sftp", "ssh": "ssh",
    "memcached": "memcached",
}  # fmt: skip


def by_scheme(scheme: str) -> str:
    """The protocol of a URL's scheme, empty where the scheme says nothing of it (`tcp`)."""
    return SCHEMES.get(scheme.lower(), "")
