"""Proofs: the clauses that decided, in words, with the places where the facts are stated."""

from collections.abc import Iterator

from threatdsl.diagnostics import Span
from threatdsl.model.things import Thing
from threatdsl.rules.expressions import (
    Binding,
    Comparison,
    Counted,
    Expression,
    HasClass,
    Holds,
    KindTest,
    Membership,
    Operand,
    Quantifier,
    Read,
    leaves,
)
from threatdsl.rules.finding import ProofStep
from threatdsl.rules.guards import Guard, Statement
from threatdsl.rules.texts import shown
from threatdsl.rules.values import Truth

COMPARED = {"!=": "not", "<": "below", "<=": "at most", ">": "above", ">=": "at least"}


def steps(clause: str, expression: Expression, binding: Binding, wanted: Truth) -> Iterator[ProofStep]:
    """The leaves of a clause whose truth is `wanted`, each once; the first begins with the clause's word."""
    word, seen = clause, set[str]()
    for leaf, inner in leaves(expression, binding):
        if isinstance(leaf, Quantifier) and leaf.where is not None:
            continue
        if leaf.truth(inner) is not wanted:
            continue
        step = _step(word, leaf, inner)
        if step.text not in seen:
            seen.add(step.text)
            yield step
            word = "and"


def control_leaves(expression: Expression, binding: Binding, wanted: Truth) -> Iterator[tuple[Thing, str, Guard]]:
    """The `has` conditions of a clause with that truth: the place, the class, and what is said of it."""
    for leaf, inner in leaves(expression, binding):
        if isinstance(leaf, HasClass) and leaf.truth(inner) is wanted:
            place, guard = leaf.operand.read(inner), leaf.guard(inner)
            if isinstance(place, Thing) and guard is not None:
                yield place, leaf.control_class, guard


def _step(word: str, leaf: Expression, binding: Binding) -> ProofStep:
    model = binding.facts.model
    if isinstance(leaf, HasClass):
        place, guard = leaf.operand.read(binding), leaf.guard(binding)
        title = shown(place, model)
        spans = tuple(s.span for s in guard.statements) if guard is not None else ()
        return ProofStep(word, f"{title} {said(leaf.control_class, guard)}", spans)
    if isinstance(leaf, KindTest):
        thing = leaf.operand.read(binding)
        answer = "is" if leaf.truth(binding) else "is not"
        return ProofStep(word, f"{shown(thing, model)} {answer} a {leaf.kind}", _spans(leaf.operand, binding))
    if isinstance(leaf, Comparison):
        sides = (leaf.left, leaf.right)
        return ProofStep(word, _comparison(leaf, binding), tuple(s for o in sides for s in _spans(o, binding)))
    if isinstance(leaf, Membership):
        answer = {True: "is among", False: "is not among", None: "may be among"}[leaf.truth(binding)]
        text = f"{_value(leaf.item, binding)} {answer} {_name(leaf.listing, binding)}"
        return ProofStep(word, text, _spans(leaf.listing, binding))
    if isinstance(leaf, Holds):
        return ProofStep(word, f"{_name(leaf.operand, binding)}: {_value(leaf.operand, binding)}", _spans(leaf.operand, binding))
    assert isinstance(leaf, Quantifier)  # the only other leaf
    return ProofStep(word, f"{leaf.quantifier} {_name(leaf.source, binding)}", _spans(leaf.source, binding))


def said(control_class: str, guard: Guard | None) -> str:
    """What is said of a class at a place, as the end of a sentence that begins with the place."""
    if guard is None or not guard.statements:
        return f"says nothing of {control_class}"
    first: Statement = guard.statements[0]
    words = {
        "controls": f"has {control_class} by {first.by}",
        "secures": f"has {control_class} by the protocol {first.by}",
        "optional": f"can have {control_class}, and nobody enforces it",
        "not-applicable": f"needs no {control_class}",
        "lacks": f"lacks {control_class}",
        "denies": f"lacks {control_class}: {first.by} has none",
    }
    return words[first.says]


def _comparison(leaf: Comparison, binding: Binding) -> str:
    left, right = leaf.left, leaf.right
    if not isinstance(left, Read | Counted) and isinstance(right, Read | Counted):
        left, right = right, left
    known = f"{_name(left, binding)} is {_value(left, binding)}"
    if isinstance(right, Read | Counted):
        return f"{known}, {_name(right, binding)} is {_value(right, binding)}"
    return f"{known}, {COMPARED[leaf.operator]} {right.text}" if leaf.operator != "==" else known


def _name(operand: Operand, binding: Binding) -> str:
    """`Card: confidentiality`."""
    if isinstance(operand, Read):
        return f"{shown(operand.base.read(binding), binding.facts.model)}: {operand.attribute.name}"
    if isinstance(operand, Counted):
        return f"the number of {_name(operand.source, binding)}"
    return operand.text


def _value(operand: Operand, binding: Binding) -> str:
    return shown(operand.read(binding), binding.facts.model)


def _spans(operand: Operand, binding: Binding) -> tuple[Span, ...]:
    """Where the fact that an operand reads is stated, if it is a stated one."""
    if isinstance(operand, Counted):
        return _spans(operand.source, binding)
    if not isinstance(operand, Read):
        value = operand.read(binding)
        return (value.span,) if isinstance(value, Thing) else ()
    base = operand.base.read(binding)
    if not isinstance(base, Thing):
        return ()
    fact = base.facts.get(operand.attribute.name)
    return (fact.span,) if fact is not None else (base.span,)
