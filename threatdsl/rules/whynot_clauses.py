"""The first clause of a rule that fails at a thing."""

from collections.abc import Iterator

import msgspec

from threatdsl.model.things import Flow, Thing
from threatdsl.model.wording import a, noun
from threatdsl.rules import proof
from threatdsl.rules.expressions import AllOf, Binding, Expression
from threatdsl.rules.facts import Facts
from threatdsl.rules.finding import ProofStep
from threatdsl.rules.rule import CheckedRule, Domain
from threatdsl.rules.texts import shown

MOST_STEPS = 5


class Reason(msgspec.Struct, frozen=True):
    """Why there is no finding at elements.

    `clause` is the word of the clause that fails first, empty where none does; `text` says it in a sentence; `steps`
    are the clauses looked at, the last one what failed. `environments` are those it is true of, empty for all.
    """

    elements: tuple[str, ...]
    clause: str
    text: str
    steps: tuple[ProofStep, ...]
    environments: tuple[str, ...] = ()


def failing_clause(rule: CheckedRule, facts: Facts, elements: tuple[str, ...]) -> Iterator[Reason]:
    """The reason of a rule without a path, at one thing."""
    subject, thing = rule.subject, facts.model.things[elements[0]]
    assert subject is not None  # a rule without a path has one
    step = ProofStep("for", shown(thing, facts.model), (thing.span,))
    if not facts.model.vocabulary.is_a(thing.kind, subject.kind):
        yield Reason(elements, "for", wrong_kind(thing, subject, facts), (step,))
        return
    binding = Binding(facts, {subject.variable: thing})
    seen = [step]
    for clause, condition in (("where", subject.where), ("when", rule.when)):
        if condition is not None and clause_fails(clause, condition, binding, seen):
            yield Reason(elements, clause, seen[-1].text, tuple(seen))
            return
    yield meaningless(rule.unless, binding, elements, seen)


def wrong_kind(thing: Thing, domain: Domain, facts: Facts) -> str:
    """That a clause does not look at things of this kind, and where it would."""
    said = f"{shown(thing, facts.model)} is {a(noun(thing.kind))}, and the rule looks at {a(noun(domain.kind))}"
    near = (
        [] if isinstance(thing, Flow) else sorted(f.id for f in facts.model.flows if thing.id in (f.source, f.target))
    )
    if domain.kind == "flow" and near:
        return f"{said}: ask at {', '.join(near[:MOST_STEPS])}"
    if isinstance(thing, Flow):
        return f"{said}: ask at {thing.source} or {thing.target}"
    return said


def clause_fails(clause: str, condition: Expression, binding: Binding, seen: list[ProofStep]) -> bool:
    """Whether a condition is false. What was looked at is added to `seen`, up to the part that fails first."""
    word = clause
    for part in condition.parts if isinstance(condition, AllOf) else (condition,):
        truth = part.truth(binding)
        steps = tuple(proof.steps("but" if truth is False else word, part, binding, wanted=truth))
        seen += steps[:MOST_STEPS]
        if truth is False:
            if len(steps) > MOST_STEPS:
                seen.append(ProofStep("and", f"so it is with {len(steps) - MOST_STEPS} more"))
            return True
        word = "and"
    return False


def meaningless(
    condition: Expression | None, binding: Binding, elements: tuple[str, ...], seen: list[ProofStep]
) -> Reason:
    """The reason where all clauses hold: whatever would mitigate means nothing there, so that nothing is missing."""
    truth = condition.truth(binding) if condition is not None else None
    if condition is None or truth is not True:
        return Reason(elements, "", "no clause fails", tuple(seen))
    steps = (*seen, *proof.steps("unless", condition, binding, wanted=True))
    return Reason(elements, "unless", "what would mitigate it is meaningless there", steps)
