"""`x has CLASS`: whether a control class guards a place, and who says so.

What evidence refutes at a place, or at an end or the runtime of it, does not hold there, whoever states it. What
infrastructure shows stands beside what the model states at the place that it builds. Else the nearest wins: the place
itself (of a flow also its protocol), then a flow's ends or an element's runtime, then the boundaries from inside out.
At one distance the less safe statement wins. What a class reaches is declared with the class, so that every rule
agrees.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.classes import classes_of
from threatdsl.model.model import Model
from threatdsl.model.things import ControlRef, Derived, Fact, Flow, Ref, Refutation, Thing
from threatdsl.rules.values import Truth


class Statement(msgspec.Struct, frozen=True):
    """One thing that was said of a class: `says` is a word of LESS_SAFE_FIRST.

    `by` is the id of the control, protocol or refuting check, or the class itself; `place` the id of the thing that
    says it; `why` the setting of infrastructure that shows it.
    """

    says: str
    by: str
    place: str
    span: Span
    why: str = ""


class Guard(msgspec.Struct, frozen=True):
    """Whether the class holds, and the statements that decide it.

    Where the class is meaningless `applicable` is false and the value true: nothing is missing there.
    """

    value: Truth
    statements: tuple[Statement, ...]
    applicable: bool = True

    @property
    def optional(self) -> bool:
        """Whether the class can be had at the place, and nobody enforces it."""
        return bool(self.statements) and self.statements[0].says == "optional"


NOTHING_SAID = Guard(None, ())
NOBODY_SAID: Mapping[str, Guard] = MappingProxyType({})
STATING = ("controls", "lacks", "optional", "not-applicable")
STATING_WORDS = frozenset(STATING)
LESS_SAFE_FIRST = (
    ("refuted",),
    ("lacks", "denies", "built-without"),
    ("optional",),
    ("not-applicable",),
    ("controls", "secures", "built-with"),
)
VALUES: Mapping[str, Truth] = {
    "controls": True,
    "secures": True,
    "built-with": True,
    "not-applicable": True,
    "optional": None,
    "lacks": False,
    "denies": False,
    "built-without": False,
    "refuted": False,
}
# What a class must guard for a statement on a thing to speak of the thing itself.
# What stands at a boundary speaks of it by what it does to what is inside or crosses, and likewise at a runtime.
OWN = {
    "flow": frozenset({"flow"}),
    "element": frozenset({"element"}),
    "boundary": frozenset({"boundary", "inside", "crossing"}),
    "runtime": frozenset({"runtime", "hosted"}),
    "role": frozenset({"role"}),
}


def guard(model: Model, thing: Thing, control_class: str) -> Guard:
    """What the nearest statement about a class says for an element, flow, boundary, runtime or role."""
    return Guards(model).guard(thing, control_class)


def who_may_say(model: Model, thing: Thing, control_class: str) -> Iterator[Thing]:
    """The places whose statements can tell whether a class guards a thing, the nearest first."""
    reach = model.vocabulary.classes[control_class].guards
    if _speaks_of_itself(model, thing, reach):
        yield thing
    for places in _places_around(model, thing, reach):
        yield from (model.things[id_] for id_ in places)


class Guards(msgspec.Struct, frozen=True, dict=True):
    """The guards of one model, each looked up once."""

    model: Model
    found: dict[tuple[str, str], Guard] = msgspec.field(default_factory=dict)
    said: dict[str, Mapping[str, Guard]] = msgspec.field(default_factory=dict)

    def guard(self, thing: Thing, control_class: str) -> Guard:
        """What the nearest statement about a class says for a place."""
        if control_class not in self.mentioned:
            return NOTHING_SAID
        key = (thing.id, control_class)
        found = self.found.get(key)
        if found is None:
            found = self.found[key] = self._nearest(thing, control_class) or NOTHING_SAID
        return found

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The classes that anything in the model says something of: a model names few of all there are."""
        classes = {refuted.control_class for refuted in self.model.refutations}
        classes.update(derived.control_class for derived in self.model.derived)
        for thing in self.model.things.values():
            if not STATING_WORDS.isdisjoint(thing.facts):
                classes.update(self._said(thing))
        for name in {flow.facts["protocol"].value for flow in self.model.flows if "protocol" in flow.facts}:
            if isinstance(name, str):
                protocol = self.model.vocabulary.protocols[name]
                classes |= protocol.secures | protocol.denies | protocol.not_applicable
        return frozenset(classes)

    @cached_property
    def refuted_places(self) -> Mapping[str, tuple[Refutation, ...]]:
        """What evidence refutes, by place."""
        found: dict[str, list[Refutation]] = {}
        for refuted in self.model.refutations:
            found.setdefault(refuted.place, []).append(refuted)
        return {place: tuple(some) for place, some in found.items()}

    @cached_property
    def derived_at(self) -> Mapping[str, tuple[Derived, ...]]:
        """What infrastructure shows, by place."""
        found: dict[str, list[Derived]] = {}
        for derived in self.model.derived:
            found.setdefault(derived.place, []).append(derived)
        return {place: tuple(some) for place, some in found.items()}

    def _nearest(self, thing: Thing, control_class: str) -> Guard | None:
        """What the nearest ring of statements that may reach the thing says."""
        reach = self.model.vocabulary.classes[control_class].guards
        refuted = self._refuted(thing, control_class, reach)
        if refuted is not None:
            return refuted
        own = self._said(thing).get(control_class)
        if own is not None and _speaks_of_itself(self.model, thing, reach):
            return own
        if isinstance(thing, Flow):
            decided = _decide(tuple(_protocol_says(self.model, thing, control_class)))
            if decided is not None:
                return decided
        for places in _places_around(self.model, thing, reach):
            said = [guard for id_ in places if (guard := self._said_at(id_).get(control_class)) is not None]
            if said:
                return said[0] if len(said) == 1 else _decide(tuple(s for guard in said for s in guard.statements))
        return None

    def _refuted(self, thing: Thing, control_class: str, reach: frozenset[str]) -> Guard | None:
        """What evidence says against a class at a thing itself, at an end of a flow, at the runtime of an element."""
        if not self.model.refutations:
            return None
        own = (thing.id,) if _speaks_of_itself(self.model, thing, reach) else ()
        places = {*own, *nearest_guards(thing, reach)}
        said = (g for id_ in sorted(places) if (g := self._said_at(id_).get(control_class)) is not None)
        return next((g for g in said if g.statements[0].says == "refuted"), None)

    def _said_at(self, id_: str) -> Mapping[str, Guard]:
        said = self.said.get(id_)
        return said if said is not None else self._said(self.model.things[id_])

    def _said(self, place: Thing) -> Mapping[str, Guard]:
        """What a place says of each class it names."""
        said = self.said.get(place.id)
        spoken_of = place.id in self.refuted_places or place.id in self.derived_at
        if said is None and STATING_WORDS.isdisjoint(place.facts) and not spoken_of:
            said = self.said[place.id] = NOBODY_SAID
        if said is None:
            stated = dict(_statements(self.model, place))
            for shown in self.derived_at.get(place.id, ()):
                says = "built-with" if shown.holds else "built-without"
                why = f"{shown.why} ({shown.by})"
                statement = Statement(says, shown.control_class, place.id, shown.span, why)
                stated[shown.control_class] = (*stated.get(shown.control_class, ()), statement)
            for refuted in self.refuted_places.get(place.id, ()):
                statement = Statement("refuted", refuted.by, place.id, refuted.span)
                stated[refuted.control_class] = (statement, *stated.get(refuted.control_class, ()))
            decided = ((class_, _decide(found)) for class_, found in stated.items())
            said = self.said[place.id] = {class_: guard for class_, guard in decided if guard is not None}
        return said


