"""What a model says, as rules ask for it: each answer is worked out once for a model."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.graph import hops
from threatdsl.model.model import Model
from threatdsl.model.things import Fact, Flow, Ref, Thing
from threatdsl.rules.attributes import Attribute, attribute
from threatdsl.rules.columns import Column, Numbering
from threatdsl.rules.guards import Guard, Guards
from threatdsl.rules.reach import Reach
from threatdsl.rules.search import Network, Step
from threatdsl.rules.values import Truth, Value

Ask = tuple[Thing, str]
SPANS_SHOWN = 3
NOT_ASKED = "?"


class Facts(msgspec.Struct, frozen=True, dict=True):
    """The model that rules look at, with what was worked out of it so far."""

    model: Model
    columns: dict[tuple[str, str], Column] = msgspec.field(default_factory=dict)
    kinds: dict[str, tuple[int, ...]] = msgspec.field(default_factory=dict)
    families: dict[str, frozenset[str]] = msgspec.field(default_factory=dict)
    candidates: dict[tuple[object, ...], tuple[int, ...]] = msgspec.field(default_factory=dict)
    stakes: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)
    truths: dict[str, list[Truth | str]] = msgspec.field(default_factory=dict)

    # ---- things --------------------------------------------------------------------------------------------------

    @cached_property
    def numbering(self) -> Numbering:
        """The things of the model by number."""
        return Numbering.of(self.model)

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """All things, in order of declaration: a thing's place here is its number."""
        return self.numbering.things

    def number(self, thing: Thing) -> int:
        """The number of a thing."""
        return self.numbering.numbers[thing.id]

    def flow(self, number: int) -> Flow:
        """The flow of a number."""
        flow = self.things[number]
        assert isinstance(flow, Flow)  # only numbers of flows come here
        return flow

    def of_kind(self, kind: str) -> tuple[int, ...]:
        """The numbers of all things of a kind, in order of declaration."""
        found = self.kinds.get(kind)
        if found is None:
            under = self.kinds_under(kind)
            found = self.kinds[kind] = tuple(n for n, thing in enumerate(self.things) if thing.kind in under)
        return found

    def things_of(self, kind: str) -> tuple[Thing, ...]:
        """All things of a kind, in order of declaration."""
        return tuple(self.things[number] for number in self.of_kind(kind))

    def kinds_under(self, kind: str) -> frozenset[str]:
        """The names of all kinds that are a kind, itself included."""
        found = self.families.get(kind)
        if found is None:
            found = self.families[kind] = self.model.vocabulary.names_under(kind)
        return found

    @cached_property
    def kind_of(self) -> list[str]:
        """The kind of each thing."""
        return [thing.kind for thing in self.things]

    # ---- attributes ----------------------------------------------------------------------------------------------

    def column(self, attribute: Attribute) -> Column:
        """The values of an attribute of all things."""
        key = (attribute.owner, attribute.name)
        found = self.columns.get(key)
        if found is None:
            found = self.columns[key] = attribute.fill(self)
        return found

    def read(self, kind: str, name: str) -> Column:
        """The values of an attribute that things of a kind have."""
        found = attribute(self.model.vocabulary, kind, name)
        assert found is not None  # the words of the prelude
        return self.column(found)

    def value(self, attribute: Attribute, thing: Thing) -> Value:
        """What an attribute of a thing is."""
        return self.numbering.value(self.column(attribute), attribute.type, self.number(thing))

    # ---- controls ------------------------------------------------------------------------------------------------

    @cached_property
    def guards(self) -> Guards:
        """Who says what of control classes."""
        return Guards(self.model)

    def guard(self, thing: Thing, control_class: str) -> Guard:
        """Whether a class guards a place."""
        return self.guards.guard(thing, control_class)

    def has(self, control_class: str) -> Callable[[int], Truth]:
        """The truth of a class at a place, by the place's number; each is looked up once."""
        if control_class not in self.guards.mentioned:
            return lambda _: None
        truths = self.truths.setdefault(control_class, [NOT_ASKED] * len(self.things))
        things, guards = self.things, self.guards

        def truth(number: int) -> Truth:
            known = truths[number]
            if known is NOT_ASKED:
                known = truths[number] = guards.guard(things[number], control_class).value
            return known  # type: ignore[return-value]  # NOT_ASKED, the only text, is gone

        return truth

    # ---- data ----------------------------------------------------------------------------------------------------

    def stake(self, number: int) -> tuple[str, ...]:
        """Ids of the data that a thing is, moves or handles; of a boundary, runtime, role what its elements handle."""
        found = self.stakes.get(number)
        if found is None:
            found = self.stakes[number] = tuple(self.things[n].id for n in self._stake(number))
        return found

    def _stake(self, number: int) -> tuple[int, ...]:
        kind = self.kind_of[number]
        if kind in self.kinds_under("data"):
            return (number,)
        for root in ("flow", "element"):
            if kind in self.kinds_under(root):
                return tuple(self.read(root, "data").values[number])
        handled = self.read("element", "data").values
        return tuple(dict.fromkeys(data for element in self._elements_of(number) for data in handled[element]))

    def _elements_of(self, number: int) -> tuple[int, ...]:
        """The elements in a boundary, on a runtime, in a role's grants."""
        for root, name in (("boundary", "elements"), ("runtime", "hosts"), ("role", "grants")):
            if self.kind_of[number] in self.kinds_under(root):
                return tuple(self.read(root, name).values[number])
        return ()

    @cached_property
    def forms(self) -> Mapping[int, frozenset[int]]:
        """All forms of each data asset, sealed or clear, itself included: they are one for searches."""
        form_of, whole = self.read("data", "form-of").values, {}
        for data in self.of_kind("data"):
            clear = data
            while form_of[clear] is not None:
                clear = form_of[clear]
            whole[data] = clear
        families: dict[int, list[int]] = {}
        for data, clear in whole.items():
            families.setdefault(clear, []).append(data)
        return {data: frozenset(families[clear]) for data, clear in whole.items()}

    # ---- ways ----------------------------------------------------------------------------------------------------

    @cached_property
    def hops(self) -> Mapping[int, tuple[tuple[int, int], ...]]:
        """The hops of each flow in call direction, by the flows' names: searches do not hang on declaration order."""
        numbers = self.numbering.numbers
        flows = sorted(self.of_kind("flow"), key=lambda number: self.things[number].id)
        return {n: tuple((numbers[here], numbers[there]) for here, there in hops(self.flow(n))) for n in flows}

    @cached_property
    def crossing(self) -> frozenset[int]:
        """The flows that cross a boundary."""
        return frozenset(self.numbering.numbers[id_] for id_ in self.model.graph.crossing)

    @cached_property
    def calls(self) -> Network:
        """All hops in call direction."""
        return Network.of([Step(*hop, flow) for flow, found in self.hops.items() for hop in found])

    @cached_property
    def moves(self) -> tuple[Step, ...]:
        """All hops in call direction and back, one after the other: data goes with the call and with its answer."""
        both = (
            (Step(here, there, flow), Step(there, here, flow, reverse=True))
            for flow, found in self.hops.items()
            for here, there in found
        )
        return tuple(step for pair in both for step in pair)

    @cached_property
    def doubtful_flows(self) -> frozenset[int]:
        """The flows that may move more than is stated."""
        complete = self.read("flow", "data").complete
        return frozenset(flow for flow in self.of_kind("flow") if complete is None or not complete[flow])

    @cached_property
    def moves_of(self) -> Mapping[int, range]:
        """The places of each flow's hops in `moves`."""
        found, place = {}, 0
        for flow, hops_ in self.hops.items():
            found[flow] = range(place, place + 2 * len(hops_))
            place += 2 * len(hops_)
        return found

    @cached_property
    def links(self) -> Mapping[str, tuple[tuple[int, int], ...]]:
        """The pairs of things that each relation links, by the things' names."""
        numbers = self.numbering.numbers
        found: dict[str, set[tuple[str, str]]] = {}
        for thing in self.things:
            for relation, pair in _links(self.model, thing):
                found.setdefault(relation, set()).add(pair)
        return {
            relation: tuple((numbers[source], numbers[target]) for source, target in sorted(pairs))
            for relation, pairs in found.items()
        }

    @cached_property
    def reach(self) -> Reach:
        """The elements that calls from each element can lead to."""
        return Reach.over(self.of_kind("element"), (hop for found in self.hops.values() for hop in found))

    @cached_property
    def reached_by(self) -> Reach:
        """The elements from which calls can lead to each element."""
        back = ((there, here) for found in self.hops.values() for here, there in found)
        return Reach.over(self.of_kind("element"), back)


