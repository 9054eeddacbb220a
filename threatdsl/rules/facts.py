"""What a model says, as rules ask for it: each answer is worked out once for a model."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.graph import hops
from threatdsl.model.model import Model
from threatdsl.model.things import Fact, Flow, Ref, Thing
from threatdsl.rules.guards import Guard, Guards
from threatdsl.rules.reach import Reach
from threatdsl.rules.stated import carried, flows_of, held, kept, returned, stating
from threatdsl.rules.values import Listing

Ask = tuple[Thing, str]
Place = TypeVar("Place", bound=Thing)
Item = TypeVar("Item")
SPANS_SHOWN = 3


class Movement(msgspec.Struct, frozen=True):
    """What goes with a call, and what comes back."""

    carries: Listing
    returns: Listing


class Facts(msgspec.Struct, frozen=True, dict=True):
    """The model that rules look at, with what was worked out of it so far."""

    model: Model
    kinds: dict[str, tuple[Thing, ...]] = msgspec.field(default_factory=dict)
    handled_by: dict[str, Listing] = msgspec.field(default_factory=dict)

    @cached_property
    def guards(self) -> Guards:
        """Who says what of control classes."""
        return Guards(self.model)

    def guard(self, thing: Thing, control_class: str) -> Guard:
        """Whether a class guards a place."""
        return self.guards.guard(thing, control_class)

    def of_kind(self, kind: str) -> tuple[Thing, ...]:
        """All things of a kind, in order of declaration."""
        found = self.kinds.get(kind)
        if found is None:
            found = self.kinds[kind] = tuple(self.model.of_kind(kind))
        return found

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """All flows, in order of declaration."""
        return self.model.flows

    @cached_property
    def flows_by_name(self) -> tuple[Flow, ...]:
        """All flows by id, so that searches do not depend on the order of declaration."""
        return tuple(sorted(self.flows, key=lambda flow: flow.id))

    # ---- data ----------------------------------------------------------------------------------------------------

    @cached_property
    def movements(self) -> Mapping[str, Movement]:
        """What each flow carries and returns."""
        return {flow.id: Movement(carried(self.model, flow), returned(self.model, flow)) for flow in self.flows}

    def flow_data(self, flow: Thing) -> Listing:
        """What a flow carries and returns together."""
        movement = self.movements[flow.id]
        return _joined((movement.carries, movement.returns))

    def handled(self, element: Thing) -> Listing:
        """What an element stores, holds, sends and receives: what a compromised one reads."""
        found = self.handled_by.get(element.id)
        if found is None:
            flows = (self.flow_data(flow) for flow in flows_of(self.model, element))
            found = _joined((kept(self.model, element), held(self.model, element), *flows))
            self.handled_by[element.id] = found
        return found

    @cached_property
    def flows_of_data(self) -> Mapping[str, tuple[Flow, ...]]:
        """The flows that surely move each data asset."""
        return _index(self.flows, self.flow_data)

    @cached_property
    def unsure_flows(self) -> tuple[Flow, ...]:
        """The flows that may move more than is stated."""
        return tuple(flow for flow in self.flows if not self.flow_data(flow).complete)

    @cached_property
    def stores_of_data(self) -> Mapping[str, tuple[Thing, ...]]:
        """The elements that surely store each data asset."""
        return _index(self.of_kind("element"), lambda element: kept(self.model, element))

    @cached_property
    def unsure_stores(self) -> tuple[Thing, ...]:
        """The elements that may store more than is stated."""
        return tuple(element for element in self.of_kind("element") if not kept(self.model, element).complete)

    @cached_property
    def handlers_of_data(self) -> Mapping[str, tuple[Thing, ...]]:
        """The elements that surely handle each data asset."""
        return _index(self.of_kind("element"), self.handled)

    @cached_property
    def unsure_handlers(self) -> tuple[Thing, ...]:
        """The elements that may handle more than is stated."""
        return tuple(element for element in self.of_kind("element") if not self.handled(element).complete)

    @cached_property
    def forms_of_data(self) -> Mapping[str, tuple[Thing, ...]]:
        """All forms of each data asset, sealed or clear, itself included: they are one for searches."""
        whole = {data.id: _whole(self.model, data).id for data in self.of_kind("data")}
        families = _grouped((whole[data.id], data) for data in self.of_kind("data"))
        return {id_: families[of] for id_, of in whole.items()}

    # ---- places --------------------------------------------------------------------------------------------------

    @cached_property
    def links(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The pairs of things that each relation links."""
        return _grouped(pair for thing in self.model.things.values() for pair in _links(self.model, thing))

    @cached_property
    def elements_inside(self) -> Mapping[str, tuple[Thing, ...]]:
        """The elements in each boundary, those in boundaries within it included."""
        return _grouped((id_, e) for e in self.of_kind("element") for id_ in self.model.graph.boundaries[e.id])

    @cached_property
    def flows_across(self) -> Mapping[str, tuple[Flow, ...]]:
        """The flows with one end in each boundary."""
        around = self.model.graph.boundaries
        return _grouped((id_, f) for f in self.flows for id_ in sorted({*around[f.source]} ^ {*around[f.target]}))

    @cached_property
    def hosted(self) -> Mapping[str, tuple[Thing, ...]]:
        """The elements on each runtime."""
        runs = ((e.value("runs-on"), e) for e in self.of_kind("element"))
        return _grouped((runtime.id, element) for runtime, element in runs if isinstance(runtime, Ref))

    @cached_property
    def holders(self) -> Mapping[str, tuple[Thing, ...]]:
        """The elements that act in each role."""
        return _grouped((str(role), element) for element in self.of_kind("element") for role in element.items("roles"))

    @cached_property
    def reach(self) -> Reach:
        """The elements that calls from each element can lead to."""
        return Reach.over(self.of_kind("element"), (step for flow in self.flows for step in hops(flow)))

    @cached_property
    def reached_by(self) -> Reach:
        """The elements from which calls can lead to each element."""
        steps = ((target, source) for flow in self.flows for source, target in hops(flow))
        return Reach.over(self.of_kind("element"), steps)


