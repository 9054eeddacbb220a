"""Decisions meet findings: which are in force, expired, stale or outgrown."""

from collections.abc import Mapping
from datetime import date

from threatdsl.assess.assessment import AssessedDecision, AssessedFinding, SeverityViews
from threatdsl.diagnostics import did_you_mean
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import Decision, Switch, Word
from threatdsl.rules.finding import Finding, Outcome
from threatdsl.rules.manual import MANUAL

OUTCOMES = {"accept": Outcome.ACCEPTED, "dismiss": Outcome.DISMISSED, "transfer": Outcome.TRANSFERRED}
IN_FORCE, EXPIRED, STALE, OUTGROWN, UNNEEDED = "in force", "expired", "stale", "outgrown", "not needed"


def check_rule_names(model: Model, rules: tuple[str, ...], problems: Problems) -> None:
    """Report decisions and switches about rules that do not exist."""
    manual = tuple(f"{MANUAL}{threat.id}" for threat in model.of_kind("threat"))
    known = (*rules, *manual)
    decided: tuple[Decision | Switch, ...] = (*model.decisions, *model.switches)
    for decision in decided:
        if decision.rule in known:
            continue
        family = tuple(id_ for id_ in known if id_.startswith(f"{decision.rule}."))
        if family:
            problems.error(
                "TM0409",
                f"`{decision.rule}` is a family of {len(family)} rules",
                decision.span,
                help="decide one rule: a family would hide rules that do not exist yet",
            )
        else:
            problems.error(
                "TM0403", f"there is no rule {decision.rule}", decision.span, help=did_you_mean(decision.rule, known)
            )


def switched_off(switches: tuple[Switch, ...], now: date, problems: Problems) -> frozenset[str]:
    """The rules that are disabled now; a switch that has expired is a warning."""
    for switch in switches:
        if switch.until < now:
            problems.warning("TM0406", f"`disable {switch.rule}` ended on {switch.until}", switch.span)
    return frozenset(switch.rule for switch in switches if switch.until >= now)


def adjustments(model: Model, now: date) -> Mapping[str, Decision]:
    """The `adjust` decisions in force by finding id."""
    return {d.finding: d for d in model.decisions if d.verb == "adjust" and d.until >= now}


def decide(finding: Finding, severity: SeverityViews, decisions: tuple[Decision, ...], now: date) -> AssessedFinding:
    """The finding with the decision in force that covers it, if there is one."""
    for decision in decisions:
        if decision.finding == finding.id and state_of(decision, finding, severity, now) == IN_FORCE:
            if decision.verb in OUTCOMES:
                return AssessedFinding(finding, OUTCOMES[decision.verb], severity, decision)
    return AssessedFinding(finding, finding.outcome, severity)


def state_of(decision: Decision, finding: Finding | None, severity: SeverityViews | None, now: date) -> str:
    """In force, expired, stale (matches nothing), outgrown (above `at-most`), not needed (mitigated anyway)."""
    if decision.until < now:
        return EXPIRED
    if finding is None or severity is None:
        return STALE
    limit = decision.facts.get("at-most")
    if limit is not None and isinstance(limit.value, Word) and severity.declared.level.word != limit.value.text:
        if (limit.value.rank or 0) + 1 < severity.declared.level:
            return OUTGROWN
    needed = finding.outcome in (Outcome.OPEN, Outcome.UNASSESSED) or decision.verb == "adjust"
    return IN_FORCE if needed else UNNEEDED


def assess_decisions(
    decisions: tuple[Decision, ...], findings: Mapping[str, AssessedFinding], now: date, problems: Problems
) -> tuple[AssessedDecision, ...]:
    """Each decision with its state; what is not in force is a warning."""
    assessed: list[AssessedDecision] = []
    for decision in decisions:
        found = findings.get(decision.finding)
        state = state_of(decision, found.finding if found else None, found.severity if found else None, now)
        assessed.append(AssessedDecision(decision, state, found.id if found else None))
        _warn(decision, state, findings, problems)
    return tuple(assessed)


def _warn(decision: Decision, state: str, findings: Mapping[str, AssessedFinding], problems: Problems) -> None:
    what = f"{decision.verb} {decision.rule}"
    if state == EXPIRED:
        problems.warning(
            "TM0406", f"`{what}` ended on {decision.until}", decision.span, help="decide again, or treat the threat"
        )
    elif state == STALE:
        same_rule = [id_ for id_ in findings if id_.startswith(f"{decision.rule}@")]
        problems.warning(
            "TM0407",
            f"`{what}` matches no finding",
            decision.span,
            help=did_you_mean(decision.finding, same_rule) or "the threat is gone: delete the decision",
        )
    elif state == OUTGROWN:
        level = findings[decision.finding].severity.declared.level.word
        problems.warning("TM0410", f"`{what}` does not hold: the finding is {level} now", decision.span)
    elif state == UNNEEDED:
        problems.warning("TM0411", f"`{what}` is not needed: the finding is mitigated", decision.span)
