"""Calls: a variable, an argument or a mounted setting of one workload names another, or a host elsewhere."""

from collections.abc import Iterator

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.infra.addresses import Address, addresses, names_a_host
from threatdsl.infra.infrastructure import HOST, Element, Flow, Rests
from threatdsl.infra.kubernetes.objects import Object, Objects
from threatdsl.infra.kubernetes.pods import containers
from threatdsl.infra.kubernetes.services import Services, protocol_of
from threatdsl.infra.protocols import by_scheme
from threatdsl.infra.tree import Node


class Setting(msgspec.Struct, frozen=True):
    """A text that a container is given: a variable by its name, or an argument."""

    name: str
    value: str
    span: Span


def calls(objects: Objects, services: Services) -> tuple[tuple[Flow, ...], tuple[Element, ...]]:
    """The calls that settings name, each pair of ends and port once, and the hosts elsewhere that are called."""
    flows: dict[str, Flow] = {}
    hosts: dict[str, Element] = {}
    for workload in objects.workloads:
        for setting in _settings(objects, workload):
            for address in addresses(setting.value):
                for flow in _flows(workload, setting, address, services, hosts):
                    flows.setdefault(flow.key, flow)
    return tuple(flows.values()), tuple(hosts.values())


def _flows(
    workload: Object, setting: Setting, address: Address, services: Services, hosts: dict[str, Element]
) -> Iterator[Flow]:
    service = services.named(address.host, workload.namespace)
    if service is not None and (not address.bare or "." in address.host or names_a_host(setting.name)):
        port = service.port(address.port)
        protocol = by_scheme(address.scheme) or protocol_of(port)
        number = address.port or (port.text_at("port") if port is not None else "")
        for target in service.behind:
            if target is not workload:
                yield _flow(workload, target.key, setting, number, protocol)
    elif service is None and not address.bare:
        key = f"{HOST}{address.host}"
        hosts.setdefault(key, Element(key=key, title=address.host, resources=(), kind="external"))
        yield _flow(workload, key, setting, address.port, by_scheme(address.scheme))


def _flow(workload: Object, target: str, setting: Setting, port: str, protocol: str) -> Flow:
    return Flow(
        key=f"{workload.key}->{target}:{port}",
        title="",
        resources=(),
        source=workload.key,
        target=target,
        rests=Rests.REFERENCED,
        span=setting.span,
        protocol=protocol,
        port=port,
        why=setting.name,
    )


def _settings(objects: Objects, workload: Object) -> Iterator[Setting]:
    maps = {(one.name, one.namespace): one for one in objects.of("ConfigMap")}
    for container in containers(workload):
        for variable in _items(container, "env"):
            name = variable.text_at("name")
            value = variable.at("value")
            if value is not None:
                yield Setting(f"variable {name}", value.text, workload.span(value))
            reference = variable.at("valueFrom", "configMapKeyRef")
            if reference is not None:
                yield from _of_map(maps.get((reference.text_at("name"), workload.namespace)), reference.text_at("key"))
        for source in _items(container, "envFrom"):
            yield from _of_map(maps.get((source.text_at("configMapRef", "name"), workload.namespace)), "")
        for where in ("command", "args"):
            for item in _items(container, where):
                flag, _, given = item.text.rpartition("=")
                yield Setting(f"argument {flag}".strip(), given, workload.span(item))


def _of_map(map_: Object | None, key: str) -> Iterator[Setting]:
    """The settings of a ConfigMap, or the one of a key."""
    data = map_.node.at("data") if map_ is not None else None
    for name, value in (data.entries if data is not None else {}).items():
        if map_ is not None and key in ("", name):
            yield Setting(f"variable {name} of ConfigMap/{map_.name}", value.text, map_.span(value))


def _items(node: Node, name: str) -> tuple[Node, ...]:
    found = node.at(name)
    return found.items if found is not None else ()
