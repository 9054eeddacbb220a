"""What a rule without a path says of each thing it looks at."""

from collections.abc import Callable, Iterator

import msgspec

from threatdsl.model.things import Flow, Ref, Thing
from threatdsl.rules import proof
from threatdsl.rules.attributes import Ask, handled
from threatdsl.rules.expressions import AllOf, AnyOf, Binding, Expression, Facts, Negation, Quantifier
from threatdsl.rules.finding import Finding, Hop, Outcome, ProofStep
from threatdsl.rules.rule import CheckedRule, Domain
from threatdsl.rules.texts import shown
from threatdsl.rules.values import Listing, Truth, Value

Observer = Callable[[str, str, Truth], None]


def ignore(rule: str, clause: str, truth: Truth) -> None:
    """The observer of a plain analysis."""
    del rule, clause, truth


class Asked(msgspec.Struct, frozen=True):
    """A finding that may be there: its id, and the facts that would tell."""

    finding: str
    asks: tuple[Ask, ...]


class Verdict(msgspec.Struct, frozen=True):
    """How an `unless` or a blocked path came out, with all that reports need to know."""

    outcome: Outcome
    controls: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()
    steps: tuple[ProofStep, ...] = ()


def evaluate(rule: CheckedRule, facts: Facts, observe: Observer = ignore) -> Iterator[Finding | Asked]:
    """Findings and questions of a rule over all things of its `for`."""
    subject = rule.subject
    assert subject is not None  # checked when the rule was loaded
    for thing in facts.model.of_kind(subject.kind):
        binding = Binding(facts, {subject.variable: thing})
        applies = true_where(subject, binding)
        observe(rule.id, "for", applies)
        if applies is not False and rule.when is not None:
            when = rule.when.truth(binding)
            observe(rule.id, "when", when)
            applies = None if applies is None and when is not False else when
        if applies is False:
            continue
        if applies is None:
            yield Asked(f"{rule.id}@{thing.id}", tuple(_missing(rule, subject, binding)))
            continue
        verdict = judge(rule, binding, observe)
        if verdict is not None:
            yield finding(rule, (thing,), binding, verdict, stake=stake_of(thing, facts))


def true_where(domain: Domain, binding: Binding) -> Truth:
    """The truth of a domain's condition for its variable."""
    return True if domain.where is None else domain.where.truth(binding)


def _missing(rule: CheckedRule, subject: Domain, binding: Binding) -> Iterator[Ask]:
    for expression in (subject.where, rule.when):
        if expression is not None and expression.truth(binding) is None:
            yield from expression.missing(binding)


def judge(rule: CheckedRule, binding: Binding, observe: Observer) -> Verdict | None:
    """The outcome of `unless`; None where all that would mitigate is meaningless there."""
    unless = rule.unless
    if unless is None:
        return Verdict(Outcome.OPEN)
    truth = unless.truth(binding)
    observe(rule.id, "unless", truth)
    if truth is True:
        return mitigated(unless, binding)
    leaves = tuple(proof.control_leaves(unless, binding, None))
    unstated = tuple(f"{class_} on {shown(place, binding.facts.model)}" for place, class_, _ in leaves)
    outcome = Outcome.OPEN if truth is False else Outcome.UNASSESSED
    steps = (*proof.steps("unless", unless, binding, False), *proof.steps("but", unless, binding, None))
    return Verdict(outcome, unstated=tuple(dict.fromkeys(unstated)), steps=steps)


def mitigated(expression: Expression, binding: Binding) -> Verdict | None:
    """The controls that make an expression true; None when it only is because they are meaningless there."""
    leaves = tuple(proof.control_leaves(expression, binding, True))
    real = tuple((class_, guard) for _, class_, guard in leaves if guard.applicable)
    if leaves and not real:
        return None
    controls = dict.fromkeys(guard.statements[0].by for _, guard in real)
    classes = dict.fromkeys(class_ for class_, _ in real)
    steps = tuple(proof.steps("unless", expression, binding, True))
    return Verdict(Outcome.MITIGATED, tuple(controls), tuple(classes), steps=steps)


def finding(
    rule: CheckedRule,
    elements: tuple[Thing, ...],
    binding: Binding,
    verdict: Verdict,
    *,
    stake: tuple[str, ...],
    path: tuple[Hop, ...] = (),
    path_steps: tuple[ProofStep, ...] = (),
) -> Finding:
    """The finding of a rule at its elements, with message, fix and proof."""
    witnesses = {name: found for e in (rule.when, rule.unless) if e is not None for name, found in witnesses_of(e, binding)}
    control = ", ".join(verdict.controls) or "a control"
    is_mitigated = verdict.outcome is Outcome.MITIGATED and rule.texts.mitigated.parts
    template = rule.texts.mitigated if is_mitigated else rule.texts.message
    message = template.fill(binding, control, witnesses)
    last = elements[-1]
    when = tuple(proof.steps("when", rule.when, binding, True)) if rule.when is not None else ()
    head = (ProofStep("for", shown(last, binding.facts.model), (last.span,)),) if not path else ()
    so = ProofStep("so", verdict.outcome.value)
    return Finding(
        id=f"{rule.id}@{','.join(thing.id for thing in elements)}",
        rule=rule.info,
        elements=tuple(thing.id for thing in elements),
        outcome=verdict.outcome,
        message=message if not verdict.unstated else f"{message}. Not stated: {', nor '.join(verdict.unstated)}",
        fix=rule.texts.fix.fill(binding, control, witnesses),
        span=last.span,
        proof=(*head, *path_steps, *when, *verdict.steps, so),
        path=path,
        at_stake=stake,
        controls=verdict.controls,
        classes=verdict.classes,
    )


def witnesses_of(expression: Expression, binding: Binding) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """The witnesses of the quantifiers in an expression, by variable; of nested ones under the first outer witness."""
    if isinstance(expression, AllOf | AnyOf):
        for part in expression.parts:
            yield from witnesses_of(part, binding)
    elif isinstance(expression, Negation):
        yield from witnesses_of(expression.part, binding)
    elif isinstance(expression, Quantifier):
        found = expression.witnesses(binding)
        if found or not isinstance(expression.source.read(binding), Listing):
            yield expression.variable, found
        if expression.where is not None and found:
            yield from witnesses_of(expression.where, binding.having(expression.variable, found[0]))


def stake_of(thing: Thing, facts: Facts) -> tuple[str, ...]:
    """Ids of the data that a thing is, moves or handles."""
    model = facts.model
    if model.vocabulary.is_a(thing.kind, "data"):
        return (thing.id,)
    if isinstance(thing, Flow):
        names = ("carries", "returns")
        return tuple(dict.fromkeys(str(ref) for name in names for ref in thing.items(name)))
    if model.vocabulary.is_a(thing.kind, "element"):
        return tuple(item.id for item in handled(model, thing).items if isinstance(item, Thing))
    return tuple(dict.fromkeys(id_ for element in _held_elements(thing, facts) for id_ in stake_of(element, facts)))


def _held_elements(thing: Thing, facts: Facts) -> tuple[Thing, ...]:
    """The elements in a boundary, on a runtime, in a role's grants."""
    model = facts.model
    if model.vocabulary.is_a(thing.kind, "boundary"):
        return tuple(e for e in model.elements if thing.id in model.graph.boundaries[e.id])
    if model.vocabulary.is_a(thing.kind, "runtime"):
        return tuple(e for e in model.elements if e.value("runs-on") == Ref(thing.id))
    if model.vocabulary.is_a(thing.kind, "role"):
        return tuple(model.things[str(ref)] for ref in thing.items("grants"))
    return ()
