"""Which things of a model which parts of infrastructure realize, by `realized-by`."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.infra.infrastructure import Infrastructure, Part, Resource
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
    return tuple(one for thing in model.things.values() for one in _of(thing) if one.kind in kinds())


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


def bound(wanted: Iterable[Reference], infrastructure: Infrastructure) -> Bound:
    """What references mean in infrastructure. A reference that means nothing is not among `resources`."""
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
    for one in wanted:
        found = tuple(r for r in by_name.get((one.kind, one.name), ()) if one.file in ("", r.file))
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


def _of_its_own(resource: Resource, parts: list[Part]) -> Iterator[Part]:
    """The parts that a resource stands for: one that several share, such as a policy, stands for none of them."""
    shared = len(parts) > 1
    yield from (part for part in parts if not shared or part.resources[0] == resource)
