"""A model as it is in one environment."""

from types import MappingProxyType

import msgspec

from threatdsl.model.consistency import environments_of
from threatdsl.model.graph import build_graph
from threatdsl.model.model import Model
from threatdsl.model.things import Fact, Ref, Thing


def environments(model: Model) -> tuple[str, ...]:
    """The environments to look at one by one: all declared ones when any place is limited to some, else none."""
    if not any("environments" in place.facts for place in model.of_kind("place")):
        return ()
    return tuple(thing.id for thing in model.of_kind("environment"))


def limited_to(model: Model, environment: str) -> Model:
    """The model without the places that the environment does not have, and without references to them."""
    gone = {
        place.id
        for place in model.of_kind("place")
        if (limit := environments_of(place, model.things)) is not None and environment not in limit
    }
    gone |= {flow.id for flow in model.flows if flow.source in gone or flow.target in gone}
    things = {id_: _without(thing, gone) for id_, thing in model.things.items() if id_ not in gone}
    return msgspec.structs.replace(model, things=things, graph=build_graph(things, model.vocabulary))


def _without(thing: Thing, gone: set[str]) -> Thing:
    if not any(str(ref) in gone for fact in thing.facts.values() for ref in _refs(fact)):
        return thing
    facts = MappingProxyType(
        {name: kept for name, fact in thing.facts.items() if (kept := _kept(fact, gone)) is not None}
    )
    return msgspec.structs.replace(thing, facts=facts)


def _refs(fact: Fact) -> tuple[Ref, ...]:
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return tuple(value for value in values if isinstance(value, Ref))


def _kept(fact: Fact, gone: set[str]) -> Fact | None:
    if isinstance(fact.value, tuple):
        return msgspec.structs.replace(
            fact, value=tuple(v for v in fact.value if not (isinstance(v, Ref) and v.id in gone))
        )
    return None if isinstance(fact.value, Ref) and fact.value.id in gone else fact
