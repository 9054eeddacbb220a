"""A model as it is in one environment."""

from types import MappingProxyType
from typing import TypeGuard

import msgspec

from threatdsl.model.consistency import environments_of
from threatdsl.model.graph import build_graph
from threatdsl.model.model import Model
from threatdsl.model.things import ControlRef, Fact, FactValue, Ref, Thing

LIMITED = ("place", "control")


def environments(model: Model) -> tuple[str, ...]:
    """The environments to look at one by one: all declared ones when anything is limited to some, else none."""
    things = (thing for kind in (*LIMITED, "policy") for thing in model.of_kind(kind))
    stated = (*(thing.facts for thing in things), *(decision.facts for decision in model.decisions))
    if not any("environments" in facts for facts in stated):
        return ()
    return tuple(thing.id for thing in model.of_kind("environment"))


def limited_to(model: Model, environment: str) -> Model:
    """The model without the places and controls that the environment does not have, and without references to them."""
    gone = {
        thing.id
        for kind in LIMITED
        for thing in model.of_kind(kind)
        if (limit := environments_of(thing, model.things)) is not None and environment not in limit
    }
    gone |= {flow.id for flow in model.flows if flow.source in gone or flow.target in gone}
    things = {id_: _without(thing, gone) for id_, thing in model.things.items() if id_ not in gone}
    refuted = tuple(r for r in model.refutations if r.place in things and r.environment in ("", environment))
    derived = tuple(d for d in model.derived if d.place in things)
    graph = build_graph(things, model.vocabulary)
    return msgspec.structs.replace(model, things=things, graph=graph, refutations=refuted, derived=derived)


def _without(thing: Thing, gone: set[str]) -> Thing:
    if not any(str(ref) in gone for fact in thing.facts.values() for ref in _refs(fact)):
        return thing
    facts = MappingProxyType(
        {name: kept for name, fact in thing.facts.items() if (kept := _kept(fact, gone)) is not None}
    )
    return msgspec.structs.replace(thing, facts=facts)


def _refs(fact: Fact) -> tuple[Ref | ControlRef, ...]:
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return tuple(value for value in values if _names_a_thing(value))


def _names_a_thing(value: FactValue) -> TypeGuard[Ref | ControlRef]:
    return isinstance(value, Ref) or (isinstance(value, ControlRef) and not value.anonymous)


def _kept(fact: Fact, gone: set[str]) -> Fact | None:
    if isinstance(fact.value, tuple):
        return msgspec.structs.replace(
            fact, value=tuple(v for v in fact.value if not (_names_a_thing(v) and v.id in gone))
        )
    return None if _names_a_thing(fact.value) and fact.value.id in gone else fact
