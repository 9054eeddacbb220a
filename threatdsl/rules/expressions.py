"""Checked conditions: each knows its truth in a binding, and which facts are missing while it is unknown.

Built by `threatdsl.rules.check` only, which has looked up every name and compared every type.
"""

from collections.abc import Iterator

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.things import Thing
from threatdsl.rules.binding import Binding, Constant, Counted, Operand, Read, Variable, missing_in
from threatdsl.rules.facts import Ask
from threatdsl.rules.guards import Guard
from threatdsl.rules.values import Listing, Truth, Value, all_of, any_of, compare, negate

__all__ = (
    "AllOf",
    "AnyOf",
    "Binding",
    "Comparison",
    "Constant",
    "Counted",
    "Expression",
    "HasClass",
    "Holds",
    "KindTest",
    "Membership",
    "Negation",
    "Operand",
    "Quantifier",
    "Read",
    "Variable",
)


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

    def deciding(self, binding: Binding) -> tuple[Value, ...]:
        """The items that decide: witnesses of `some`, counter-examples to `every` and `no`."""
        listing, wanted = self.source.read(binding), self.quantifier != "every"
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
    """`f has encryption-in-transit`, or `f lacks encryption-in-transit`, which only a statement makes true."""

    operand: Operand
    control_class: str
    span: Span
    lacking: bool = False

    def guard(self, binding: Binding) -> Guard | None:
        """The guard of the place, None when the place itself is unknown."""
        thing = self.operand.read(binding)
        return binding.facts.guard(thing, self.control_class) if isinstance(thing, Thing) else None

    def truth(self, binding: Binding) -> Truth:
        """Whether the class holds there."""
        found = self.guard(binding)
        if self.lacking:
            return None if found is None else found.value is False
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
