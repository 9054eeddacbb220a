"""`a.b` in rules: declared properties and what is derived from the graph, with their types."""

from collections.abc import Callable, Iterable

import msgspec

from threatdsl.model.things import Flow, Thing
from threatdsl.model.titles import ends
from threatdsl.model.vocabulary import PropertyDefinition, ValueType, Vocabulary
from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.stated import flows_of, held, kept, stated
from threatdsl.rules.values import Listing, Value


class Attribute(msgspec.Struct, frozen=True):
    """Something that can be read off a thing: its type, its value, and which facts to ask for while it is unknown."""

    name: str
    type: ValueType
    read: Callable[[Facts, Thing], Value]
    ask: Callable[[Facts, Thing], tuple[Ask, ...]]


def attribute(vocabulary: Vocabulary, kind: str, name: str) -> Attribute | None:
    """The attribute `name` of things of `kind`, None when there is none."""
    for ancestor in vocabulary.kinds[kind].ancestors:
        derived = DERIVED.get((ancestor, name))
        if derived is not None:
            return derived
    definition = vocabulary.kinds[kind].properties.get(name)
    return _declared(definition) if definition is not None else None


def attribute_names(vocabulary: Vocabulary, kind: str) -> tuple[str, ...]:
    """All attributes of things of `kind`, for suggestions."""
    ancestors = vocabulary.kinds[kind].ancestors
    return (*vocabulary.kinds[kind].properties, *(name for owner, name in DERIVED if owner in ancestors))


# ---- declared properties ---------------------------------------------------------------------------------------------


def _declared(definition: PropertyDefinition) -> Attribute:
    def read(facts: Facts, thing: Thing) -> Value:
        return stated(facts.model, thing, definition)

    def ask(facts: Facts, thing: Thing) -> tuple[Ask, ...]:
        del facts
        return ((thing, definition.name),)

    return Attribute(definition.name, definition.type, read, ask)


# ---- data ------------------------------------------------------------------------------------------------------------


def _ask_flow_data(facts: Facts, flow: Thing) -> tuple[Ask, ...]:
    movement = facts.movements[flow.id]
    halves = (("carries", movement.carries), ("returns", movement.returns))
    return tuple((flow, name) for name, half in halves if not half.complete)


def _ask_element_data(facts: Facts, element: Thing) -> tuple[Ask, ...]:
    own = (("stores", kept(facts.model, element)), ("holds", held(facts.model, element)))
    flows = flows_of(facts.model, element)
    return (
        *((element, name) for name, listing in own if not listing.complete),
        *(ask for flow in flows for ask in _ask_flow_data(facts, flow)),
    )


def _stored_in(facts: Facts, data: Thing) -> Listing:
    return Listing(facts.stores_of_data.get(data.id, ()), complete=not facts.unsure_stores)


def _handled_by(facts: Facts, data: Thing) -> Listing:
    return Listing(facts.handlers_of_data.get(data.id, ()), complete=not facts.unsure_handlers)


def _data_flows(facts: Facts, data: Thing) -> Listing:
    return Listing(facts.flows_of_data.get(data.id, ()), complete=not facts.unsure_flows)


def _ask_stores(facts: Facts, data: Thing) -> tuple[Ask, ...]:
    del data
    return tuple((element, "stores") for element in facts.unsure_stores)


def _ask_handlers(facts: Facts, data: Thing) -> tuple[Ask, ...]:
    del data
    return tuple(dict.fromkeys(ask for element in facts.unsure_handlers for ask in _ask_element_data(facts, element)))


def _ask_flows(facts: Facts, data: Thing) -> tuple[Ask, ...]:
    del data
    return tuple(ask for flow in facts.unsure_flows for ask in _ask_flow_data(facts, flow))


# ---- places ----------------------------------------------------------------------------------------------------------


def _closed(things: Iterable[Thing]) -> Listing:
    return Listing(tuple({thing.id: thing for thing in things}.values()), complete=True)


def _boundary(facts: Facts, thing: Thing) -> Value:
    around = facts.model.graph.boundaries[thing.id]
    return facts.model.things[around[0]] if around else None


def _trust(facts: Facts, thing: Thing) -> Value:
    return facts.model.graph.trust.get(thing.id)


def _ask_trust(facts: Facts, thing: Thing) -> tuple[Ask, ...]:
    """The boundary that says `unknown`, else the outermost: its answer counts for all that is inside."""
    things, around = facts.model.things, facts.model.graph.boundaries[thing.id]
    own = (thing.id,) if facts.model.vocabulary.is_a(thing.kind, "boundary") else ()
    places = [things[id_] for id_ in (*own, *around)]
    if not places:
        return ((thing, "boundary"),)
    return ((next((place for place in places if "trust" in place.facts), places[-1]), "trust"),)


