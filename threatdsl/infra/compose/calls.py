"""Who calls whom in a compose project, and what anybody can reach."""

from collections.abc import Iterator

from threatdsl.infra.addresses import Address, addresses, names_a_host
from threatdsl.infra.compose.project import Project, Service, Setting
from threatdsl.infra.infrastructure import HOST, INTERNET, Element, Flow, Rests
from threatdsl.infra.protocols import by_scheme
from threatdsl.infra.tree import Node

LOOPBACK = ("127.", "localhost", "::1", "[::1]")


def published(service: Service) -> Iterator[Flow]:
    """The ports that the host opens to everybody; one that is bound to the host itself is not."""
    for item in service.items("ports"):
        port = _published(item)
        if port is not None:
            why = f"port {port} of the host leads to it" if port else "a port of the host leads to it"
            yield _flow(INTERNET, service.key, item, Rests.ALLOWED, port=port, why=why)


def _published(item: Setting) -> str | None:
    """The port that a mapping opens to everybody, empty where it is not known; None where it opens none."""
    entries = item.node.entries
    if entries:
        host = item.node.text_at("host_ip")
        port = item.node.text_at("published") or item.node.text_at("target")
    else:
        text = item.text
        if text is None:
            return ""
        left, _, target = text.partition("/")[0].rpartition(":")
        host, _, port = left.rpartition(":")
        port = port or target
    return None if host.startswith(LOOPBACK) else port if port.replace("-", "").isdecimal() else ""


def calls(project: Project) -> tuple[tuple[Flow, ...], tuple[Element, ...]]:
    """The calls that links, variables, commands and loggers name, and the hosts elsewhere that are called.

    `depends_on` is an order, and no call.
    """
    names = _names(project)
    flows: dict[str, Flow] = {}
    hosts: dict[str, Element] = {}
    for service in project.services:
        for link in service.items("links"):
            target = names.get((link.text or "").partition(":")[0].lower())
            if target is not None and target is not service:
                flow = _flow(service.key, target.key, link, Rests.REFERENCED, why="a link")
                flows.setdefault(flow.key, flow)
        for name, setting in _settings(service):
            for address in addresses(setting.text or ""):
                for flow in _called(service, name, setting, address, names, hosts):
                    flows.setdefault(flow.key, flow)
    return tuple(flows.values()), tuple(hosts.values())


def _called(
    service: Service,
    name: str,
    setting: Setting,
    address: Address,
    names: dict[str, Service],
    hosts: dict[str, Element],
) -> Iterator[Flow]:
    target = names.get(address.host)
    protocol = by_scheme(address.scheme)
    if target is not None:
        if target is not service and (not address.bare or names_a_host(name)):
            yield _flow(service.key, target.key, setting, Rests.REFERENCED, protocol, address.port, name)
    elif not address.bare:
        key = f"{HOST}{address.host}"
        hosts.setdefault(key, Element(key=key, title=address.host, resources=(), kind="external"))
        yield _flow(service.key, key, setting, Rests.REFERENCED, protocol, address.port, name)


def _settings(service: Service) -> Iterator[tuple[str, Setting]]:
    for name, setting in service.pairs("environment").items():
        yield f"variable {name}", setting
    for where in ("command", "entrypoint"):
        for item in service.items(where):
            for word in (item.text or "").split():
                yield f"{where}", item.below(Node(word.rpartition("=")[2], item.node.line, item.node.column))
    for name, setting in service.pairs("logging", "options").items():
        yield f"option {name} of its logger", setting


def _names(project: Project) -> dict[str, Service]:
    """The host names of services: their own, those of their containers, and aliases in networks."""
    found: dict[str, Service] = {}
    for service in project.services:
        for name in (service.name, *(_text(service, key) for key in ("container_name", "hostname"))):
            found.setdefault(name.lower(), service)
        for network in service.pairs("networks").values():
            aliases = network.node.at("aliases")
            for alias in aliases.items if aliases is not None else ():
                found.setdefault(alias.text.lower(), service)
    found.pop("", None)
    return found


def _text(service: Service, key: str) -> str:
    setting = service.one(key)
    return (setting.text or "") if setting is not None else ""


def _flow(
    source: str, target: str, at: Setting, rests: Rests, protocol: str = "", port: str = "", why: str = ""
) -> Flow:
    return Flow(
        key=f"{source}->{target}:{port}",
        title="",
        resources=(),
        source=source,
        target=target,
        rests=rests,
        span=at.span,
        protocol=protocol,
        port=port,
        why=why,
    )
