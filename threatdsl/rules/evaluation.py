"""What a rule without a path says of each thing it looks at."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from threatdsl.model.things import Flow, Thing
from threatdsl.rules import proof
from threatdsl.rules.expressions import AllOf, AnyOf, Binding, Expression, Negation, Quantifier
from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.finding import Finding, Hop, Outcome, ProofStep
from threatdsl.rules.remarks import remarks
from threatdsl.rules.rule import CheckedRule, Domain
from threatdsl.rules.texts import by_name, shown
from threatdsl.rules.values import Listing, Truth, Value, all_of

Observer = Callable[[str, str, Truth], None]


def ignore(rule: str, clause: str, truth: Truth) -> None:
    """The observer of a plain analysis."""
    del rule, clause, truth


class Asked(msgspec.Struct, frozen=True):
    """A finding that may be there: its id, and the facts that would tell."""

    finding: str
    asks: tuple[Ask, ...]


class Verdict(msgspec.Struct, frozen=True):
    """How an `unless` or a guarded path came out. `unstated` are the facts that would tell whether it is mitigated."""

    outcome: Outcome
    controls: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    unstated: tuple[Ask, ...] = ()
    steps: tuple[ProofStep, ...] = ()


class Way(msgspec.Struct, frozen=True):
    """The path of a finding, and whether the shortest way to its sink, guards aside, crosses a boundary."""

    hops: tuple[Hop, ...] = ()
    steps: tuple[ProofStep, ...] = ()
    crossing: bool = False


NO_WAY = Way()


def evaluate(rule: CheckedRule, facts: Facts, observe: Observer = ignore) -> Iterator[Finding | Asked]:
    """Findings and questions of a rule over all things of its `for`."""
    subject = rule.subject
    assert subject is not None  # checked when the rule was loaded
    for thing in facts.of_kind(subject.kind):
        binding = Binding(facts, {subject.variable: thing})
        applies = true_where(subject, binding)
        observe(rule.id, "for", applies)
        if applies is not False and rule.when is not None:
            when = rule.when.truth(binding)
            observe(rule.id, "when", when)
            applies = all_of((applies, when))
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
        return mitigated(unless, binding, holds=True)
    if truth is False:
        return Verdict(Outcome.OPEN, steps=tuple(proof.steps("unless", unless, binding, wanted=False)))
    return unassessed(((unless, binding),))


def unassessed(guards: Iterable[tuple[Expression, Binding]]) -> Verdict:
    """The verdict of guards that nobody stated."""
    asks: dict[Ask, None] = {}
    steps: list[ProofStep] = []
    for expression, binding in guards:
        asks.update(dict.fromkeys(expression.missing(binding)))
        for part in expression.parts if isinstance(expression, AnyOf) else ():
            steps += proof.steps("unless", part, binding, wanted=False)
        steps += proof.steps("but", expression, binding, wanted=None)
    return Verdict(Outcome.UNASSESSED, unstated=tuple(asks), steps=tuple(steps))


def mitigated(expression: Expression, binding: Binding, *, holds: bool) -> Verdict | None:
    """The controls that give an expression its truth; None when it has it only because they are meaningless there."""
    leaves = tuple(proof.control_leaves(expression, binding, wanted=holds))
    real = tuple((class_, guard) for _, class_, guard in leaves if guard.applicable)
    if leaves and not real:
        return None
    stated = tuple((class_, guard) for class_, guard in real if guard.value is True)
    controls = dict.fromkeys(guard.statements[0].by for _, guard in stated)
    classes = dict.fromkeys(class_ for class_, _ in stated)
    steps = tuple(proof.steps("unless", expression, binding, wanted=holds))
    return Verdict(Outcome.MITIGATED, tuple(controls), tuple(classes), steps=steps)


def finding(
    rule: CheckedRule,
    elements: tuple[Thing, ...],
    binding: Binding,
    verdict: Verdict,
    *,
    stake: tuple[str, ...],
    way: Way = NO_WAY,
) -> Finding:
    """The finding of a rule at its elements, with message, fix and proof."""
    found = {name: w for e in (rule.when, rule.unless) if e is not None for name, w in witnesses_of(e, binding)}
    control = ", ".join(verdict.controls) or "a control"
    is_mitigated = verdict.outcome is Outcome.MITIGATED and rule.texts.mitigated.parts
    template = rule.texts.mitigated if is_mitigated else rule.texts.message
    message, fix = template.fill(binding, control, found), rule.texts.fix.fill(binding, control, found)
    missing = remarks(verdict.unstated, binding.facts)
    return Finding(
        id=f"{rule.id}@{','.join(thing.id for thing in elements)}",
        rule=rule.info,
        elements=tuple(thing.id for thing in elements),
        outcome=verdict.outcome,
        message=". ".join((message, *missing.sentences)),
        fix=missing.fix or fix,
        span=elements[-1].span,
        proof=tuple(_proof(rule, binding, verdict, way)),
        path=way.hops,
        at_stake=stake,
        controls=verdict.controls,
        classes=verdict.classes,
        unstated=tuple((place.id, fact) for place, fact in verdict.unstated),
        crossing=way.crossing,
    )


def _proof(rule: CheckedRule, binding: Binding, verdict: Verdict, way: Way) -> Iterator[ProofStep]:
    subject = rule.subject
    if subject is not None:
        thing = binding.variables[subject.variable]
        assert isinstance(thing, Thing)  # bound by the evaluation
        yield ProofStep("for", shown(thing, binding.facts.model), (thing.span,))
        if subject.where is not None:
            yield from proof.steps("where", subject.where, binding, wanted=True)
    yield from way.steps
    if rule.when is not None:
        yield from proof.steps("when", rule.when, binding, wanted=True)
    yield from verdict.steps
    yield ProofStep("so", verdict.outcome.value)


def witnesses_of(expression: Expression, binding: Binding) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """The witnesses of the quantifiers in an expression, by variable; of nested ones under the first outer witness."""
    if isinstance(expression, AllOf | AnyOf):
        for part in expression.parts:
            yield from witnesses_of(part, binding)
    elif isinstance(expression, Negation):
        yield from witnesses_of(expression.part, binding)
    elif isinstance(expression, Quantifier):
        found = by_name(expression.deciding(binding), binding.facts.model)
        yield expression.variable, found
        if expression.where is not None and found:
            yield from witnesses_of(expression.where, binding.having(expression.variable, found[0]))


def stake_of(thing: Thing, facts: Facts) -> tuple[str, ...]:
    """Ids of the data that a thing is, moves or handles; of a boundary, runtime or role what its elements handle."""
    is_a = facts.model.vocabulary.is_a
    if is_a(thing.kind, "data"):
        return (thing.id,)
    if isinstance(thing, Flow):
        return _ids(facts.flow_data(thing))
    if is_a(thing.kind, "element"):
        return _ids(facts.handled(thing))
    held = (facts.handled(element) for element in _elements_of(thing, facts))
    return tuple(dict.fromkeys(id_ for listing in held for id_ in _ids(listing)))


def _ids(listing: Listing) -> tuple[str, ...]:
    return tuple(item.id for item in listing.items if isinstance(item, Thing))


def _elements_of(thing: Thing, facts: Facts) -> tuple[Thing, ...]:
    """The elements in a boundary, on a runtime, in a role's grants."""
    is_a = facts.model.vocabulary.is_a
    if is_a(thing.kind, "boundary"):
        return facts.elements_inside.get(thing.id, ())
    if is_a(thing.kind, "runtime"):
        return facts.hosted.get(thing.id, ())
    return tuple(facts.model.things[str(ref)] for ref in thing.items("grants"))
