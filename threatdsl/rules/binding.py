"""What conditions compare: constants, variables, attributes, counts; each knows its value in a binding."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec

from threatdsl.model.things import Thing
from threatdsl.model.vocabulary import ValueType
from threatdsl.rules.attributes import Attribute
from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.values import Listing, Range, Truth, Value


class Binding(msgspec.Struct, frozen=True):
    """The facts and the values of the variables."""

    facts: Facts
    variables: Mapping[str, Value]

    def having(self, name: str, value: Value) -> "Binding":
        """The same binding with one more variable."""
        return Binding(self.facts, {**self.variables, name: value})


class Condition(Protocol):
    """Whatever has a truth; the expressions of `threatdsl.rules.expressions`."""

    def truth(self, binding: Binding) -> Truth:
        """Its truth in a binding."""

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The facts that would tell, while it is unknown."""


class Constant(msgspec.Struct, frozen=True):
    """A word, number, text, date or time span of the rule."""

    value: Value
    type: ValueType
    text: str

    def read(self, binding: Binding) -> Value:
        """The value."""
        del binding
        return self.value

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """Nothing is ever missing."""
        del binding
        return iter(())


class Variable(msgspec.Struct, frozen=True):
    """A bound variable."""

    name: str
    type: ValueType

    @property
    def text(self) -> str:
        """As written."""
        return self.name

    def read(self, binding: Binding) -> Value:
        """What it is bound to."""
        return binding.variables[self.name]

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """Nothing is ever missing."""
        del binding
        return iter(())


class Read(msgspec.Struct, frozen=True):
    """`base.attribute`."""

    base: "Operand"
    attribute: Attribute

    @property
    def type(self) -> ValueType:
        """The attribute's type."""
        return self.attribute.type

    @property
    def text(self) -> str:
        """As written."""
        return f"{self.base.text}.{self.attribute.name}"

    def read(self, binding: Binding) -> Value:
        """The attribute's value; unknown when the base is."""
        base = self.base.read(binding)
        if isinstance(base, Thing):
            return binding.facts.value(self.attribute, base)
        return Listing((), complete=False) if self.attribute.type.listed else None

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The facts that would tell the value, while it is unknown or incomplete."""
        base = self.base.read(binding)
        if not isinstance(base, Thing):
            yield from self.base.missing(binding)
            return
        value = binding.facts.value(self.attribute, base)
        if value is None or (isinstance(value, Listing) and not value.complete):
            yield from self.attribute.ask(binding.facts, base)


class Counted(msgspec.Struct, frozen=True):
    """`count(x in S where C)`: a range, exact when everything is known."""

    variable: str
    source: "Operand"
    where: Condition | None
    type: ValueType = ValueType("number")

    @property
    def text(self) -> str:
        """Shortened."""
        return f"count({self.variable} in {self.source.text})"

    def read(self, binding: Binding) -> Value:
        """How many, at least and at most."""
        listing = self.source.read(binding)
        if not isinstance(listing, Listing):
            return None
        truths = [self._truth(binding, item) for item in listing.items]
        sure = sum(truth is True for truth in truths)
        possible = sum(truth is not False for truth in truths)
        return Range(sure, possible if listing.complete else None)

    def _truth(self, binding: Binding, item: Value) -> Truth:
        return True if self.where is None else self.where.truth(binding.having(self.variable, item))

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """What would make the count exact."""
        yield from missing_in(self.source, self.variable, self.where, binding)


Operand = Constant | Variable | Read | Counted


def missing_in(source: Operand, variable: str, where: Condition | None, binding: Binding) -> Iterator[Ask]:
    """What is unknown about a list and about the condition on its items."""
    yield from source.missing(binding)
    listing = source.read(binding)
    if where is not None and isinstance(listing, Listing):
        for item in listing.items:
            inner = binding.having(variable, item)
            if where.truth(inner) is None:
                yield from where.missing(inner)
