"""What somebody stated of one thing, and what silence means where it means something."""

from threatdsl.model.model import Model
from threatdsl.model.things import UNKNOWN, ControlRef, Fact, Flow, Ref, Thing
from threatdsl.model.things import Scalar as StatedScalar
from threatdsl.model.vocabulary import PropertyDefinition
from threatdsl.rules.values import Listing, Scalar, Value

OPEN_LISTS = ("controls", "planned")
NOTHING = Listing((), complete=True)


def stating(model: Model, thing: Thing, definition: PropertyDefinition) -> Fact | None:
    """The statement of a property that counts for a thing: its own or, where the property inherits, one around it."""
    fact = thing.facts.get(definition.name)
    if fact is None and definition.inherits:
        around = (model.things[id_].facts.get(definition.name) for id_ in model.graph.boundaries[thing.id])
        fact = next((found for found in around if found is not None), None)
    return fact


def stated(model: Model, thing: Thing, definition: PropertyDefinition) -> Value:
    """What somebody stated of a property, unknown or an incomplete list where nobody did."""
    fact = stating(model, thing, definition)
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


def _is_stated(thing: Thing, name: str) -> bool:
    return thing.value(name) is not UNKNOWN


def carried(model: Model, flow: Flow) -> Listing:
    """What goes with the call. Stating `returns` alone says that nothing does."""
    return _half(model, flow, "carries", closed=_is_stated(flow, "returns"))


def returned(model: Model, flow: Flow) -> Listing:
    """What comes back. Stating `carries` alone says nothing does, except from a data store: data leaves by reads."""
    store = model.vocabulary.is_a(model.things[flow.target].kind, "datastore")
    return _half(model, flow, "returns", closed=_is_stated(flow, "carries") and not store)


def _half(model: Model, flow: Flow, name: str, *, closed: bool) -> Listing:
    return NOTHING if name not in flow.facts and closed else _listing(model, flow, "flow", name)


def kept(model: Model, element: Thing) -> Listing:
    """What rests in an element. Unstated it is unknown for data stores; others keep nothing unless they say so."""
    store = model.vocabulary.is_a(element.kind, "datastore")
    return _listing(model, element, "element", "stores") if "stores" in element.facts or store else NOTHING


def held(model: Model, element: Thing) -> Listing:
    """What an element has in its memory beside what it stores and moves; nothing unless it says so."""
    return _listing(model, element, "element", "holds") if "holds" in element.facts else NOTHING


def _listing(model: Model, thing: Thing, kind: str, name: str) -> Listing:
    value = stated(model, thing, model.vocabulary.kinds[kind].properties[name])
    assert isinstance(value, Listing)  # declared as a list
    return value


def flows_of(model: Model, element: Thing) -> tuple[Flow, ...]:
    """The flows that begin or end at an element, each once."""
    inbound, outbound = model.graph.inbound[element.id], model.graph.outbound[element.id]
    return (*inbound, *(flow for flow in outbound if flow.target != element.id))
