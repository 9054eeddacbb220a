"""`a.b` in rules: declared properties and what is derived from the graph, with their types."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from threatdsl.model.things import Thing
from threatdsl.model.vocabulary import PropertyDefinition, ValueType, Vocabulary
from threatdsl.rules import derived
from threatdsl.rules.columns import Column, declared

if TYPE_CHECKING:
    from threatdsl.rules.facts import Ask, Facts


class Attribute(msgspec.Struct, frozen=True):
    """Something that can be read off a thing of the kind `owner`.

    `fill` works out its values for all things of a model; `ask` says which facts to ask for while it is unknown.
    `wide`: a list that may name most of the model, which is never written out for all things.
    """

    name: str
    type: ValueType
    owner: str
    fill: Callable[["Facts"], Column]
    ask: Callable[["Facts", Thing], tuple["Ask", ...]]
    wide: bool = False


def attribute(vocabulary: Vocabulary, kind: str, name: str) -> Attribute | None:
    """The attribute `name` of things of `kind`, None when there is none."""
    for ancestor in vocabulary.kinds[kind].ancestors:
        found = DERIVED.get((ancestor, name))
        if found is not None:
            return found
    definition = vocabulary.kinds[kind].properties.get(name)
    return _declared(definition) if definition is not None else None


def attribute_names(vocabulary: Vocabulary, kind: str) -> tuple[str, ...]:
    """All attributes of things of `kind`, for suggestions."""
    ancestors = vocabulary.kinds[kind].ancestors
    return (*vocabulary.kinds[kind].properties, *(name for owner, name in DERIVED if owner in ancestors))


def _declared(definition: PropertyDefinition) -> Attribute:
    return Attribute(
        definition.name,
        definition.type,
        definition.owner,
        lambda facts: declared(facts.numbering, definition, facts.of_kind(definition.owner)),
        lambda _, thing: ((thing, definition.name),),
    )


# ---- what to ask while a derived attribute is unknown ----------------------------------------------------------------


def _ask_flow_data(facts: "Facts", flow: Thing) -> tuple["Ask", ...]:
    number = facts.number(flow)
    halves = (("carries", facts.read("flow", "carries")), ("returns", facts.read("flow", "returns")))
    return tuple((flow, name) for name, half in halves if half.complete is not None and not half.complete[number])


def _ask_element_data(facts: "Facts", element: Thing) -> tuple["Ask", ...]:
    number = facts.number(element)
    own = (("stores", facts.read("element", "stores")), ("holds", facts.read("element", "holds")))
    return (
        *((element, name) for name, list_ in own if list_.complete is not None and not list_.complete[number]),
        *(ask for n in facts.read("element", "flows").values[number] for ask in _ask_flow_data(facts, facts.things[n])),
    )


def _ask_all(
    kind: str, ask: Callable[["Facts", Thing], tuple["Ask", ...]]
) -> Callable[["Facts", Thing], tuple["Ask", ...]]:
    """What to ask of all things of a kind, each fact once."""

    def asked(facts: "Facts", data: Thing) -> tuple["Ask", ...]:
        del data
        return tuple(dict.fromkeys(found for n in facts.of_kind(kind) for found in ask(facts, facts.things[n])))

    return asked


def _ask_stores(facts: "Facts", element: Thing) -> tuple["Ask", ...]:
    complete = facts.read("element", "stores").complete
    return ((element, "stores"),) if complete is not None and not complete[facts.number(element)] else ()


def _ask_trust(facts: "Facts", thing: Thing) -> tuple["Ask", ...]:
    """The boundary that says `unknown`, else the outermost: its answer counts for all that is inside."""
    things, around = facts.model.things, facts.model.graph.boundaries[thing.id]
    own = (thing.id,) if facts.model.vocabulary.is_a(thing.kind, "boundary") else ()
    places = [things[id_] for id_ in (*own, *around)]
    if not places:
        return ((thing, "boundary"),)
    return ((next((place for place in places if "trust" in place.facts), places[-1]), "trust"),)


# ---- the table -------------------------------------------------------------------------------------------------------


def _reach(facts: "Facts") -> Column:
    """The elements that calls from each element can lead to."""
    return Column(facts.reach.lists, b"\1" * len(facts.things))


def _reached_by(facts: "Facts") -> Column:
    """The elements from which calls can lead to each element."""
    return Column(facts.reached_by.lists, b"\1" * len(facts.things))


def _derived(
    owner: str,
    name: str,
    type_: str,
    fill: derived.Fill,
    ask: Callable[["Facts", Thing], tuple["Ask", ...]] | None = None,
    *,
    wide: bool = False,
) -> Attribute:
    value_type = ValueType(type_.strip("[]"), listed=type_.startswith("["))
    return Attribute(name, value_type, owner, fill, ask or (lambda _, thing: ((thing, name),)), wide)


TITLED = ("element", "flow", "boundary", "data", "runtime", "role")
DERIVED = {
    (found.owner, found.name): found
    for found in (
        *(_derived(kind, "title", "text", derived.titles) for kind in TITLED),
        _derived("element", "boundary", "boundary", derived.around),
        _derived("element", "trust", "trust", derived.trusted, _ask_trust),
        _derived("element", "stores", "[data]", derived.kept),
        _derived("element", "holds", "[data]", derived.held),
        _derived("element", "data", "[data]", derived.handled, _ask_element_data),
        _derived("element", "inbound", "[flow]", derived.inbound),
        _derived("element", "outbound", "[flow]", derived.outbound),
        _derived("element", "flows", "[flow]", derived.flows),
        _derived("element", "callers", "[element]", derived.callers),
        _derived("element", "callees", "[element]", derived.callees),
        _derived("element", "reach", "[element]", _reach, wide=True),
        _derived("element", "reached-by", "[element]", _reached_by, wide=True),
        _derived("element", "described", "yes-no", derived.described),
        _derived("element", "exposed", "yes-no", derived.exposed),
        _derived("flow", "from", "element", derived.source),
        _derived("flow", "to", "element", derived.target),
        _derived("flow", "carries", "[data]", derived.carried),
        _derived("flow", "returns", "[data]", derived.returned),
        _derived("flow", "data", "[data]", derived.moved, _ask_flow_data),
        _derived("flow", "crosses", "yes-no", derived.crosses),
        _derived("boundary", "parent", "boundary", derived.around),
        _derived("boundary", "trust", "trust", derived.trusted, _ask_trust),
        _derived("boundary", "elements", "[element]", derived.inside),
        _derived("boundary", "own-elements", "[element]", derived.directly_inside),
        _derived("boundary", "crossing-flows", "[flow]", derived.crossing),
        _derived("data", "stored-in", "[element]", derived.stored_in, _ask_all("element", _ask_stores)),
        _derived("data", "handled-by", "[element]", derived.handled_by, _ask_all("element", _ask_element_data)),
        _derived("data", "sealed-for", "[element]", derived.sealed_for),
        _derived("data", "verified-by", "[element]", derived.verified_by),
        _derived("data", "flows", "[flow]", derived.moved_by, _ask_all("flow", _ask_flow_data)),
        _derived("runtime", "hosts", "[element]", derived.hosted),
        _derived("role", "held-by", "[element]", derived.held_by),
    )
}
