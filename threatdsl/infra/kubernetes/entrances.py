"""Entrances from outside: Ingress, the Gateway API and Istio's gateways; and hosts elsewhere that a mesh knows."""

from collections.abc import Iterator

import msgspec

from threatdsl.infra.infrastructure import Element, Flow, Resource
from threatdsl.infra.kubernetes.objects import Object, Objects
from threatdsl.infra.kubernetes.services import Services, from_anybody
from threatdsl.infra.tree import Node

ISTIO, GATEWAY_API = "istio.io/", "gateway.networking.k8s.io/"


def entrances(objects: Objects, services: Services) -> Iterator[Flow]:
    """What anybody can reach through an entrance, and by which resource."""
    for ingress in objects.of("Ingress"):
        yield from _of_ingress(ingress, services)
    gateways = {(one.name, one.namespace): one for one in objects.of("Gateway")}
    for route in objects.of("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"):
        parents = _items(route.node, "spec", "parentRefs")
        for parent in parents:
            namespace = parent.text_at("namespace") or route.namespace
            gateway = gateways.get((parent.text_at("name"), namespace))
            protocol = _listener(gateway) if gateway is not None else ""
            backends = [b for rule in _items(route.node, "spec", "rules") for b in _items(rule, "backendRefs")]
            for backend in backends:
                host, port = backend.text_at("name"), backend.text_at("port")
                yield from _to(
                    services, host, backend.text_at("namespace") or route.namespace, route, backend, protocol, port
                )
    for virtual in objects.of("VirtualService"):
        yield from _of_virtual_service(virtual, gateways, services)


def _of_ingress(ingress: Object, services: Services) -> Iterator[Flow]:
    secured = {host.text for one in _items(ingress.node, "spec", "tls") for host in _items(one, "hosts")}
    everywhere = any(not _items(one, "hosts") for one in _items(ingress.node, "spec", "tls"))
    default = ingress.node.at("spec", "defaultBackend") or ingress.node.at("spec", "backend")
    rules = [
        (rule.text_at("host"), path)
        for rule in _items(ingress.node, "spec", "rules")
        for path in _items(rule, "http", "paths")
    ]
    backends = [(host, path.at("backend")) for host, path in rules] + [("", default)]
    for host, backend in backends:
        if backend is not None:
            name = backend.text_at("service", "name") or backend.text_at("serviceName")
            protocol = "https" if everywhere or host in secured else "http"
            port = "443" if protocol == "https" else "80"
            yield from _to(services, name, ingress.namespace, ingress, backend, protocol, port)


def _of_virtual_service(virtual: Object, gateways: dict[tuple[str, str], Object], services: Services) -> Iterator[Flow]:
    for item in _items(virtual.node, "spec", "gateways"):
        namespace, slash, name = item.text.rpartition("/")
        gateway = gateways.get((name, namespace if slash else virtual.namespace))
        servers = _items(gateway.node, "spec", "servers") if gateway is not None else ()
        protocol = servers[0].text_at("port", "protocol").lower() if servers else ""
        port = servers[0].text_at("port", "number") if servers else ""
        for kind in ("http", "tls", "tcp"):
            for rule in _items(virtual.node, "spec", kind):
                for route in _items(rule, "route"):
                    host = route.text_at("destination", "host")
                    stated = protocol if protocol in ("http", "https", "grpc", "tls") else ""
                    yield from _to(services, host, virtual.namespace, virtual, route, stated, port)


def _to(
    services: Services, host: str, namespace: str, by: Object, node: Node, protocol: str, port: str
) -> Iterator[Flow]:
    service = services.named(host, namespace) if host else None
    for workload in service.behind if service is not None else ():
        flow = from_anybody(workload, by.resources[0].name, by.span(node), port, protocol)
        yield msgspec.structs.replace(flow, resources=by.resources)


def _listener(gateway: Object) -> str:
    """The protocol of a gateway's listeners: http as soon as one of them is."""
    found = {listener.text_at("protocol").lower() for listener in _items(gateway.node, "spec", "listeners")}
    return next((name for name in ("http", "https", "tls") if name in found), "")


def hosts_of_mesh(objects: Objects) -> Iterator[Element]:
    """The hosts elsewhere that an Istio ServiceEntry names."""
    for entry in objects.of("ServiceEntry"):
        hosts = [item.text for item in _items(entry.node, "spec", "hosts") if item.text]
        if hosts:
            yield Element(key=entry.key, title=", ".join(hosts), resources=entry.resources, kind="external")


def used(flows: Iterator[Flow]) -> frozenset[Resource]:
    """The resources that flows rest on."""
    return frozenset(resource for flow in flows for resource in flow.resources)


def _items(node: Node, *path: str) -> tuple[Node, ...]:
    found = node.at(*path)
    return found.items if found is not None else ()
