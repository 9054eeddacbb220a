"""Compose files: all that are named together are one project."""

from collections.abc import Iterator, Mapping

from threatdsl.diagnostics import Diagnostic, Severity
from threatdsl.infra.compose.calls import calls, published
from threatdsl.infra.compose.hardening import Facts
from threatdsl.infra.compose.project import READER, SECTIONS, Project, Service, Setting
from threatdsl.infra.images import image
from threatdsl.infra.infrastructure import (
    INTERNET,
    Boundary,
    Element,
    Fact,
    Infrastructure,
    Loss,
    LossKind,
    Resource,
    the_internet,
)
from threatdsl.infra.interface import Files

ENDINGS = (".yaml", ".yml")
PROJECT = f"{READER}:project"
DEFAULT = "default"
KINDS = {"networks": "network", "volumes": "volume", "secrets": "secret", "configs": "config"}


def read(files: Files) -> Infrastructure:
    """All services of the files as one project."""
    project = Project(files)
    there = tuple(service for service in project.services if _is_whole(service))
    declared = {section: project.declared(section) for section in SECTIONS}
    called, hosts = calls(project)
    flows = (*called, *(flow for service in there for flow in published(service)))
    owned = _owners(there, declared)
    elements = tuple(_element(service, owned) for service in there)
    internet, anybody = the_internet()
    reached = any(flow.source == INTERNET for flow in flows)
    used = {network for service in there for network in _networks(service)}
    boundaries = tuple(_network(name, declared["networks"].get(name)) for name in sorted(used))
    resources = (*(r for s in project.services for r in s.resources), *_resources(declared))
    kept = {resource for part in (*elements, *boundaries) for resource in part.resources}
    return Infrastructure(
        elements=(*((anybody,) if reached else ()), *elements, *hosts),
        boundaries=(
            *((internet,) if reached else ()),
            *((Boundary(key=PROJECT, title=project.title, resources=()),) if there else ()),
            *boundaries,
        ),
        flows=flows,
        resources=resources,
        losses=tuple(_loss(one) for one in resources if one not in kept),
        notes=(*project.notes, *_notes(elements)),
    )


def _is_whole(service: Service) -> bool:
    """Whether it can run: a fragment without an image completes a service of another file."""
    return service.one("image") is not None or service.one("build") is not None


def _element(service: Service, owned: Mapping[str, list[Resource]]) -> Element:
    setting = service.one("image")
    found = image(setting.text or "") if setting is not None else None
    networks = _networks(service)
    return Element(
        key=service.key,
        title=service.name,
        resources=(*service.resources, *owned.get(service.name, ())),
        facts=tuple(Facts(service).all()),
        kind=found.kind if found is not None else "service",
        boundary=_network_key(networks[0]) if len(networks) == 1 else PROJECT,
    )


def _networks(service: Service) -> tuple[str, ...]:
    """The networks of a service; none for one that shares those of its host or of another service."""
    if service.one("network_mode") is not None:
        return ()
    named = (*service.pairs("networks"),) or (DEFAULT,)
    return tuple(dict.fromkeys(named))


def _network(name: str, declared: Setting | None) -> Boundary:
    resource = _resource("networks", name, declared) if declared is not None else None
    facts: tuple[Fact, ...] = ()
    internal = declared.node.at("internal") if declared is not None else None
    if resource is not None and declared is not None and internal is not None and internal.truth:
        facts = (Fact("internal", "true", True, declared.below(internal).span, resource, ("egress-filtering",)),)  # noqa: FBT003 - safe
    return Boundary(
        key=_network_key(name),
        title=f"Network {name}",
        resources=(resource,) if resource is not None else (),
        facts=facts,
        parent=PROJECT,
    )


def _network_key(name: str) -> str:
    return f"{READER}:network:{name}"


def _owners(
    services: tuple[Service, ...], declared: Mapping[str, Mapping[str, Setting]]
) -> Mapping[str, list[Resource]]:
    """The volumes, secrets and configs that one service alone uses, by its name."""
    found: dict[str, list[Resource]] = {}
    for section in ("volumes", "secrets", "configs"):
        for name, setting in declared[section].items():
            users = [service.name for service in services if name in _uses(service, section)]
            if len(users) == 1:
                found.setdefault(users[0], []).append(_resource(section, name, setting))
    return found


def _uses(service: Service, section: str) -> frozenset[str]:
    items = service.items(section)
    return frozenset((item.text or "").partition(":")[0] or item.node.text_at("source") for item in items)


def _resources(declared: Mapping[str, Mapping[str, Setting]]) -> Iterator[Resource]:
    for section, some in declared.items():
        yield from (_resource(section, name, setting) for name, setting in some.items())


def _resource(section: str, name: str, setting: Setting) -> Resource:
    kind = KINDS[section]
    return Resource(READER, setting.file, f"{kind}/{name}", kind, setting.span)


def _loss(resource: Resource) -> Loss:
    why = {
        "service": "no file gives it an image: it completes a service of another file",
        "volume": "storage that several services share, or none uses",
        "network": "no service is in it",
    }.get(resource.type, "several services are given it, or none is")
    return Loss(resource, LossKind.CONFIGURATION, why)


def _notes(elements: tuple[Element, ...]) -> Iterator[Diagnostic]:
    for fact in (fact for element in elements for fact in element.facts):
        if "secret-management" in fact.classes or "no-default-credentials" in fact.classes:
            yield Diagnostic("TM0804", Severity.WARNING, f"{fact.resource.name}: {fact.name}", fact.span)
