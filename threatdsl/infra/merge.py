"""The facts of infrastructure as statements about the things of a model, which rules weigh like those of the model.

Both are kept: a thing that states a class and whose infrastructure shows it is confirmed; where they differ the less
safe one counts, as everywhere at one place. A class is shown only where all its facts are safe, and shown to be absent
where one is not; a fact that is silent or unresolved shows nothing.
"""

from collections.abc import Iterator

import msgspec

from threatdsl.infra.binding import Bound
from threatdsl.infra.infrastructure import Boundary, Element, Fact, Flow, Known, Part, Role
from threatdsl.infra.ruling import rulings
from threatdsl.model.model import Model
from threatdsl.model.things import Derived, Thing

# What kinds of things a part says something about. What runs elements is built by the resources that are elements too.
SPEAKS_OF: tuple[tuple[type[Part], tuple[str, ...]], ...] = (
    (Element, ("element", "runtime")),
    (Boundary, ("boundary",)),
    (Flow, ("flow",)),
    (Role, ("role",)),
)


def merged(model: Model, bound: Bound, label: str = "") -> Model:
    """The model with what the infrastructure that realizes its things shows of control classes.

    `label` stands before the names of files in spans, to tell revisions apart.
    """
    shown = (one for id_, parts in bound.parts.items() for one in derived_for(model, model.things[id_], parts))
    derived = (_labelled(one, label) for one in shown)
    return msgspec.structs.replace(model, derived=(*model.derived, *derived))


def _labelled(derived: Derived, label: str) -> Derived:
    span = msgspec.structs.replace(derived.span, file=f"{label}{derived.span.file}")
    return msgspec.structs.replace(derived, span=span)


def derived_for(model: Model, thing: Thing, parts: tuple[Part, ...]) -> Iterator[Derived]:
    """What parts show of control classes at a thing, each class once."""
    for ruling in rulings(facts_for(model, thing, parts)):
        if ruling.holds is not None:
            first = ruling.deciding[0]
            yield Derived(thing.id, ruling.control_class, ruling.holds, first.resource.binding, ruling.why, first.span)


def facts_for(model: Model, thing: Thing, parts: tuple[Part, ...]) -> Iterator[Fact]:
    """The facts of the parts that speak of things of this kind; that nothing was found elsewhere shows nothing here."""
    is_a = model.vocabulary.is_a
    for part in parts:
        kinds = next(kinds for type_, kinds in SPEAKS_OF if isinstance(part, type_))
        if any(is_a(thing.kind, kind) for kind in kinds):
            yield from (fact for fact in part.facts if fact.known is not Known.ABSENT)
