"""Collects what the topics find, and makes the infrastructure of it."""

import re
from collections.abc import Iterator

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.infra.cloudformation.estate import Estate, Item
from threatdsl.infra.cloudformation.tables import ELEMENTS, PART_OF, loss_of
from threatdsl.infra.cloudformation.values import Value, reasons
from threatdsl.infra.infrastructure import (
    INTERNET,
    Boundary,
    Element,
    Fact,
    Flow,
    Infrastructure,
    Known,
    Loss,
    LossKind,
    Resource,
    Rests,
    Role,
    the_internet,
)

MOST_STEPS = 6  # from a resource to the element that it belongs to
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
STORES = frozenset((
    "database", "object-store", "file-share", "cache", "search-index", "queue", "log", "vault", "registry",
    "repository",
))  # fmt: skip


class Draft:
    """A part while it is put together. Lists may hold things twice; `Building` sorts them out."""

    def __init__(self, item: Item, kind: str = "") -> None:
        """A part that is named after a resource."""
        self.item, self.kind = item, kind
        self.key, self.title = item.key, item.logical
        self.items = [item]
        self.facts: list[Fact] = []
        self.boundary = ""
        self.trust = ""
        self.grants: set[str] = set()
        self.holders: set[str] = set()
        self.mfa: bool | None = None

    @property
    def is_store(self) -> bool:
        """Whether it keeps data and calls nobody by itself."""
        return self.kind in STORES


class Building:
    """The infrastructure while it is put together."""

    def __init__(self, estate: Estate) -> None:
        """Every resource of a type that is an element becomes one at once, so that topics can refer to it."""
        self.estate = estate
        self.items = tuple(item for item in estate.items.values() if item.present)
        self._by_type: dict[str, list[Item]] = {}
        for item in self.items:
            self._by_type.setdefault(item.type, []).append(item)
        self.elements: dict[str, Draft] = {}
        self.boundaries: dict[str, Draft] = {}
        self.roles: dict[str, Draft] = {}
        self.notes = estate.notes
        self._flows: dict[tuple[str, str, Rests, str, str], Flow] = {}
        self._losses: dict[str, Loss] = {}
        self.public: dict[str, bool] = {}  # whether routes lead from the internet to a subnet, by its key
        self.worn: dict[str, tuple[str, ...]] = {}  # the keys of security groups by the key of who wears them
        for item in self.items:
            if item.type in ELEMENTS and self._owner(item) is None:
                kind, technology = ELEMENTS[item.type]
                draft = self.elements[item.key] = Draft(item, kind)
                if technology:
                    self.fact(draft, item, "Type", technology, safe=None, property_="technology")

    def of_type(self, *types: str) -> Iterator[Item]:
        """The resources of some types that are there, in the order of the files."""
        found = [item for type_ in types for item in self._by_type.get(type_, ())]
        return iter(sorted(found, key=lambda item: item.place) if len(types) > 1 else found)

    def element_of(self, item: Item | None) -> Draft | None:
        """The element that a resource is or belongs to: a listener belongs to its balancer."""
        for _ in range(MOST_STEPS):
            if item is None or item.key in self.elements:
                break
            item = self._owner(item)
        return self.elements.get(item.key) if item is not None else None

    def _owner(self, item: Item) -> Item | None:
        """What a resource says that it belongs to: an instance to its cluster, a method to its API."""
        return self.estate.of(item.at(*PART_OF[item.type])) if item.type in PART_OF else None

    def element(self, value: Value | None) -> Draft | None:
        """The element that a value means, or whose part it means."""
        return self.element_of(self.estate.of(value))

    def fact(  # noqa: PLR0913 - the sides of a fact
        self,
        draft: Draft,
        item: Item,
        name: str,
        shown: str,
        *,
        safe: bool | None,
        classes: tuple[str, ...] = (),
        at: Value | None = None,
        known: Known = Known.STATED,
        why: str = "",
        property_: str = "",
    ) -> None:
        """Add a fact that a resource sets at `at`; what rests on a default says so."""
        reason = reasons(why, at.why if at is not None else "")
        if known is Known.STATED and at is not None and at.why:
            known = Known.DEFAULT
        draft.facts.append(Fact(name, shown, safe, item.span(at), item.resource, classes, known, property_, reason))
        if item.present:  # what may not be there builds nothing
            self.realize(draft, item)

    def realize(self, draft: Draft, item: Item) -> None:
        """Make a resource one of those that build a part."""
        if item not in draft.items:
            draft.items.append(item)

    def flow(  # noqa: PLR0913 - the sides of a flow
        self,
        source: Draft | None,
        target: Draft | None,
        rests: Rests,
        item: Item,
        at: Value | None,
        *,
        why: str,
        protocol: str = "",
        port: str = "",
    ) -> None:
        """Add a flow; `source` None is the internet. The same flow twice is one, that of the first line."""
        if target is None or source is target:
            return
        start = source.key if source is not None else INTERNET
        why = reasons(why, at.why if at is not None else "")
        ends = (start, target.key, rests, protocol, port)
        title = f"{source.title if source is not None else 'internet'} to {target.title}"
        key = f"flow:{item.key}:{start}:{target.key}:{rests.value}:{protocol}:{port}"
        flow = Flow(
            key=key, title=title, resources=(item.resource,), source=start, target=target.key, rests=rests,
            span=item.span(at), protocol=protocol, port=port, why=why,
        )  # fmt: skip
        before = self._flows.get(ends)
        if before is None or flow.span < before.span:
            self._flows[ends] = flow
        if before is not None:
            other = tuple(sorted({*before.resources, item.resource}))
            self._flows[ends] = msgspec.structs.replace(self._flows[ends], resources=other)

    def note(self, code: str, message: str, span: Span) -> None:
        """Tell the reader something about the files."""
        self.notes.append(Diagnostic(code, Severity.WARNING, message, span))

    def lose(self, item: Item, kind: LossKind, why: str) -> None:
        """Say why a resource became nothing; the first word counts."""
        self._losses.setdefault(item.key, Loss(item.resource, kind, why))

    def finished(self) -> Infrastructure:
        """All of it, in one order whatever that of the files is."""
        owned = _owned((*self.elements.values(), *self.boundaries.values(), *self.roles.values()))
        elements = [_element(draft, owned[draft.key]) for draft in self.elements.values()]
        boundaries = [_boundary(draft, owned[draft.key]) for draft in self.boundaries.values()]
        flows = sorted(self._flows.values(), key=lambda flow: flow.key)
        if any(INTERNET in (flow.source, flow.target) for flow in flows):
            boundary, anybody = the_internet()
            elements.append(anybody)
            boundaries.append(boundary)
        roles = [_role(draft, owned[draft.key]) for draft in self.roles.values()]
        mapped = {resource for part in (*elements, *boundaries, *flows, *roles) for resource in part.resources}
        resources = sorted(item.resource for item in self.estate.items.values())
        losses = (self._loss(item) for item in self.estate.items.values() if item.resource not in mapped)
        return Infrastructure(
            elements=tuple(sorted(elements, key=lambda part: part.key)),
            boundaries=tuple(sorted(boundaries, key=lambda part: part.key)),
            flows=tuple(flows),
            roles=tuple(sorted(roles, key=lambda part: part.key)),
            resources=tuple(resources),
            losses=tuple(sorted(losses, key=lambda loss: loss.resource)),
            notes=tuple(sorted(set(self.notes), key=lambda note: (note.span, note.code, note.message))),
        )

    def _loss(self, item: Item) -> Loss:
        condition = item.node.text_at("Condition")
        if item.present is None:
            return Loss(item.resource, LossKind.CONDITIONAL, f"whether condition {condition} holds cannot be decided")
        if item.present is False:
            why = reasons(f"it is not there: condition {condition} does not hold", item.why)
            return Loss(item.resource, LossKind.OUT_OF_SCOPE, why)
        given = self._losses.get(item.key)
        if given is not None:
            return given
        owner = self.element_of(item)
        return Loss(item.resource, *loss_of(item.type, owner.title if owner is not None else ""))


