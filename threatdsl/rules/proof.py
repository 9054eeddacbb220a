"""Proofs: the conditions that decided, in words, with the places where the facts are stated."""

from collections.abc import Iterator

from threatdsl.diagnostics import Span
from threatdsl.model.things import Thing
from threatdsl.rules.binding import Binding, Constant, Counted, Operand, Read
from threatdsl.rules.expressions import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    HasClass,
    Holds,
    KindTest,
    Membership,
    Negation,
    Quantifier,
)
from threatdsl.rules.facts import places
from threatdsl.rules.finding import ProofStep
from threatdsl.rules.guards import Guard
from threatdsl.rules.texts import by_name, shown
from threatdsl.rules.values import Listing, Truth, negate

COMPARED = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
# Yes-no attributes as the end of a sentence: when they hold, when they do not.
PHRASES = {
    "crosses": ("crosses a trust boundary", "stays within one trust boundary"),
    "described": ("says what it keeps", "does not say what it keeps"),
    "exposed": ("can be reached from outside", "cannot be reached from outside"),
}


def deciding(expression: Expression, binding: Binding, *, wanted: Truth) -> Iterator[tuple[Expression, Binding]]:
    """The conditions without parts that give an expression the truth `wanted`, each with its binding.

    None where its truth is another. Where one item of a list is enough (a witness, a counter-example) it is the first
    by name.
    """
    if expression.truth(binding) is wanted:
        yield from _deciding(expression, binding, wanted=wanted)


def _deciding(expression: Expression, binding: Binding, *, wanted: Truth) -> Iterator[tuple[Expression, Binding]]:
    """The same of an expression that is known to have the truth."""
    if isinstance(expression, AllOf | AnyOf):
        all_alike = wanted is isinstance(expression, AllOf)
        for part in expression.parts:
            yield from (_deciding if all_alike else deciding)(part, binding, wanted=wanted)
    elif isinstance(expression, Negation):
        yield from _deciding(expression.part, binding, wanted=negate(wanted))
    elif isinstance(expression, Quantifier) and expression.where is not None:
        yield from _deciding_items(expression, expression.where, binding, wanted=wanted)
    else:
        yield expression, binding


def _deciding_items(
    quantifier: Quantifier, where: Expression, binding: Binding, *, wanted: Truth
) -> Iterator[tuple[Expression, Binding]]:
    listing = quantifier.source.read(binding)
    items = listing.items if isinstance(listing, Listing) else ()
    inner = negate(wanted) if quantifier.quantifier == "no" else wanted
    one_is_enough = inner is not None and inner is (quantifier.quantifier != "every")
    deciders = by_name((item for item in items if quantifier.test(binding, item) is inner), binding.facts.model)
    if not deciders or (wanted is None and isinstance(listing, Listing) and not listing.complete):
        yield quantifier, binding
    for item in deciders[:1] if one_is_enough else deciders:
        yield from _deciding(where, binding.having(quantifier.variable, item), wanted=inner)


def steps(clause: str, expression: Expression, binding: Binding, *, wanted: Truth) -> Iterator[ProofStep]:
    """The conditions that give a clause the truth `wanted`, each once; the first begins with the clause's word."""
    word, seen = clause, set[str]()
    for leaf, inner in deciding(expression, binding, wanted=wanted):
        step = ProofStep(word, _text(leaf, inner), tuple(dict.fromkeys(_spans_of(leaf, inner))))
        if step.text not in seen:
            seen.add(step.text)
            yield step
            word = "and"


def control_leaves(expression: Expression, binding: Binding, *, wanted: Truth) -> Iterator[tuple[Thing, str, Guard]]:
    """The `has` conditions that give a clause that truth: the place, the class, and what is said of it."""
    if isinstance(expression, HasClass) and expression.lacking:
        return  # that something is absent holds nothing
    if isinstance(expression, HasClass):
        place = expression.operand.read(binding)
        guard = binding.facts.guard(place, expression.control_class) if isinstance(place, Thing) else None
        if guard is not None and guard.value is wanted:
            assert isinstance(place, Thing)  # it has a guard
            yield place, expression.control_class, guard
    elif isinstance(expression, AnyOf) and wanted is True:
        for part in expression.parts:
            yield from control_leaves(part, binding, wanted=True)
    else:
        for leaf, inner in deciding(expression, binding, wanted=wanted):
            if isinstance(leaf, HasClass):
                yield from control_leaves(leaf, inner, wanted=leaf.truth(inner))


# ---- words -----------------------------------------------------------------------------------------------------------


def _text(leaf: Expression, binding: Binding) -> str:
    if isinstance(leaf, HasClass):
        return said(_value(leaf.operand, binding), leaf.control_class, leaf.guard(binding))
    if isinstance(leaf, KindTest):
        return f"{_value(leaf.operand, binding)} {'is' if leaf.truth(binding) else 'is not'} {a_kind(leaf.kind)}"
    if isinstance(leaf, Comparison):
        return _comparison(leaf, binding)
    if isinstance(leaf, Membership):
        includes = {True: "includes", False: "does not include", None: "may include"}[leaf.truth(binding)]
        return f"{_name(leaf.listing, binding)} {includes} {_value(leaf.item, binding)}"
    if isinstance(leaf, Holds):
        return _holds(leaf, binding)
    assert isinstance(leaf, Quantifier)  # the only other condition without parts
    return _listing(leaf.source, binding)


