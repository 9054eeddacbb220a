"""What a rule without a path says of each thing it looks at."""

from collections.abc import Iterable, Iterator
from functools import cache

import msgspec

from threatdsl.model.things import Thing
from threatdsl.rules.account import NO_WAY, Verdict, Way, Witnessed
from threatdsl.rules.binding import Binding
from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.finding import Finding, FindingKey
from threatdsl.rules.ids import finding_id
from threatdsl.rules.program import Observer, Program
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.verdicts import OPEN, by_unless


class Asked(msgspec.Struct, frozen=True):
    """A finding that may be there: its id, its rule and elements, and the facts that would tell."""

    finding: str
    key: FindingKey
    asks: tuple[Ask, ...]


def evaluate(program: Program, facts: Facts, observe: Observer | None = None) -> Iterator[Finding | Asked]:
    """Findings and questions of a rule over all things of its `for`."""
    rule = program.rule
    assert rule.subject is not None  # checked when the rule was loaded
    numbers = facts.of_kind(rule.subject.kind)
    if not numbers:
        return
    chosen, when = (program.test(facts, clause, observe) for clause in ("for", "when"))
    unless = cache(lambda: program.test(facts, "unless", observe))  # few things come as far as that
    all_are_chosen = rule.subject.where is None
    for number in numbers if observe is not None else program.candidates(facts, numbers):
        applies = all_are_chosen or chosen(number)
        if applies is False:
            continue
        further = when(number)
        if further is False:
            continue
        binding = Binding(facts, {rule.subject.variable: facts.things[number]})
        if applies is None or further is None:
            yield asked(rule, (facts.things[number],), binding, _missing(rule, binding))
            continue
        verdict = OPEN if rule.unless is None else by_unless(rule.unless, unless()(number), binding)
        if verdict is not None:
            yield finding(rule, (facts.things[number],), binding, verdict, stake=facts.stake(number))


def asked(rule: CheckedRule, elements: tuple[Thing, ...], binding: Binding, asks: Iterable[Ask]) -> Asked:
    """The finding of a rule at its elements that missing facts leave open."""
    key = (rule.id, tuple(thing.id for thing in elements))
    return Asked(finding_id(rule.finding_id, elements, binding), key, tuple(dict.fromkeys(asks)))


def _missing(rule: CheckedRule, binding: Binding) -> tuple[Ask, ...]:
    subject = rule.subject.where if rule.subject is not None else None
    unknown = (e for e in (subject, rule.when) if e is not None and e.truth(binding) is None)
    return tuple(ask for expression in unknown for ask in expression.missing(binding))


def finding(
    rule: CheckedRule,
    elements: tuple[Thing, ...],
    binding: Binding,
    verdict: Verdict,
    *,
    stake: tuple[str, ...],
    way: Way = NO_WAY,
    crossing: bool = False,
) -> Finding:
    """The finding of a rule at its elements."""
    ids = tuple(thing.id for thing in elements)
    return Finding(
        id=finding_id(rule.finding_id, elements, binding),
        rule=rule.info,
        elements=ids,
        outcome=verdict.outcome,
        span=elements[-1].span,
        account=Witnessed(rule, binding, verdict, way),
        at_stake=stake,
        controls=verdict.controls,
        classes=verdict.classes,
        crossing=crossing,
    )