def _title(draft: Draft) -> str:
    """A logical id as words: `ECSTaskRole` is `ECS Task Role`."""
    return WORDS.sub(" ", draft.title)


def _owned(drafts: tuple[Draft, ...]) -> dict[str, tuple[Resource, ...]]:
    """The resources of each part, by its key. A resource belongs to one: a thing of a model that names it means that.

    That is the part named after it, else a boundary or role before an element, else the first by key. The facts that
    others have from it stay theirs.
    """
    owner: dict[Resource, str] = {}
    for draft in drafts:
        owner.setdefault(draft.item.resource, draft.key)
    for draft in sorted(drafts, key=lambda draft: (bool(draft.kind), draft.key)):
        for item in draft.items:
            owner.setdefault(item.resource, draft.key)
    return {
        draft.key: (
            *(item.resource for item in draft.items[:1] if owner[item.resource] == draft.key),
            *sorted(item.resource for item in draft.items[1:] if owner[item.resource] == draft.key),
        )
        for draft in drafts
    }


def _facts(draft: Draft) -> tuple[Fact, ...]:
    return tuple(sorted(dict.fromkeys(draft.facts), key=lambda fact: (fact.span, fact.name, fact.value, fact.classes)))


def _element(draft: Draft, resources: tuple[Resource, ...]) -> Element:
    return Element(
        key=draft.key, title=_title(draft), resources=resources, facts=_facts(draft), kind=draft.kind,
        boundary=draft.boundary,
    )  # fmt: skip


def _boundary(draft: Draft, resources: tuple[Resource, ...]) -> Boundary:
    return Boundary(
        key=draft.key, title=_title(draft), resources=resources, facts=_facts(draft), parent=draft.boundary,
        trust=draft.trust,
    )  # fmt: skip


def _role(draft: Draft, resources: tuple[Resource, ...]) -> Role:
    return Role(
        key=draft.key, title=_title(draft), resources=resources, facts=_facts(draft),
        grants=tuple(sorted(draft.grants)), holders=tuple(sorted(draft.holders)), mfa=draft.mfa,
    )  # fmt: skip