def _links(model: Model, thing: Thing) -> Iterator[tuple[str, tuple[str, str]]]:
    """The links that a thing's properties are, each behind its relation."""
    properties = model.vocabulary.kinds[thing.kind].properties
    for name, fact in thing.facts.items():
        if not properties[name].relation:
            continue
        for ref in fact.value if isinstance(fact.value, tuple) else (fact.value,):
            if isinstance(ref, Ref):
                yield properties[name].relation, (thing.id, ref.id)


def places(facts: Facts, thing: Thing, name: str) -> tuple[Span, ...]:
    """Where what a rule reads of a thing is stated, at most three places; else where the thing is declared."""
    return tuple(dict.fromkeys(fact.span for fact in _behind(facts, thing, name)))[:SPANS_SHOWN] or (thing.span,)


def _behind(facts: Facts, thing: Thing, name: str) -> Iterator[Fact]:
    model = facts.model
    definition = model.vocabulary.kinds[thing.kind].properties.get(name)
    own = thing.facts.get(name)
    around = [model.things[id_].facts.get(name) for id_ in model.graph.boundaries[thing.id]]
    inherited = next((found for found in around if found is not None), None)
    if own is not None:
        yield own
    elif name == "trust" or (definition is not None and definition.inherits):
        yield from () if inherited is None else (inherited,)
    elif name == "data":
        names = ("carries", "returns", "stores", "holds")
        flows = () if isinstance(thing, Flow) else facts.read("element", "flows").values[facts.number(thing)]
        touched = (thing, *(facts.things[flow] for flow in flows))
        yield from (found for place in touched for n in names if (found := place.facts.get(n)) is not None)
