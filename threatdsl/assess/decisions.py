"""Decisions meet findings: which are in force, expired, stale or outgrown."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from threatdsl.assess.assessment import AssessedDecision, AssessedFinding, SeverityViews
from threatdsl.diagnostics import Span, did_you_mean
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import Decision, Word
from threatdsl.rules.finding import ACT, Finding, FindingKey, Outcome, Question
from threatdsl.rules.manual import MANUAL

OUTCOMES = {"accept": Outcome.ACCEPTED, "dismiss": Outcome.DISMISSED, "transfer": Outcome.TRANSFERRED}
IN_FORCE, EXPIRED, STALE, OUTGROWN, UNNEEDED = "in force", "expired", "stale", "outgrown", "not needed"


def check_decided_rules(model: Model, problems: Problems) -> None:
    """Report decisions about rules that do not exist."""
    known = (
        *(bound.node.name.text for bound in model.rules),
        *(f"{MANUAL}{threat.id}" for threat in model.of_kind("threat")),
    )
    for decision in model.decisions:
        if decision.rule not in known:
            unknown_rule(decision.rule, decision.span, known, problems)


def unknown_rule(
    name: str, span: Span, known: tuple[str, ...], problems: Problems, *, what: str = "rule", help: str = ""
) -> None:
    """Report that no rule has that name. `known` are all names that may be meant, `help` what to say if none is."""
    family = tuple(id_ for id_ in known if id_.startswith(f"{name}."))
    if family:
        problems.error(
            "TM0409",
            f"`{name}` is a family of {len(family)} rules",
            span,
            help="decide one rule: a family would hide rules that do not exist yet",
        )
    else:
        problems.error("TM0403", f"there is no {what} {name}", span, help=did_you_mean(name, known) or help)


def adjustments(model: Model, now: date) -> Mapping[FindingKey, Decision]:
    """The `adjust` decisions in force by finding; of several for one finding the one with the highest likelihood."""
    found: dict[FindingKey, Decision] = {}
    for decision in model.decisions:
        if decision.verb == "adjust" and decision.until >= now:
            known = found.get(decision.key)
            if known is None or _likelihood(decision) > _likelihood(known):
                found[decision.key] = decision
    return found


def _likelihood(decision: Decision) -> float:
    fact = decision.facts.get("likelihood")
    return fact.value if fact is not None and isinstance(fact.value, int | float) else 0


def by_finding(decisions: tuple[Decision, ...]) -> Mapping[FindingKey, tuple[Decision, ...]]:
    """The decisions about each finding; those that end last come first, then accept before dismiss before transfer."""
    found: dict[FindingKey, list[Decision]] = {}
    for decision in decisions:
        if decision.verb in OUTCOMES:
            found.setdefault(decision.key, []).append(decision)
    order = tuple(OUTCOMES)
    return {
        key: tuple(sorted(some, key=lambda d: (-d.until.toordinal(), order.index(d.verb), d.span)))
        for key, some in found.items()
    }


def decide(finding: Finding, severity: SeverityViews, decisions: tuple[Decision, ...], now: date) -> AssessedFinding:
    """The finding with its decisions in force: the first for all environments, or what those for some leave."""
    in_force = [one for one in decisions if state_of(one, finding, severity, now) == IN_FORCE]
    decided: Decision | None = None
    for decision in in_force:
        limit = _environments(decision)
        if limit is None or finding.environments is None:
            return AssessedFinding(finding, OUTCOMES[decision.verb], severity, decision)
        outcomes = {
            name: OUTCOMES[decision.verb] if name in limit and outcome in ACT else outcome
            for name, outcome in finding.environments.items()
        }
        finding, decided = msgspec.structs.replace(finding, environments=outcomes), decision
    if decided is None or finding.environments is None:
        return AssessedFinding(finding, finding.outcome, severity)
    return AssessedFinding(finding, worst(finding.environments.values()), severity, decided)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The one to act on first."""
    return min(outcomes, key=tuple(Outcome).index)


def _environments(decision: Decision) -> frozenset[str] | None:
    """The environments that a decision is limited to, None for all."""
    fact = decision.facts.get("environments")
    return frozenset(map(str, fact.value)) if fact is not None and isinstance(fact.value, tuple) else None


def state_of(decision: Decision, finding: Finding | None, severity: SeverityViews | None, now: date) -> str:
    """In force, expired, stale (matches nothing), outgrown (above `at-most`), not needed (mitigated anyway)."""
    if decision.until < now:
        return EXPIRED
    if finding is None or severity is None:
        return STALE
    if decision.verb == "adjust":
        return IN_FORCE
    if finding.outcome not in ACT:
        return UNNEEDED
    limit = decision.facts.get("at-most")
    if (
        limit is not None
        and isinstance(limit.value, Word)
        and Level[limit.value.text.upper()] < severity.declared.level
    ):
        return OUTGROWN
    return IN_FORCE


def assess_decisions(
    decisions: tuple[Decision, ...],
    findings: tuple[AssessedFinding, ...],
    questions: tuple[Question, ...],
    now: date,
    problems: Problems,
) -> tuple[AssessedDecision, ...]:
    """Each decision with its state; what is not in force is a warning."""
    by_key = {found.finding.key: found for found in findings}
    assessed: list[AssessedDecision] = []
    for decision in decisions:
        found = by_key.get(decision.key)
        state = state_of(decision, found.finding if found else None, found.severity if found else None, now)
        assessed.append(AssessedDecision(decision, state, found.id if found else None))
        if state == STALE:
            _warn_stale(decision, by_key, questions, problems)
        else:
            _warn(decision, state, found, problems)
    return tuple(assessed)


def _warn_stale(
    decision: Decision,
    findings: Mapping[FindingKey, AssessedFinding],
    questions: tuple[Question, ...],
    problems: Problems,
) -> None:
    """What became of the finding: it hangs on a question, another one was meant, or the threat is gone."""
    asked = next((question for question in questions if decision.key in question.findings), None)
    same_rule = [f"{rule}@{','.join(elements)}" for rule, elements in findings if rule == decision.rule]
    problems.warning(
        "TM0407",
        f"`{decision.verb} {decision.rule}` matches no finding",
        decision.span,
        help=f"whether it applies is not stated. {asked.text}"
        if asked is not None
        else did_you_mean(decision.finding, same_rule) or "the threat is gone: delete the decision",
    )


def _warn(decision: Decision, state: str, found: AssessedFinding | None, problems: Problems) -> None:
    what = f"{decision.verb} {decision.rule}"
    if state == EXPIRED:
        gone = found is None or (found.outcome not in ACT)
        help_ = "delete it: nothing is left to decide" if gone else "decide again, or treat the threat"
        problems.warning("TM0406", f"`{what}` ended on {decision.until}", decision.span, help=help_)
    elif state == OUTGROWN and found is not None:
        level = found.severity.declared.words
        problems.warning("TM0410", f"`{what}` does not hold: the finding is {level} now", decision.span)
    elif state == UNNEEDED:
        problems.warning("TM0411", f"`{what}` is not needed: the finding is mitigated", decision.span)
