"""A second import into a model that somebody has edited: what is new is added, and no word of the author is changed."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.infra.binding import Bound
from threatdsl.infra.infrastructure import INTERNET, Flow, Infrastructure, Part
from threatdsl.infra.naming import names_of
from threatdsl.infra.writing import Writer
from threatdsl.model.model import Model
from threatdsl.model.things import Thing
from threatdsl.syntax.nodes import Declaration, Document, Items, Property, Statement
from threatdsl.syntax.nodes import Flow as FlowNode
from threatdsl.syntax.spelling import quoted


class Insertion(msgspec.Struct, frozen=True, order=True):
    """Text to put in at an offset."""

    at: int
    text: str


def known_names(model: Model, infrastructure: Infrastructure, bound: Bound) -> Mapping[str, str]:
    """The things that parts are, by key: through `realized-by`; parts without resources through their names.

    Things of imported files are left out: another file's model is not this one's to extend.
    """
    names: dict[str, str] = {}
    fresh = names_of(infrastructure)
    for part in (*infrastructure.elements, *infrastructure.boundaries, *infrastructure.roles):
        by_name = (model.former.get(fresh[part.key], fresh[part.key]),)
        ids = bound.things.get(part.key, ()) if part.bindings else by_name
        own = next((id_ for id_ in ids if id_ in model.things and "." not in id_), None)
        if own is not None:
            names[part.key] = own
    return names


def updated(text: str, document: Document, model: Model, infrastructure: Infrastructure, bound: Bound) -> str:
    """The text of a model with what infrastructure has and the model does not; not yet in canonical layout."""
    known = known_names(model, infrastructure, bound)
    fresh = names_of(
        msgspec.structs.replace(
            infrastructure,
            elements=tuple(e for e in infrastructure.elements if e.key not in known),
            boundaries=tuple(b for b in infrastructure.boundaries if b.key not in known),
            roles=tuple(r for r in infrastructure.roles if r.key not in known),
        ),
        model.things,
    )
    writer = Writer(infrastructure, {**known, **fresh})
    insertions = list(_bindings(document, model, infrastructure, known))
    at_end: list[str] = []
    for part, holder in _new_parts(infrastructure, known):
        written = writer.declaration(part, without=frozenset(known))
        place = _inside(document, known[holder]) if holder else None
        if place is None:
            at_end.append(written)
        else:
            insertions.append(Insertion(place, f"\n\n{written}\n"))
    at_end += writer.flows(_new_flows(model, infrastructure.flows, known))
    for one in sorted(insertions, reverse=True):
        text = text[: one.at] + one.text + text[one.at :]
    return "\n\n".join((text.rstrip("\n"), *at_end)) + "\n"


def _new_parts(infrastructure: Infrastructure, known: Mapping[str, str]) -> Iterator[tuple[Part, str]]:
    """Each new part that no other new part holds, with the key of the known boundary around it, empty for none."""
    new = {boundary.key for boundary in infrastructure.boundaries if boundary.key not in known}
    for boundary in infrastructure.boundaries:
        if boundary.key in new and boundary.parent not in new:
            yield boundary, boundary.parent if boundary.parent in known else ""
    for element in infrastructure.elements:
        if element.key not in known and element.boundary not in new:
            yield element, element.boundary if element.boundary in known else ""
    yield from ((role, "") for role in infrastructure.roles if role.key not in known)


def _new_flows(model: Model, flows: Iterable[Flow], known: Mapping[str, str]) -> Iterator[Flow]:
    """The flows whose ends the model does not connect; whoever calls from outside already stands for anybody."""
    pairs = {(flow.source, flow.target) for flow in model.flows}
    from_outside = {flow.target for flow in model.flows if is_outside(model, flow.source)}
    for flow in flows:
        source, target = known.get(flow.source), known.get(flow.target)
        reached = flow.source == INTERNET and target in from_outside
        if not reached and (source is None or target is None or (source, target) not in pairs):
            yield flow


def is_outside(model: Model, id_: str) -> bool:
    """Whether an element is an external entity that nobody trusts: in an untrusted boundary, or in none."""
    thing = model.things[id_]
    if not model.vocabulary.is_a(thing.kind, "external-entity"):
        return False
    stated = (str(model.things[around].value("trust")) for around in model.graph.boundaries[id_])
    trust = next((word for word in stated if word != "unknown" and "UNKNOWN" not in word), "untrusted")
    return trust == "untrusted"


def _bindings(
    document: Document, model: Model, infrastructure: Infrastructure, known: Mapping[str, str]
) -> Iterator[Insertion]:
    """The resources of known parts that nothing is bound to yet, added to the lists that name the others."""
    stated = {str(item) for thing in model.things.values() for item in thing.items("realized-by")}
    for part in infrastructure.parts:
        thing = model.things.get(known.get(part.key, ""))
        new = [r for r in part.resources if not any(r.is_named(reference) for reference in stated)]
        place = _end_of_list(document, thing) if thing is not None and new else None
        if place is not None:
            bindings = sorted(resource.binding for resource in new)
            stated.update(bindings)
            yield Insertion(place, "".join(f", {quoted(binding)}" for binding in bindings))


def _end_of_list(document: Document, thing: Thing) -> int | None:
    """Behind the last item of a thing's `realized-by`, None where it has no list to add to."""
    for statement in _body_of(document, thing.id):
        if isinstance(statement, Property) and statement.name.text == "realized-by":
            value = statement.value
            return value.items[-1].span.end if isinstance(value, Items) and value.items else None
    return None


def _inside(document: Document, name: str) -> int | None:
    """Before the brace that closes a declaration, None where it has no body."""
    found = _declared(document.statements, name)
    return found.span.end - 1 if found is not None and found.body is not None else None


def _body_of(document: Document, name: str) -> tuple[Statement, ...]:
    found = _declared(document.statements, name)
    return found.body or () if found is not None else ()


def _declared(statements: Iterable[Statement], name: str) -> Declaration | FlowNode | None:
    """The declaration of a name, at whatever depth."""
    for statement in statements:
        if isinstance(statement, Declaration | FlowNode):
            if statement.name is not None and statement.name.text == name:
                return statement
            below = _declared(statement.body or (), name)
            if below is not None:
                return below
    return None