def nearest_guards(thing: Thing, reach: frozenset[str]) -> tuple[str, ...]:
    """The places nearest to a thing whose statements reach it: the ends of a flow, the runtime of an element."""
    if isinstance(thing, Flow):
        return tuple(id_ for way, id_ in (("inbound", thing.target), ("outbound", thing.source)) if way in reach)
    runtime = thing.value("runs-on")
    return (runtime.id,) if isinstance(runtime, Ref) and "hosted" in reach else ()


def _statements(model: Model, place: Thing) -> Mapping[str, tuple[Statement, ...]]:
    """What a place says of each class it names."""
    said: dict[str, tuple[Statement, ...]] = {}
    for says in STATING:
        fact = place.facts.get(says)
        if fact is None:
            continue
        for class_ in dict.fromkeys(classes_of(fact, model.things)):
            said[class_] = (*said.get(class_, ()), Statement(says, _by(fact, class_, model), place.id, fact.span))
    return said


def _by(fact: Fact, control_class: str, model: Model) -> str:
    for item in fact.value if isinstance(fact.value, tuple) else ():
        if (
            isinstance(item, ControlRef)
            and not item.anonymous
            and control_class in map(str, model.things[item.id].items("class"))
        ):
            return item.id
    return control_class


def _protocol_says(model: Model, flow: Flow, control_class: str) -> Iterator[Statement]:
    fact = flow.facts.get("protocol")
    if fact is None or not isinstance(fact.value, str):
        return
    protocol = model.vocabulary.protocols[fact.value]
    if control_class in protocol.secures:
        yield Statement("secures", protocol.name, flow.id, fact.span)
    if control_class in protocol.denies:
        yield Statement("denies", protocol.name, flow.id, fact.span)
    if control_class in protocol.not_applicable:
        yield Statement("not-applicable", protocol.name, flow.id, fact.span)


def _decide(said: tuple[Statement, ...]) -> Guard | None:
    """The less safe of what is said at one distance."""
    if not said:
        return None
    for says in LESS_SAFE_FIRST:
        found = tuple(statement for statement in said if statement.says in says)
        if found:
            applicable = found[0].says != "not-applicable"
            return Guard(VALUES[found[0].says], found, applicable)
    return None


def _speaks_of_itself(model: Model, thing: Thing, reach: frozenset[str]) -> bool:
    is_a = model.vocabulary.is_a
    return any(reach & ways and is_a(thing.kind, root) for root, ways in OWN.items())


def _places_around(model: Model, thing: Thing, reach: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The ids of other places whose statements may reach the thing, by distance, nearest first."""
    boundaries = model.graph.boundaries
    yield nearest_guards(thing, reach)
    if isinstance(thing, Flow):
        if "crossing" in reach or "inside" in reach:
            yield from _boundaries_of_flow(boundaries[thing.source], boundaries[thing.target], reach)
        return
    if "inside" in reach:
        yield from ((id_,) for id_ in boundaries[thing.id])


def _boundaries_of_flow(
    source: tuple[str, ...], target: tuple[str, ...], reach: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    """The boundaries that a flow crosses, from inside out at both ends, then those it stays in, from inside out."""
    around = source if source == target else tuple(id_ for id_ in source if id_ in target)
    if "crossing" in reach and len(around) < max(len(source), len(target)):
        left, right = ([id_ for id_ in side if id_ not in around] for side in (source, target))
        for distance in range(max(len(left), len(right))):
            yield (*left[distance : distance + 1], *right[distance : distance + 1])
    if "inside" in reach:
        yield from ((id_,) for id_ in around)
