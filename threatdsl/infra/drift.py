"""How a model and its infrastructure differ, both ways, one difference a cause.

Nothing is guessed: things and resources are the same only by `realized-by`. What neither says is no difference; tags,
order, descriptions, numbers of copies and versions of images are not facts here, and never one.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.infra.binding import Bound, Reference
from threatdsl.infra.exposure import Exposures
from threatdsl.infra.infrastructure import EVERY_PORT, INTERNET, Element, Fact, Infrastructure, Known, Part, Rests
from threatdsl.infra.ruling import Ruling, in_words, rulings
from threatdsl.infra.stated import stated_classes
from threatdsl.model.model import Model
from threatdsl.model.things import Thing


class Kind(StrEnum):
    """What sort of difference it is, the gravest first."""

    MISSING = "missing"  # the model names a resource that is not there
    UNMODELLED = "unmodelled"  # there is something that the model does not know
    CONTRADICTED = "contradicted"  # the model says one thing, the infrastructure another
    UNVERIFIABLE = "unverifiable"  # the model says something that the infrastructure does not show


class Difference(msgspec.Struct, frozen=True):
    """One cause and all that follows from it.

    `id` is the same while the cause is. `span` is the line of infrastructure, of the model where something is missing;
    `model_span` the line of the model that is concerned, None where it has none. `counts` tells whether it is a
    difference for the exit code: what is only known after a deployment is told, and is none.
    """

    kind: Kind
    id: str
    message: str
    span: Span
    model_span: Span | None = None
    effects: tuple[str, ...] = ()
    counts: bool = True


class Coverage(msgspec.Struct, frozen=True):
    """How much was compared, each as a number and of how many.

    `bound` are elements of the model that are something there, `modelled` elements of the infrastructure that the model
    knows, `flows` those of the model that the infrastructure shows.
    """

    bound: tuple[int, int]
    modelled: tuple[int, int]
    flows: tuple[int, int]

    @property
    def percent(self) -> int:
        """Elements of both sides that are known to the other, of all of both."""
        known, all_ = self.bound[0] + self.modelled[0], self.bound[1] + self.modelled[1]
        return round(100 * known / all_) if all_ else 100


class Drift(msgspec.Struct, frozen=True):
    """The differences, the gravest kind first, and how much was compared."""

    differences: tuple[Difference, ...]
    coverage: Coverage

    @property
    def differs(self) -> bool:
        """Whether any difference counts."""
        return any(difference.counts for difference in self.differences)


class _Effect(msgspec.Struct, frozen=True):
    """Part of a difference: what `cause` it has, and the sentence of what follows."""

    kind: Kind
    cause: str
    message: str
    span: Span
    model_span: Span | None
    effect: str
    counts: bool = True


def drift(model: Model, wanted: tuple[Reference, ...], found: Bound, infrastructure: Infrastructure) -> Drift:
    """Compare a model with infrastructure, of which `wanted` are the references and `found` what they mean."""
    comparing = _Comparing(model, wanted, found, infrastructure)
    effects = (*comparing.missing(), *comparing.unmodelled(), *comparing.facts(), *comparing.flows())
    return Drift(tuple(_grouped(effects)), comparing.coverage())


def _grouped(effects: Iterable[_Effect]) -> Iterator[Difference]:
    """One difference a cause, of the gravest kind that it has an effect of."""
    by_cause: dict[str, list[_Effect]] = {}
    for effect in effects:
        by_cause.setdefault(effect.cause, []).append(effect)
    order = tuple(Kind)
    made = []
    for cause, some in by_cause.items():
        first = min(some, key=lambda one: order.index(one.kind))
        told = tuple(dict.fromkeys(one.effect for one in some if one.effect))
        counts = any(one.counts for one in some)
        made.append(Difference(first.kind, cause, first.message, first.span, first.model_span, told, counts))
    yield from sorted(made, key=lambda one: (order.index(one.kind), one.span, one.id))


class _Comparing:
    """One model beside one infrastructure."""

    def __init__(
        self, model: Model, wanted: tuple[Reference, ...], found: Bound, infrastructure: Infrastructure
    ) -> None:
        self._model, self._wanted, self._found, self._all = model, wanted, found, infrastructure
        self._readers = {resource.reader for resource in infrastructure.resources}
        self._gone: dict[str, list[Reference]] = {}
        for one in self._missing_references():
            self._gone.setdefault(one.thing, []).append(one)
        self._exposures = Exposures(model, found)
        self._elements = {element.key: element for element in infrastructure.elements}

    def missing(self) -> Iterator[_Effect]:
        """References to resources that are not there, those of one resource together."""
        for one in self._missing_references():
            message = f"{one.name} is not there" + (f" (it was in {one.file})" if one.file else "")
            effect = f"{_named(self._model, one.thing)} is built by it"
            yield _Effect(Kind.MISSING, f"missing:{one.text}", message, one.span, one.span, effect)

    def unmodelled(self) -> Iterator[_Effect]:
        """Elements that nothing in the model is bound to, with the flows from and to them."""
        for element in self._all.elements:
            if not self._is_unknown(element):
                continue
            cause, span = f"unmodelled:{element.key}", self._place(element)
            message = f"{_resource(element)} is not in the model"
            for effect in ("", *self._calls_of(element)):
                yield _Effect(Kind.UNMODELLED, cause, message, span, None, effect)

    def facts(self) -> Iterator[_Effect]:
        """Control classes that a thing states and its infrastructure does not show, or the other way round."""
        for id_, parts in self._found.parts.items():
            thing = self._model.things[id_]
            stated = stated_classes(self._model, thing)
            facts = tuple(fact for part in parts for fact in part.facts)
            for ruling in rulings(facts):
                holds = stated.get(ruling.control_class)
                if holds is not None and holds is not ruling.holds:
                    yield from self._differing(thing, ruling, holds=holds)

    def _differing(self, thing: Thing, ruling: Ruling, *, holds: bool) -> Iterator[_Effect]:
        """One effect for each fact that decides, so that each line to change has a difference of its own."""
        if not holds and ruling.holds is None:
            return
        kind = Kind.UNVERIFIABLE if ruling.holds is None else Kind.CONTRADICTED
        says = "has" if holds else "lacks"
        for fact in ruling.deciding if holds else ruling.deciding[:1]:
            gone = self._cause_gone(thing, fact)
            if gone is not None:
                effect = (
                    f"the model says that {thing.title or thing.id} {says} {ruling.control_class}; now {in_words(fact)}"
                )
                yield _Effect(
                    Kind.MISSING, f"missing:{gone.text}", f"{gone.name} is not there", gone.span, gone.span, effect
                )
                continue
            effect = f"the model says that {thing.title or thing.id} {says} {ruling.control_class}"
            message = f"{fact.resource.name}: {in_words(fact)}"
            cause = f"{fact.resource.binding}:{fact.name}"
            counts = fact.known is not Known.UNRESOLVED
            yield _Effect(kind, cause, message, fact.span, thing.span, effect, counts)

    def _cause_gone(self, thing: Thing, fact: Fact) -> Reference | None:
        """The missing resource that a fact follows from: one of its type, or any where no other resource sets it."""
        gone = self._gone.get(thing.id, [])
        of_type = next((one for one in gone if one.name.startswith(f"{fact.resource.type}/")), None)
        return of_type or (gone[0] if gone and fact.known is Known.ABSENT else None)

    def flows(self) -> Iterator[_Effect]:
        """Flows between known ends that the model does not have, or has by other ports: one cause for each rule."""
        for flow in self._all.flows:
            if flow.rests is Rests.ASSUMED or not (self._end(flow.source) and self._end(flow.target)):
                continue
            ports = self._exposures.unmodelled_ports(flow)
            if ports or not self._exposures.has_ends(flow):
                span = flow.port_span if ports and flow.port_span is not None else flow.span
                at = f" at {_port(ports or flow.ports)}" if ports or flow.ports else ""
                words = f"{self._titled(flow.source)} can call {self._titled(flow.target)}{at}"
                cause = f"unmodelled:{flow.why}:{span.file}:{flow.port if ports else flow.source}"
                message = f"{flow.why or words}: a call that the model does not have"
                yield _Effect(Kind.UNMODELLED, cause, message, span, None, words)

    def coverage(self) -> Coverage:
        """How much of either side the other knows."""
        own = [
            thing for thing in self._model.elements if not self._model.vocabulary.is_a(thing.kind, "external-entity")
        ]
        bound = sum(thing.id in self._found.parts for thing in own)
        there = [e for e in self._all.elements if e.bindings]
        modelled = sum(not self._is_unknown(element) for element in there)
        shown = self._exposures.shown(self._all.flows)
        return Coverage((bound, len(own)), (modelled, len(there)), (len(shown), len(self._model.flows)))

    def _missing_references(self) -> Iterator[Reference]:
        for one in self._wanted:
            if one.text not in self._found.resources and one.kind in self._readers:
                yield one

    def _is_unknown(self, element: Element) -> bool:
        return bool(element.bindings) and element.key not in self._found.things

    def _calls_of(self, element: Element) -> Iterator[str]:
        for flow in self._all.flows:
            if element.key in (flow.source, flow.target) and flow.rests is not Rests.ASSUMED:
                port = f" at {flow.port}" if flow.port else ""
                why = f" ({flow.why})" if flow.why else ""
                yield f"{self._titled(flow.source)} calls {self._titled(flow.target)}{port}{why}"

    def _place(self, element: Element) -> Span:
        """Where an element stands: its resource, or the line that names a host elsewhere."""
        if element.resources:
            return element.resources[0].span
        return next(flow.span for flow in self._all.flows if element.key in (flow.source, flow.target))

    def _end(self, key: str) -> bool:
        """Whether the model has it as something that flows can end at: what is out of scope has no flows."""
        is_a, things = self._model.vocabulary.is_a, self._model.things
        return key == INTERNET or any(is_a(things[id_].kind, "element") for id_ in self._found.things.get(key, ()))

    def _titled(self, key: str) -> str:
        element = self._elements.get(key)
        return element.title if element is not None else key


def _port(ports: tuple[str, ...]) -> str:
    return ", ".join(port if port == EVERY_PORT else f"port {port}" for port in ports)


def _resource(part: Part) -> str:
    return part.resources[0].name if part.resources else f"host {part.title}"


def _named(model: Model, id_: str) -> str:
    thing = model.things.get(id_)
    return thing.title or thing.id if thing is not None else id_
