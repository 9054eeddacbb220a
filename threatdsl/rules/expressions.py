"""Checked expressions: each knows its truth in a binding, and which facts are missing while it is unknown.

Built by `threatdsl.rules.check` only, which has looked up every name and compared every type.
"""

from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.model import Model
from threatdsl.model.things import Thing
from threatdsl.model.vocabulary import ValueType
from threatdsl.rules.attributes import Ask, Attribute
from threatdsl.rules.guards import Guard, guard
from threatdsl.rules.values import Listing, Range, Truth, Value, all_of, any_of, compare, negate


class Facts(msgspec.Struct, frozen=True):
    """The model that rules look at, with the guards asked for so far (a memo: the same question has one answer)."""

    model: Model
    guards: dict[tuple[str, str], Guard] = msgspec.field(default_factory=dict)

    def guard(self, thing: Thing, control_class: str) -> Guard:
        """Whether a class guards a place."""
        key = (thing.id, control_class)
        found = self.guards.get(key)
        if found is None:
            found = self.guards[key] = guard(self.model, thing, control_class)
        return found


class Binding(msgspec.Struct, frozen=True):
    """The facts and the values of the variables."""

    facts: Facts
    variables: Mapping[str, Value]

    def having(self, name: str, value: Value) -> "Binding":
        """This binding with one more variable."""
        return Binding(self.facts, {**self.variables, name: value})


# ---- operands --------------------------------------------------------------------------------------------------------


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
            return self.attribute.read(binding.facts.model, base)
        return Listing((), complete=False) if self.attribute.type.listed else None

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The facts that would tell the value, while it is unknown or incomplete."""
        base = self.base.read(binding)
        if not isinstance(base, Thing):
            yield from self.base.missing(binding)
            return
        value = self.attribute.read(binding.facts.model, base)
        if value is None or (isinstance(value, Listing) and not value.complete):
            yield from self.attribute.ask(binding.facts.model, base)


class Counted(msgspec.Struct, frozen=True):
    """`count(x in S where C)`: a range, exact when everything is known."""

    variable: str
    source: "Operand"
    where: "Expression | None"
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


def missing_in(source: Operand, variable: str, where: "Expression | None", binding: Binding) -> Iterator[Ask]:
    """What is unknown about a list and about the condition on its items."""
    yield from source.missing(binding)
    listing = source.read(binding)
    if where is not None and isinstance(listing, Listing):
        for item in listing.items:
            inner = binding.having(variable, item)
            if where.truth(inner) is None:
                yield from where.missing(inner)


# ---- conditions ------------------------------------------------------------------------------------------------------


class AllOf(msgspec.Struct, frozen=True):
    """`a and b`."""

    parts: tuple["Expression", ...]
    span: Span

    def truth(self, binding: Binding) -> Truth:
        """Kleene's and."""
        return all_of(part.truth(binding) for part in self.parts)

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The unknown parts' facts."""
        return (ask for part in self.parts if part.truth(binding) is None for ask in part.missing(binding))


class AnyOf(msgspec.Struct, frozen=True):
    """`a or b`."""

    parts: tuple["Expression", ...]
    span: Span

    def truth(self, binding: Binding) -> Truth:
        """Kleene's or."""
        return any_of(part.truth(binding) for part in self.parts)

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The unknown parts' facts."""
        return (ask for part in self.parts if part.truth(binding) is None for ask in part.missing(binding))


class Negation(msgspec.Struct, frozen=True):
    """`not a`."""

    part: "Expression"
    span: Span

    def truth(self, binding: Binding) -> Truth:
        """Kleene's not."""
        return negate(self.part.truth(binding))

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The part's facts."""
        return self.part.missing(binding)