def _index(things: Iterable[Place], data_of: Callable[[Place], Listing]) -> Mapping[str, tuple[Place, ...]]:
    return _grouped((d.id, thing) for thing in things for d in data_of(thing).items if isinstance(d, Thing))


def _grouped(pairs: Iterable[tuple[str, Item]]) -> Mapping[str, tuple[Item, ...]]:
    found: dict[str, list[Item]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _links(model: Model, thing: Thing) -> Iterator[tuple[str, tuple[str, str]]]:
    """The links that a thing's properties are, each behind its relation."""
    properties = model.vocabulary.kinds[thing.kind].properties
    for name, fact in thing.facts.items():
        for ref in fact.value if isinstance(fact.value, tuple) else (fact.value,):
            if properties[name].relation and isinstance(ref, Ref):
                yield properties[name].relation, (thing.id, ref.id)


def _whole(model: Model, data: Thing) -> Thing:
    whole = data
    while isinstance(further := whole.value("form-of"), Ref):
        whole = model.things[further.id]
    return whole


def _joined(lists: Iterable[Listing]) -> Listing:
    found = tuple(lists)
    items = dict.fromkeys(item for listing in found for item in listing.items)
    return Listing(tuple(items), all(listing.complete for listing in found))


def places(facts: Facts, thing: Thing, name: str) -> tuple[Span, ...]:
    """Where what a rule reads of a thing is stated, at most three places; else where the thing is declared."""
    return tuple(dict.fromkeys(fact.span for fact in _behind(facts, thing, name)))[:SPANS_SHOWN] or (thing.span,)


def _behind(facts: Facts, thing: Thing, name: str) -> Iterator[Fact]:
    model = facts.model
    definition = model.vocabulary.kinds[thing.kind].properties.get(name)
    fact = stating(model, thing, definition) if definition is not None else None
    if fact is not None:
        yield fact
    elif name == "trust":
        around = (model.things[id_].facts.get("trust") for id_ in model.graph.boundaries[thing.id])
        yield from [found for found in around if found is not None][:1]
    elif name == "data":
        names = ("carries", "returns", "stores", "holds")
        flows = () if isinstance(thing, Flow) else flows_of(model, thing)
        yield from (found for place in (thing, *flows) for n in names if (found := place.facts.get(n)) is not None)
