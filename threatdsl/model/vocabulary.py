"""The words a model may use, as the prelude and the team's libraries declare them."""

from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Span


class Scale(msgspec.Struct, frozen=True):
    """Ordered words, lowest first. `impact` gives each its 1..5 in severities, or is empty."""

    name: str
    title: str
    order: tuple[str, ...]
    impact: tuple[int, ...]
    span: Span


class Enumeration(msgspec.Struct, frozen=True):
    """Words without an order."""

    name: str
    title: str
    values: tuple[str, ...]
    span: Span


class ControlClass(msgspec.Struct, frozen=True):
    """What a control is good for.

    `guards` says where a statement reaches (element, flow, boundary, runtime, role; inbound, outbound; inside,
    crossing; hosted); `layer` is prevent, detect or respond; `lowers` is likelihood or impact, by `steps`.
    `nist_spans` are the places of the ids in `nist`.
    """

    name: str
    title: str
    guards: frozenset[str]
    layer: str
    lowers: str
    steps: int
    nist: tuple[str, ...]
    span: Span
    nist_spans: tuple[Span, ...] = ()


class Protocol(msgspec.Struct, frozen=True):
    """What a protocol secures on its hop, what its definition excludes, and what is meaningless on it: class names."""

    name: str
    title: str
    secures: frozenset[str]
    denies: frozenset[str]
    not_applicable: frozenset[str]
    span: Span


class ValueType(msgspec.Struct, frozen=True):
    """The type of a property: a basic type's name (text, number, ...) or a scale's, an enumeration's, a kind's."""

    name: str
    listed: bool = False

    def __str__(self) -> str:
        """As it is written in a declaration."""
        return f"[{self.name}]" if self.listed else self.name


class PropertyDefinition(msgspec.Struct, frozen=True):
    """A property of a kind. `relation` names the edges that its links are; `later` says that it has no effect yet.

    `asks` is the question that a missing fact is, with `{it}` for the thing; empty where the declaration gives none.
    """

    name: str
    title: str
    type: ValueType
    owner: str
    span: Span
    inherits: bool = False
    required: bool = False
    later: bool = False
    relation: str = ""
    asks: str = ""


class Kind(msgspec.Struct, frozen=True):
    """A kind of thing: `ancestors` are all kinds that it is, itself first; `properties` its own and theirs by name.

    A kind is not `complete` when something it is declared with is unknown, which is reported there and only there.
    """

    name: str
    title: str
    ancestors: tuple[str, ...]
    properties: Mapping[str, PropertyDefinition]
    contains: tuple[str, ...]
    later: bool
    span: Span
    complete: bool = True


class Relation(msgspec.Struct, frozen=True):
    """A named edge between two kinds, such as `runs-on`."""

    name: str
    title: str
    source: str
    target: str
    span: Span


class Vocabulary(msgspec.Struct, frozen=True):
    """All words, each table by name. A word of the prelude has a bare name, a library's is `namespace.name`."""

    kinds: Mapping[str, Kind]
    scales: Mapping[str, Scale]
    enumerations: Mapping[str, Enumeration]
    classes: Mapping[str, ControlClass]
    protocols: Mapping[str, Protocol]
    relations: Mapping[str, Relation]

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether everything of `kind` is of `ancestor` too."""
        return ancestor in self.kinds[kind].ancestors

    def names_under(self, ancestor: str) -> frozenset[str]:
        """The names of all kinds that are `ancestor`, itself included."""
        return frozenset(name for name, kind in self.kinds.items() if ancestor in kind.ancestors)

    def impact_of(self, scale: str, word: str) -> int | None:
        """The 1..5 a word of a scale stands for in severities, None where the scale gives none."""
        found = self.scales[scale]
        return found.impact[found.order.index(word)] if found.impact else None

    def descendants(self, ancestor: str) -> Iterator[Kind]:
        """All kinds that are `ancestor`, itself included, by name."""
        return (kind for _, kind in sorted(self.kinds.items()) if ancestor in kind.ancestors)