class Quantifier(msgspec.Struct, frozen=True):
    """`some | no | every x in S where C`."""

    quantifier: str
    variable: str
    source: Operand
    where: "Expression | None"
    span: Span

    def truth(self, binding: Binding) -> Truth:
        """Over an incomplete list only a witness or a counter-example decides."""
        listing = self.source.read(binding)
        if not isinstance(listing, Listing):
            return None
        tests = (self.test(binding, item) for item in listing.items)
        rest: tuple[Truth, ...] = () if listing.complete else (None,)
        if self.quantifier == "every":
            return all_of((*tests, *rest))
        found = any_of((*tests, *rest))
        return found if self.quantifier == "some" else negate(found)

    def test(self, binding: Binding, item: Value) -> Truth:
        """The condition on one item."""
        return True if self.where is None else self.where.truth(binding.having(self.variable, item))

    def witnesses(self, binding: Binding) -> tuple[Value, ...]:
        """The items for which the condition is true; for `every` those for which it is false."""
        listing = self.source.read(binding)
        wanted = self.quantifier != "every"
        items = listing.items if isinstance(listing, Listing) else ()
        return tuple(item for item in items if self.test(binding, item) is wanted)

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """What is unknown about the list and its items."""
        return missing_in(self.source, self.variable, self.where, binding)


class Comparison(msgspec.Struct, frozen=True):
    """`a >= b`."""

    left: Operand
    operator: str
    right: Operand
    span: Span

    def truth(self, binding: Binding) -> Truth:
        """Unknown when a side is."""
        return compare(self.left.read(binding), self.operator, self.right.read(binding))

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """Both sides' facts."""
        yield from self.left.missing(binding)
        yield from self.right.missing(binding)


class Membership(msgspec.Struct, frozen=True):
    """`d in a.stores`."""

    item: Operand
    listing: Operand
    span: Span

    def truth(self, binding: Binding) -> Truth:
        """True when it is there, unknown when the list may hold more."""
        item, listing = self.item.read(binding), self.listing.read(binding)
        if item is None or not isinstance(listing, Listing):
            return None
        if any(compare(item, "==", other) for other in listing.items):
            return True
        return False if listing.complete else None

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The list's facts."""
        yield from self.item.missing(binding)
        yield from self.listing.missing(binding)


class KindTest(msgspec.Struct, frozen=True):
    """`a is datastore`: two-valued for a known thing."""

    operand: Operand
    kind: str
    span: Span

    def truth(self, binding: Binding) -> Truth:
        """Whether the thing is of the kind."""
        thing = self.operand.read(binding)
        if not isinstance(thing, Thing):
            return False
        return binding.facts.model.vocabulary.is_a(thing.kind, self.kind)

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """Nothing is ever missing."""
        del binding
        return iter(())


class HasClass(msgspec.Struct, frozen=True):
    """`f has encryption-in-transit`."""

    operand: Operand
    control_class: str
    span: Span

    def guard(self, binding: Binding) -> Guard | None:
        """The guard of the place, None when the place itself is unknown."""
        thing = self.operand.read(binding)
        return binding.facts.guard(thing, self.control_class) if isinstance(thing, Thing) else None

    def truth(self, binding: Binding) -> Truth:
        """Whether the class holds there."""
        found = self.guard(binding)
        return None if found is None else found.value

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The class at the place."""
        thing = self.operand.read(binding)
        if isinstance(thing, Thing):
            yield thing, self.control_class
        else:
            yield from self.operand.missing(binding)


class Holds(msgspec.Struct, frozen=True):
    """A yes-no operand as a condition, or a list that has something in it."""

    operand: Operand
    span: Span

    def truth(self, binding: Binding) -> Truth:
        """The operand's own truth; of a list, whether it has items."""
        value = self.operand.read(binding)
        if isinstance(value, Listing):
            return True if value.items else (False if value.complete else None)
        return value if isinstance(value, bool) else None

    def missing(self, binding: Binding) -> Iterator[Ask]:
        """The operand's facts."""
        return self.operand.missing(binding)


Expression = AllOf | AnyOf | Negation | Quantifier | Comparison | Membership | KindTest | HasClass | Holds


def leaves(expression: Expression, binding: Binding) -> Iterator[tuple[Expression, Binding]]:
    """The conditions without parts, each with the binding it is tested in; of `some`, its first witness' ones."""
    if isinstance(expression, AllOf | AnyOf):
        for part in expression.parts:
            yield from leaves(part, binding)
    elif isinstance(expression, Negation):
        yield from leaves(expression.part, binding)
    elif isinstance(expression, Quantifier) and expression.where is not None:
        yield expression, binding
        listing = expression.source.read(binding)
        for item in listing.items if isinstance(listing, Listing) else ():
            yield from leaves(expression.where, binding.having(expression.variable, item))
    else:
        yield expression, binding