def a_kind(kind: str) -> str:
    """A kind with its article: `an actor`, `a data store`."""
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind.replace('-', ' ')}"


def said(place: str, control_class: str, guard: Guard | None) -> str:
    """What is said of a class at a place."""
    if guard is None or not guard.statements:
        return f"{control_class} of {place} is not stated"
    first = guard.statements[0]
    by = f" by {first.by}" if first.by != control_class else ""
    return {
        "controls": f"{place} has {control_class}{by}",
        "secures": f"{place} has {control_class} by its protocol {first.by}",
        "optional": f"{place} can have {control_class}{by}, and nothing enforces it",
        "not-applicable": f"{control_class} means nothing at {place}",
        "lacks": f"{place} lacks {control_class}",
        "built-with": f"{place} has {control_class}: {first.why}",
        "built-without": f"{place} lacks {control_class}: {first.why}",
        "refuted": f"{place} has {control_class} no longer: check {first.by} refutes it",
        "denies": f"{place} lacks {control_class}: its protocol {first.by} has none",
    }[first.says]


def _holds(leaf: Holds, binding: Binding) -> str:
    operand, value = leaf.operand, leaf.operand.read(binding)
    if isinstance(value, Listing):
        return _listing(operand, binding)
    if isinstance(operand, Read) and isinstance(value, bool) and operand.attribute.name in PHRASES:
        holds, fails = PHRASES[operand.attribute.name]
        return f"{_value(operand.base, binding)} {holds if value else fails}"
    return f"{_name(operand, binding)} is {_value(operand, binding)}"


def _listing(operand: Operand, binding: Binding) -> str:
    value = operand.read(binding)
    if isinstance(value, Listing) and not value.complete:
        return (
            f"{_name(operand, binding)} is not fully stated"
            if value.items
            else f"{_name(operand, binding)} is not stated"
        )
    return f"{_name(operand, binding)}: {_value(operand, binding)}"


def _comparison(leaf: Comparison, binding: Binding) -> str:
    left, right, operator = leaf.left, leaf.right, leaf.operator
    if isinstance(left, Constant) and not isinstance(right, Constant):
        left, right = right, left
        operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
    if leaf.truth(binding) is False:
        operator = OPPOSITE[operator]
    value, other = _value(left, binding), _value(right, binding)
    if not isinstance(left, Read | Counted):
        return f"{value} is {'' if operator == '==' else 'not '}{other}"
    if isinstance(right, Read | Counted):
        return f"{_name(left, binding)} is {value}, {_name(right, binding)} is {other}"
    known = f"{_name(left, binding)} is {value}"
    if value == other or leaf.truth(binding) is None:
        return known
    return f"{known}, {COMPARED.get(operator, 'not')} {other}"


def _name(operand: Operand, binding: Binding) -> str:
    """`confidentiality of Card`."""
    if isinstance(operand, Read):
        return f"{operand.attribute.name} of {_value(operand.base, binding)}"
    if isinstance(operand, Counted):
        return f"the number of {_name(operand.source, binding)}"
    return _value(operand, binding)


def _value(operand: Operand, binding: Binding) -> str:
    return shown(operand.read(binding), binding.facts.model)


# ---- places ----------------------------------------------------------------------------------------------------------


def _spans_of(leaf: Expression, binding: Binding) -> Iterator[Span]:
    if isinstance(leaf, HasClass):
        guard = leaf.guard(binding)
        stated = tuple(statement.span for statement in guard.statements) if guard is not None else ()
        yield from stated or _spans(leaf.operand, binding)
    elif isinstance(leaf, Comparison):
        yield from _spans(leaf.left, binding)
        yield from _spans(leaf.right, binding)
    elif isinstance(leaf, Membership):
        yield from _spans(leaf.listing, binding)
    elif isinstance(leaf, KindTest):
        thing = leaf.operand.read(binding)
        yield from (thing.span,) if isinstance(thing, Thing) else ()
    elif isinstance(leaf, Holds):
        yield from _spans(leaf.operand, binding)
    elif isinstance(leaf, Quantifier):
        yield from _spans(leaf.source, binding)


def _spans(operand: Operand, binding: Binding) -> tuple[Span, ...]:
    """Where the fact that an operand reads is stated."""
    if isinstance(operand, Counted):
        return _spans(operand.source, binding)
    if not isinstance(operand, Read):
        value = operand.read(binding)
        return (value.span,) if isinstance(value, Thing) else ()
    base = operand.base.read(binding)
    return places(binding.facts, base, operand.attribute.name) if isinstance(base, Thing) else ()
