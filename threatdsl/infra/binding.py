"""Which things of a model which parts of infrastructure realize, by `realized-by`."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.infra.infrastructure import HOST, Infrastructure, Part, Resource
from threatdsl.infra.interface import kinds
from threatdsl.model.model import Model
from threatdsl.model.things import Thing


class Reference(msgspec.Struct, frozen=True):
    """One item of `realized-by` that means infrastructure; `file` is empty where the command line names it."""

    thing: str
    text: str
    kind: str
    file: str
    name: str
    span: Span


def references(model: Model) -> tuple[Reference, ...]:
    """All items of `realized-by` that mean infrastructure, in order; `code:` and unknown kinds are not of this room."""
    known = (*kinds(), HOST.rstrip(":"))
    return tuple(one for thing in model.things.values() for one in _of(thing) if one.kind in known)


def _of(thing: Thing) -> Iterator[Reference]:
    fact = thing.facts.get("realized-by")
    if fact is None:
        return
    items = thing.items("realized-by")
    spans = fact.item_spans or (fact.span,) * len(items)
    for item, span in zip(map(str, items), spans, strict=True):
        kind, _, rest = item.partition(":")
        file, sharp, name = rest.partition("#")
        yield Reference(thing.id, item, kind, *((file, name) if sharp else ("", rest)), span)


class Bound(msgspec.Struct, frozen=True):
    """What references mean: `resources` by the text of a reference, `parts` by the id of a thing, `things` by key."""

    resources: Mapping[str, tuple[Resource, ...]]
    parts: Mapping[str, tuple[Part, ...]]
    things: Mapping[str, tuple[str, ...]]


def bound(wanted: Iterable[Reference], infrastructure: Infrastructure, *, moved: bool = False) -> Bound:
    """What references mean in infrastructure. A reference that means nothing is not among `resources`.

    With `moved` a file may have another folder than the model says: the name decides where no file of that name fits.
    """
    by_name: dict[tuple[str, str], list[Resource]] = {}
    for resource in infrastructure.resources:
        for name in (resource.name, *resource.aliases):
            by_name.setdefault((resource.reader, name), []).append(resource)
    by_resource: dict[Resource, list[Part]] = {}
    for part in infrastructure.parts:
        for resource in part.resources:
            by_resource.setdefault(resource, []).append(part)
    resources: dict[str, tuple[Resource, ...]] = {}
    parts: dict[str, dict[str, Part]] = {}
    things: dict[str, dict[str, None]] = {}
    hosts = {element.key: element for element in infrastructure.elements if element.key.startswith(HOST)}
    for one in wanted:
        if one.text in hosts:
            resources[one.text] = ()
            parts.setdefault(one.thing, {})[one.text] = hosts[one.text]
            things.setdefault(one.text, {})[one.thing] = None
            continue
        found = _meant(one, by_name.get((one.kind, one.name), []), moved=moved)
        if not found:
            continue
        resources[one.text] = found
        for part in (part for resource in found for part in _of_its_own(resource, by_resource.get(resource, []))):
            parts.setdefault(one.thing, {})[part.key] = part
            things.setdefault(part.key, {})[one.thing] = None
    return Bound(
        resources,
        {thing: tuple(some.values()) for thing, some in parts.items()},
        {key: tuple(some) for key, some in things.items()},
    )


def _meant(one: Reference, named: list[Resource], *, moved: bool) -> tuple[Resource, ...]:
    """The resources of a name that are in the file that a reference names."""
    exact = tuple(resource for resource in named if one.file in ("", resource.file))
    if exact or not moved:
        return exact
    alike = tuple(r for r in named if PurePosixPath(r.file).name == PurePosixPath(one.file).name)
    return alike or (tuple(named) if len(named) == 1 else ())


def _of_its_own(resource: Resource, parts: list[Part]) -> Iterator[Part]:
    """The parts that a resource stands for: one that several share, such as a policy, stands for none of them."""
    shared = len(parts) > 1
    yield from (part for part in parts if not shared or part.resources[0] == resource)