def _title(facts: Facts, thing: Thing) -> Value:
    if isinstance(thing, Flow) and not thing.title:
        return ends(thing, facts.model.things)
    return thing.title


def _callers(facts: Facts, element: Thing) -> Listing:
    return _closed(facts.model.things[flow.source] for flow in facts.model.graph.inbound[element.id])


def _callees(facts: Facts, element: Thing) -> Listing:
    return _closed(facts.model.things[flow.target] for flow in facts.model.graph.outbound[element.id])


def _derived(
    name: str,
    type_: str,
    read: Callable[[Facts, Thing], Value],
    ask: Callable[[Facts, Thing], tuple[Ask, ...]] | None = None,
) -> tuple[str, Attribute]:
    value_type = ValueType(type_.strip("[]"), listed=type_.startswith("["))
    return name, Attribute(name, value_type, read, ask or (lambda _, thing: ((thing, name),)))


def _flow(read: Callable[[Facts, Flow], Value]) -> Callable[[Facts, Thing], Value]:
    def of_flow(facts: Facts, thing: Thing) -> Value:
        assert isinstance(thing, Flow)  # derived for flows
        return read(facts, thing)

    return of_flow


TITLE = _derived("title", "text", _title)
ELEMENT = (
    TITLE,
    _derived("boundary", "boundary", _boundary),
    _derived("trust", "trust", _trust, _ask_trust),
    _derived("stores", "[data]", lambda facts, e: kept(facts.model, e)),
    _derived("holds", "[data]", lambda facts, e: held(facts.model, e)),
    _derived("data", "[data]", lambda facts, e: facts.handled(e), _ask_element_data),
    _derived("inbound", "[flow]", lambda facts, e: _closed(facts.model.graph.inbound[e.id])),
    _derived("outbound", "[flow]", lambda facts, e: _closed(facts.model.graph.outbound[e.id])),
    _derived("flows", "[flow]", lambda facts, e: _closed(flows_of(facts.model, e))),
    _derived("callers", "[element]", _callers),
    _derived("callees", "[element]", _callees),
    _derived("reach", "[element]", lambda facts, e: _closed(facts.reach.of(e))),
    _derived("reached-by", "[element]", lambda facts, e: _closed(facts.reached_by.of(e))),
    _derived("exposed", "yes-no", lambda facts, e: e.id in facts.model.graph.exposed),
)
FLOW = (
    TITLE,
    _derived("from", "element", _flow(lambda facts, f: facts.model.things[f.source])),
    _derived("to", "element", _flow(lambda facts, f: facts.model.things[f.target])),
    _derived("carries", "[data]", _flow(lambda facts, f: facts.movements[f.id].carries)),
    _derived("returns", "[data]", _flow(lambda facts, f: facts.movements[f.id].returns)),
    _derived("data", "[data]", lambda facts, f: facts.flow_data(f), _ask_flow_data),
    _derived("crosses", "yes-no", lambda facts, f: f.id in facts.model.graph.crossing),
)
BOUNDARY = (
    TITLE,
    _derived("parent", "boundary", _boundary),
    _derived("trust", "trust", _trust, _ask_trust),
    _derived("elements", "[element]", lambda facts, b: _closed(facts.elements_inside.get(b.id, ()))),
    _derived("crossing-flows", "[flow]", lambda facts, b: _closed(facts.flows_across.get(b.id, ()))),
)
DATA = (
    TITLE,
    _derived("stored-in", "[element]", _stored_in, _ask_stores),
    _derived("handled-by", "[element]", _handled_by, _ask_handlers),
    _derived("flows", "[flow]", _data_flows, _ask_flows),
)
RUNTIME = (TITLE, _derived("hosts", "[element]", lambda facts, r: _closed(facts.hosted.get(r.id, ()))))
ROLE = (TITLE, _derived("held-by", "[element]", lambda facts, r: _closed(facts.holders.get(r.id, ()))))

DERIVED = {
    **{("element", name): found for name, found in ELEMENT},
    **{("flow", name): found for name, found in FLOW},
    **{("boundary", name): found for name, found in BOUNDARY},
    **{("data", name): found for name, found in DATA},
    **{("runtime", name): found for name, found in RUNTIME},
    **{("role", name): found for name, found in ROLE},
}
