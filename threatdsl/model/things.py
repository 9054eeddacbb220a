"""What a bound model holds: things with facts, flows, decisions."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum

import msgspec

from threatdsl.diagnostics import Span


class Unknown(Enum):
    """The value of a fact that somebody wrote as `unknown`."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


class Word(msgspec.Struct, frozen=True):
    """A word of a scale (with its rank, lowest 0) or of an enumeration (rank None)."""

    scale: str
    text: str
    rank: int | None

    def __str__(self) -> str:
        """The word."""
        return self.text


class Ref(msgspec.Struct, frozen=True):
    """A reference to a thing by its id."""

    id: str

    def __str__(self) -> str:
        """The id."""
        return self.id


class ControlRef(msgspec.Struct, frozen=True):
    """A declared control by its id, or, `anonymous`, a control class by its name."""

    id: str
    anonymous: bool

    def __str__(self) -> str:
        """The id."""
        return self.id


Plain = str | bool | int | float | date | timedelta
Scalar = Plain | Word | Ref | ControlRef
FactValue = Scalar | tuple[Scalar, ...] | Unknown


class Fact(msgspec.Struct, frozen=True):
    """A stated value and where it is stated; `item_spans` are the places of a list's items, where they are known."""

    value: FactValue
    span: Span
    item_spans: tuple[Span, ...] = ()


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """Anything declared: an element, a boundary, a data asset, a runtime, a role, a control, a policy, ...

    `id` is the bare name for the checked file, `namespace.name` for others. `parent` is the id of the boundary
    whose braces it stands in. `facts` holds only what was stated, by property name.
    """

    id: str
    kind: str
    title: str
    span: Span
    facts: Mapping[str, Fact]
    parent: str | None = None

    def __hash__(self) -> int:
        """Ids are unique in a model."""
        return hash(self.id)

    def value(self, name: str) -> FactValue:
        """The stated value of a property, UNKNOWN where nobody stated it."""
        fact = self.facts.get(name)
        return UNKNOWN if fact is None else fact.value

    def items(self, name: str) -> tuple[Scalar, ...]:
        """The items of a list property, empty where nobody stated it."""
        value = self.value(name)
        return value if isinstance(value, tuple) else ()

    def text(self, name: str) -> str:
        """The value of a text property, empty where nobody stated it."""
        value = self.value(name)
        return value if isinstance(value, str) else ""


class Flow(Thing, frozen=True, kw_only=True):
    """A data flow in call direction. `id` is its name, or `a->b` for an unnamed one. `title` may be empty."""

    source: str
    target: str

    __hash__ = Thing.__hash__


class Decision(msgspec.Struct, frozen=True):
    """accept, dismiss, transfer or adjust: of one rule, on the elements of its findings, until a date.

    `targets` are ids in the order of a finding's id (a flow is one target).
    """

    verb: str
    rule: str
    targets: tuple[str, ...]
    until: date
    facts: Mapping[str, Fact]
    span: Span

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """The rule and the elements of the finding that it decides, whatever id the finding has."""
        return self.rule, self.targets

    @property
    def finding(self) -> str:
        """The finding that it decides, as messages name one that may not be there."""
        return f"{self.rule}@{','.join(self.targets)}"

    def text(self, name: str) -> str:
        """A text of its body (`reason`, `approved-by`, `ticket`, `owner`), empty where not given."""
        return _text(self.facts, name)


class Refutation(msgspec.Struct, frozen=True):
    """Evidence against a control class at a place: what `by`, the id of a check, found there.

    `environment` is the one it was found in, empty where it counts in all; `why` says what was found.
    """

    place: str
    control_class: str
    by: str
    environment: str
    why: str
    span: Span


class Derived(msgspec.Struct, frozen=True):
    """What infrastructure shows of a control class at a place: whether it `holds`.

    `by` is the resource as `realized-by` names it, `why` the setting in words, `span` the line that sets it.
    """

    place: str
    control_class: str
    holds: bool
    by: str
    why: str
    span: Span


class Switch(msgspec.Struct, frozen=True):
    """`disable NAME until DATE`: `rule` is the id of a rule or the name of a pack, whose rules are all meant."""

    rule: str
    until: date
    facts: Mapping[str, Fact]
    span: Span

    def text(self, name: str) -> str:
        """A text of its body (`reason`, `owner`), empty where not given."""
        return _text(self.facts, name)


def _text(facts: Mapping[str, Fact], name: str) -> str:
    fact = facts.get(name)
    return fact.value if fact is not None and isinstance(fact.value, str) else ""
