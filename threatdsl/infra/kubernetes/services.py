"""Services: which workloads stand behind a name, and which of them anybody can reach."""

from collections.abc import Iterator

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.infra.infrastructure import INTERNET, Flow, Rests
from threatdsl.infra.kubernetes.objects import Object, Objects
from threatdsl.infra.kubernetes.pods import containers
from threatdsl.infra.tree import Node

PUBLISHED = ("LoadBalancer", "NodePort")
# Annotations with which providers keep a balancer inside: AWS (two generations), Azure, Google (two), OpenStack.
INTERNAL = {
    "service.beta.kubernetes.io/aws-load-balancer-internal": ("true", "0.0.0.0/0"),
    "service.beta.kubernetes.io/aws-load-balancer-scheme": ("internal",),
    "service.beta.kubernetes.io/azure-load-balancer-internal": ("true",),
    "networking.gke.io/load-balancer-type": ("internal",),
    "cloud.google.com/load-balancer-type": ("internal",),
    "service.beta.kubernetes.io/openstack-internal-load-balancer": ("true",),
}
PROTOCOLS = (
    "https",
    "http",
    "grpcs",
    "grpc",
    "tls",
    "mysql",
    "postgres",
    "redis",
    "mongodb",
    "amqp",
    "kafka",
    "mqtt",
    "nats",
)
ALSO = {
    "http2": "http",
    "h2c": "http",
    "http-web": "http",
    "grpc-web": "grpc",
    "mongo": "mongodb",
    "postgresql": "postgres",
}


class Service(msgspec.Struct, frozen=True):
    """A Service and the workloads that its selector means."""

    object: Object
    behind: tuple[Object, ...]

    def port(self, number: str) -> Node | None:
        """The port of a number or a name; the only port there is where none is asked for."""
        listed = self.object.node.at("spec", "ports")
        ports = listed.items if listed is not None else ()
        found = (port for port in ports if number in (port.text_at("port"), port.text_at("name")))
        return next(found, ports[0] if len(ports) == 1 and not number else None)


class Services:
    """All Services, by the names that a pod finds them under."""

    def __init__(self, objects: Objects) -> None:
        self.all = tuple(
            Service(one, objects.selected(one.node.at("spec", "selector"), one.namespace))
            for one in objects.of("Service")
        )
        self._named = {(s.object.name.lower(), s.object.namespace): s for s in self.all}

    def named(self, host: str, namespace: str) -> Service | None:
        """The Service of a host as a pod of a namespace resolves it: cart, cart.shop, cart.shop.svc.cluster.local."""
        name, _, rest = host.rstrip(".").partition(".")
        parts = rest.split(".") if rest else [namespace]
        if parts[1:2] not in ([], ["svc"]):
            return None
        return self._named.get((name, parts[0]))

    def notes(self) -> Iterator[Diagnostic]:
        """Services that lead nowhere: a label is one letter off."""
        for service in self.all:
            selector = service.object.node.at("spec", "selector")
            if selector is not None and selector.entries and not service.behind:
                message = f"{service.object.resources[0].name} selects no workload of these files"
                yield Diagnostic(
                    "TM0803", Severity.WARNING, message, service.object.span(selector), label="leads nowhere"
                )

    def published(self) -> Iterator[Flow]:
        """What anybody can reach through a Service, a port each."""
        for service in self.all:
            kind = service.object.node.at("spec", "type")
            if kind is None or kind.text not in PUBLISHED or _is_internal(service.object):
                continue
            listed = service.object.node.at("spec", "ports")
            for port in listed.items if listed is not None else ():
                for workload in service.behind:
                    yield from_anybody(
                        workload,
                        f"{service.object.resources[0].name} is a {kind.text}",
                        service.object.span(kind if len(listed.items if listed else ()) == 1 else port),
                        port.text_at("port"),
                        protocol_of(port),
                    )


def host_ports(workload: Object) -> Iterator[Flow]:
    """What anybody can reach through a port of the node."""
    for container in containers(workload):
        listed = container.at("ports")
        for port in listed.items if listed is not None else ():
            number = port.at("hostPort")
            if number is not None and number.text:
                why = f"port {number.text} of its node leads to it"
                yield from_anybody(workload, why, workload.span(number), number.text, protocol_of(port))


def from_anybody(workload: Object, why: str, span: Span, port: str, protocol: str) -> Flow:
    """A flow from the internet."""
    return Flow(
        key=f"{INTERNET}->{workload.key}:{port}:{why}",
        title="",
        resources=(),
        source=INTERNET,
        target=workload.key,
        rests=Rests.ALLOWED,
        span=span,
        protocol=protocol,
        port=port,
        why=why,
    )


def protocol_of(port: Node | None) -> str:
    """The protocol that a port states by `appProtocol` or its name (`http-metrics`), empty where it states none."""
    if port is None:
        return ""
    for word in (port.text_at("appProtocol").rpartition("/")[2], port.text_at("name")):
        plain = word.lower()
        if plain in ALSO:
            return ALSO[plain]
        found = next((name for name in PROTOCOLS if plain == name or plain.startswith(f"{name}-")), "")
        if found:
            return found
    return ""


def _is_internal(service: Object) -> bool:
    annotations = service.node.at("metadata", "annotations")
    entries = annotations.entries if annotations is not None else {}
    return any(name in entries and entries[name].text.lower() in values for name, values in INTERNAL.items())
