"""`a.b` in rules: declared properties and what is derived from the graph, with their types."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from threatdsl.model.graph import hops
from threatdsl.model.model import Model
from threatdsl.model.things import UNKNOWN, ControlRef, Flow, Ref, Thing
from threatdsl.model.things import Scalar as StatedScalar
from threatdsl.model.vocabulary import PropertyDefinition, ValueType, Vocabulary
from threatdsl.rules.values import Listing, Scalar, Value

Ask = tuple[Thing, str]
OPEN_LISTS = ("controls", "planned")


class Attribute(msgspec.Struct, frozen=True):
    """Something that can be read off a thing: its type, its value, and which facts to ask for while it is unknown."""

    name: str
    type: ValueType
    read: Callable[[Model, Thing], Value]
    ask: Callable[[Model, Thing], tuple[Ask, ...]]


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
    def read(model: Model, thing: Thing) -> Value:
        return stated(model, thing, definition)

    def ask(model: Model, thing: Thing) -> tuple[Ask, ...]:
        del model
        return ((thing, definition.name),)

    return Attribute(definition.name, definition.type, read, ask)


def stated(model: Model, thing: Thing, definition: PropertyDefinition) -> Value:
    """What somebody stated, on the thing or, where the property inherits, on a boundary around it."""
    fact = thing.facts.get(definition.name)
    if fact is None and definition.inherits:
        around = (model.things[id_].facts.get(definition.name) for id_ in model.graph.boundaries[thing.id])
        fact = next((found for found in around if found is not None), None)
    if fact is None or fact.value is UNKNOWN:
        return Listing((), complete=False) if definition.type.listed else None
    if isinstance(fact.value, tuple):
        items = tuple(_scalar(model, item) for item in fact.value)
        return Listing(items, complete=definition.name not in OPEN_LISTS)
    return _scalar(model, fact.value)


def _scalar(model: Model, value: StatedScalar) -> Scalar:
    if isinstance(value, Ref):
        return model.things[value.id]
    if isinstance(value, ControlRef):
        return model.things[value.id] if not value.anonymous else value.id
    return value


# ---- data ------------------------------------------------------------------------------------------------------------


def carried(model: Model, flow: Flow) -> Listing:
    """What goes with the call. Stating `returns` alone says that nothing does."""
    return _half(model, flow, "carries", closed="returns" in flow.facts)


def returned(model: Model, flow: Flow) -> Listing:
    """What comes back. Stating `carries` alone says that nothing does, except from a data store: reads are how data leaves."""
    store = model.vocabulary.is_a(model.things[flow.target].kind, "datastore")
    return _half(model, flow, "returns", closed="carries" in flow.facts and not store)


def _half(model: Model, flow: Flow, name: str, *, closed: bool) -> Listing:
    value = stated(model, flow, model.vocabulary.kinds["flow"].properties[name])
    assert isinstance(value, Listing)  # declared as a list
    return Listing((), complete=True) if name not in flow.facts and closed else value


def kept(model: Model, element: Thing) -> Listing:
    """What rests in an element. Unstated it is unknown for data stores; other elements keep nothing unless they say so."""
    value = stated(model, element, model.vocabulary.kinds["element"].properties["stores"])
    assert isinstance(value, Listing)  # declared as a list
    store = model.vocabulary.is_a(element.kind, "datastore")
    return value if "stores" in element.facts or store else Listing((), complete=True)


def _joined(lists: Iterable[Listing]) -> Listing:
    found = tuple(lists)
    items = dict.fromkeys(item for listing in found for item in listing.items)
    return Listing(tuple(items), all(listing.complete for listing in found))


def _flow_data(model: Model, flow: Thing) -> Listing:
    assert isinstance(flow, Flow)  # derived for flows
    return _joined((carried(model, flow), returned(model, flow)))


def _element_lists(model: Model, element: Thing) -> Iterator[Listing]:
    yield kept(model, element)
    yield Listing(tuple(model.things[str(ref)] for ref in element.items("holds")), complete=True)
    for flow in _flows_of(model, element):
        yield carried(model, flow)
        yield returned(model, flow)


def handled(model: Model, element: Thing) -> Listing:
    """What an element stores, holds, sends and receives: what a compromised one reads."""
    return _joined(_element_lists(model, element))


def _ask_flow_data(model: Model, flow: Thing) -> tuple[Ask, ...]:
    assert isinstance(flow, Flow)  # derived for flows
    halves = (("carries", carried(model, flow)), ("returns", returned(model, flow)))
    return tuple((flow, name) for name, half in halves if not half.complete)


def _ask_element_data(model: Model, element: Thing) -> tuple[Ask, ...]:
    stores = () if kept(model, element).complete else ((element, "stores"),)
    return (*stores, *(ask for flow in _flows_of(model, element) for ask in _ask_flow_data(model, flow)))


# ---- places ----------------------------------------------------------------------------------------------------------


def _flows_of(model: Model, element: Thing) -> tuple[Flow, ...]:
    return (*model.graph.inbound[element.id], *model.graph.outbound[element.id])


def _closed(things: Iterable[Thing]) -> Listing:
    return Listing(tuple({thing.id: thing for thing in things}.values()), complete=True)


def _boundary(model: Model, thing: Thing) -> Value:
    around = model.graph.boundaries[thing.id]
    return model.things[around[0]] if around else None


def _ask_trust(model: Model, thing: Thing) -> tuple[Ask, ...]:
    around = model.graph.boundaries[thing.id]
    if model.vocabulary.is_a(thing.kind, "boundary"):
        return ((model.things[around[-1]] if around else thing, "trust"),)
    return ((model.things[around[-1]], "trust"),) if around else ((thing, "boundary"),)


def _data_flows(model: Model, data: Thing) -> Listing:
    flows = [flow for flow in model.flows if data in _flow_data(model, flow).items]
    return Listing(tuple(flows), all(_flow_data(model, flow).complete for flow in model.flows))


def _holders(model: Model, data: Thing, listing: Callable[[Model, Thing], Listing]) -> Listing:
    found = [(element, listing(model, element)) for element in model.elements]
    return Listing(tuple(e for e, held in found if data in held.items), all(held.complete for _, held in found))


def _reach(model: Model, element: Thing, *, forward: bool) -> Listing:
    adjacent = model.graph.outbound if forward else model.graph.inbound
    seen: dict[str, None] = {}
    queue = [element.id]
    while queue:
        for flow in adjacent[queue.pop()]:
            for source, target in hops(flow):
                step = target if forward else source
                if step not in seen:
                    seen[step] = None
                    queue.append(step)
    return _closed(model.things[id_] for id_ in seen if id_ != element.id)


def _derived(
    name: str,
    type_: str,
    read: Callable[[Model, Thing], Value],
    ask: Callable[[Model, Thing], tuple[Ask, ...]] | None = None,
) -> tuple[str, Attribute]:
    value_type = ValueType(type_.strip("[]"), listed=type_.startswith("["))
    return name, Attribute(name, value_type, read, ask or (lambda _, thing: ((thing, name),)))


def _flow(read: Callable[[Model, Flow], Value]) -> Callable[[Model, Thing], Value]:
    def of_flow(model: Model, thing: Thing) -> Value:
        assert isinstance(thing, Flow)  # derived for flows
        return read(model, thing)

    return of_flow


ELEMENT = (
    _derived("boundary", "boundary", _boundary),
    _derived("trust", "trust", lambda m, e: m.graph.trust.get(e.id), _ask_trust),
    _derived("stores", "[data]", kept),
    _derived("data", "[data]", handled, _ask_element_data),
    _derived("inbound", "[flow]", lambda m, e: _closed(m.graph.inbound[e.id])),
    _derived("outbound", "[flow]", lambda m, e: _closed(m.graph.outbound[e.id])),
    _derived("flows", "[flow]", lambda m, e: _closed(_flows_of(m, e))),
    _derived("callers", "[element]", lambda m, e: _closed(m.things[f.source] for f in m.graph.inbound[e.id])),
    _derived("callees", "[element]", lambda m, e: _closed(m.things[f.target] for f in m.graph.outbound[e.id])),
    _derived("reach", "[element]", lambda m, e: _reach(m, e, forward=True)),
    _derived("reached-by", "[element]", lambda m, e: _reach(m, e, forward=False)),
    _derived("exposed", "yes-no", lambda m, e: e.id in m.graph.exposed),
)
FLOW = (
    _derived("from", "element", _flow(lambda m, f: m.things[f.source])),
    _derived("to", "element", _flow(lambda m, f: m.things[f.target])),
    _derived("carries", "[data]", _flow(carried)),
    _derived("returns", "[data]", _flow(returned)),
    _derived("data", "[data]", _flow_data, _ask_flow_data),
    _derived("crosses", "yes-no", lambda m, f: f.id in m.graph.crossing),
)
BOUNDARY = (
    _derived("parent", "boundary", _boundary),
    _derived("trust", "trust", lambda m, b: m.graph.trust.get(b.id), _ask_trust),
    _derived("elements", "[element]", lambda m, b: _closed(e for e in m.elements if b.id in m.graph.boundaries[e.id])),
    _derived(
        "crossing-flows",
        "[flow]",
        lambda m, b: _closed(
            f for f in m.flows if (b.id in m.graph.boundaries[f.source]) != (b.id in m.graph.boundaries[f.target])
        ),
    ),
)
DATA = (
    _derived("stored-in", "[element]", lambda m, d: _holders(m, d, kept)),
    _derived("handled-by", "[element]", lambda m, d: _holders(m, d, handled)),
    _derived("flows", "[flow]", _data_flows),
)
RUNTIME = (_derived("hosts", "[element]", lambda m, r: _closed(e for e in m.elements if e.value("runs-on") == Ref(r.id))),)

DERIVED = {
    **{("element", name): found for name, found in ELEMENT},
    **{("flow", name): found for name, found in FLOW},
    **{("boundary", name): found for name, found in BOUNDARY},
    **{("data", name): found for name, found in DATA},
    **{("runtime", name): found for name, found in RUNTIME},
}
