"""`x has CLASS`: whether a control class guards a place, and who says so.

Nearest wins: the place itself, then a flow's ends or an element's runtime, then the boundaries from inside out. At the
same distance the less safe statement wins. What a class reaches is declared with the class, so that every rule agrees.
"""

from collections.abc import Iterator

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.classes import classes_of
from threatdsl.model.model import Model
from threatdsl.model.things import ControlRef, Fact, Flow, Ref, Thing
from threatdsl.rules.values import Truth


class Statement(msgspec.Struct, frozen=True):
    """One thing that was said of a class: `says` is controls, lacks, optional, not-applicable, secures or denies.

    `by` is the control's or protocol's id, or the class itself; `place` the id of the thing that says it.
    """

    says: str
    by: str
    place: str
    span: Span


class Guard(msgspec.Struct, frozen=True):
    """Whether the class holds, and the statements that decide it.

    Where the class is meaningless `applicable` is false and the value true: nothing is missing there.
    """

    value: Truth
    statements: tuple[Statement, ...]
    applicable: bool = True


NOTHING_SAID = Guard(None, ())
VALUES: dict[str, Truth] = {
    "controls": True,
    "secures": True,
    "not-applicable": True,
    "optional": None,
    "lacks": False,
    "denies": False,
}


def guard(model: Model, thing: Thing, control_class: str) -> Guard:
    """What the nearest statement about a class says for a place: an element, flow, boundary, runtime or role."""
    reach = model.vocabulary.classes[control_class].guards
    for ring in _rings(model, thing, reach):
        decided = _decide(tuple(statement for place in ring for statement in _said(model, place, control_class)))
        if decided is None and isinstance(thing, Flow) and ring == (thing,):
            decided = _decide(tuple(_protocol_says(model, thing, control_class)))
        if decided is not None:
            return decided
    return NOTHING_SAID


def _decide(said: tuple[Statement, ...]) -> Guard | None:
    """The less safe of what is said at one distance."""
    for says in (("lacks", "denies"), ("optional",), ("not-applicable",), ("controls", "secures")):
        found = tuple(statement for statement in said if statement.says in says)
        if found:
            applicable = found[0].says != "not-applicable"
            return Guard(VALUES[found[0].says], found, applicable)
    return None


def _rings(model: Model, thing: Thing, reach: frozenset[str]) -> Iterator[tuple[Thing, ...]]:
    """The places whose statements may reach the thing, nearest first."""
    things, around = model.things, model.graph.boundaries
    if isinstance(thing, Flow):
        yield (thing,)
        ends = []
        if "inbound" in reach:
            ends.append(things[thing.target])
        if "outbound" in reach:
            ends.append(things[thing.source])
        if ends:
            yield tuple(ends)
        yield from _flow_boundaries(model, thing, reach)
        return
    yield (thing,)
    if "hosted" in reach:
        runtime = thing.value("runs-on")
        if isinstance(runtime, Ref):
            yield (things[runtime.id],)
    if "inside" in reach:
        yield from ((things[id_],) for id_ in around[thing.id])


def _flow_boundaries(model: Model, flow: Flow, reach: frozenset[str]) -> Iterator[tuple[Thing, ...]]:
    """Boundaries that the flow crosses (crossing) or stays in (inside), from inside out."""
    source, target = model.graph.boundaries[flow.source], model.graph.boundaries[flow.target]
    for distance in range(max(len(source), len(target))):
        ring: list[Thing] = []
        for id_ in (*source[distance : distance + 1], *target[distance : distance + 1]):
            inside = id_ in source and id_ in target
            if ("inside" if inside else "crossing") in reach and model.things[id_] not in ring:
                ring.append(model.things[id_])
        if ring:
            yield tuple(ring)


def _said(model: Model, place: Thing, control_class: str) -> Iterator[Statement]:
    for says in ("controls", "lacks", "optional", "not-applicable"):
        fact = place.facts.get(says)
        if fact is not None and control_class in classes_of(fact, model.things):
            yield Statement(says, _by(fact, control_class, model), place.id, fact.span)


def _by(fact: Fact, control_class: str, model: Model) -> str:
    for item in fact.value if isinstance(fact.value, tuple) else ():
        if isinstance(item, ControlRef) and not item.anonymous and control_class in map(
            str, model.things[item.id].items("class")
        ):
            return item.id
    return control_class


def _protocol_says(model: Model, flow: Flow, control_class: str) -> Iterator[Statement]:
    fact = flow.facts.get("protocol")
    if fact is None or not isinstance(fact.value, str):
        return
    protocol = model.vocabulary.protocols[fact.value]
    for says, classes in (
        ("secures", protocol.secures),
        ("denies", protocol.denies),
        ("not-applicable", protocol.not_applicable),
    ):
        if control_class in classes:
            yield Statement(says, protocol.name, flow.id, fact.span)
