"""What follows from where things stand and what flows between them."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

import msgspec

from threatdsl.model.things import Flow, Ref, Thing, Word
from threatdsl.model.vocabulary import Vocabulary


class Graph(msgspec.Struct, frozen=True):
    """Derived once for a model.

    `boundaries`: for each thing, the ids of the boundaries around it, innermost first (a boundary's own list begins
    with its parent). `trust`: the trust of each element and boundary that has one; an external entity outside every
    boundary is untrusted. `inbound`, `outbound`: the flows of each element. `crossing`: ids of the flows whose ends
    stand in different innermost boundaries. `entries`: untrusted elements and where adversaries start, in order of
    declaration. `exposed`: ids of the elements that calls from an entry can reach, entries included.
    """

    boundaries: Mapping[str, tuple[str, ...]]
    trust: Mapping[str, Word]
    inbound: Mapping[str, tuple[Flow, ...]]
    outbound: Mapping[str, tuple[Flow, ...]]
    crossing: frozenset[str]
    entries: tuple[str, ...]
    exposed: frozenset[str]


def build_graph(things: Mapping[str, Thing], vocabulary: Vocabulary) -> Graph:
    """Derive the graph of a model's things."""
    boundaries = {id_: _around(thing, things) for id_, thing in things.items()}
    trust = {
        id_: word
        for id_, thing in things.items()
        if (word := _trust(thing, boundaries, things, vocabulary)) is not None
    }
    elements = [id_ for id_, thing in things.items() if vocabulary.is_a(thing.kind, "element")]
    flows = [thing for thing in things.values() if isinstance(thing, Flow)]
    inbound: dict[str, list[Flow]] = {id_: [] for id_ in elements}
    outbound: dict[str, list[Flow]] = {id_: [] for id_ in elements}
    for flow in flows:
        outbound[flow.source].append(flow)
        inbound[flow.target].append(flow)
    zone = {id_: _zone(things[id_], boundaries[id_], vocabulary) for id_ in elements}
    starts = {
        str(ref)
        for thing in things.values()
        if vocabulary.is_a(thing.kind, "adversary")
        for ref in thing.items("starts-at")
    }
    entries = tuple(id_ for id_ in elements if id_ in starts or (id_ in trust and trust[id_].rank == 0))
    return Graph(
        boundaries=boundaries,
        trust=trust,
        inbound={id_: tuple(found) for id_, found in inbound.items()},
        outbound={id_: tuple(found) for id_, found in outbound.items()},
        crossing=frozenset(flow.id for flow in flows if zone[flow.source] != zone[flow.target]),
        entries=entries,
        exposed=_reach(entries, outbound),
    )


def hops(flow: Flow) -> tuple[tuple[str, str], ...]:
    """The steps of a flow in call direction, over what its `via` names."""
    if "via" not in flow.facts:
        return ((flow.source, flow.target),)
    stops = (flow.source, *(ref.id for ref in flow.items("via") if isinstance(ref, Ref)), flow.target)
    return tuple(pairwise(stops))


def _around(thing: Thing, things: Mapping[str, Thing]) -> tuple[str, ...]:
    found: list[str] = []
    parent = thing.parent
    while parent is not None:
        found.append(parent)
        parent = things[parent].parent
    return tuple(found)


def _trust(
    thing: Thing, boundaries: Mapping[str, tuple[str, ...]], things: Mapping[str, Thing], vocabulary: Vocabulary
) -> Word | None:
    is_boundary = vocabulary.is_a(thing.kind, "boundary")
    if not is_boundary and not vocabulary.is_a(thing.kind, "element"):
        return None
    for id_ in (thing.id, *boundaries[thing.id]) if is_boundary else boundaries[thing.id]:
        value = things[id_].facts.get("trust")
        if value is not None:
            return value.value if isinstance(value.value, Word) else None
    if not boundaries[thing.id] and vocabulary.is_a(thing.kind, "external-entity"):
        return Word("trust", vocabulary.scales["trust"].order[0], 0)
    return None


def _zone(thing: Thing, around: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """The innermost boundary; outside of all, one zone for external entities and one for the rest."""
    return around[0] if around else "(external)" if vocabulary.is_a(thing.kind, "external-entity") else ""


def _reach(starts: Iterable[str], outbound: Mapping[str, list[Flow]]) -> frozenset[str]:
    seen = set(starts)
    queue = list(seen)
    while queue:
        for flow in outbound[queue.pop()]:
            for _, target in hops(flow):
                if target not in seen:
                    seen.add(target)
                    queue.append(target)
    return frozenset(seen)
