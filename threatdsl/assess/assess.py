"""A model to its assessment: rules, severities, decisions, gate."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.assess.decisions import adjustments, assess_decisions, by_finding, check_decided_rules, decide
from threatdsl.assess.gate import Policy, check_lengths, choose_policy, gate
from threatdsl.assess.rating import Ratings, bind_ratings
from threatdsl.assess.severity import severity
from threatdsl.assess.switches import assess_switches, switched_off
from threatdsl.assess.verification import credit, is_verified
from threatdsl.diagnostics import Diagnostic, errors_in, in_order
from threatdsl.evidence.verdict import Evidence
from threatdsl.model.load import limited
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.rules.analyse import analyse
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.finding import Analysis, Finding, Outcome, Stride
from threatdsl.rules.guards import Guards
from threatdsl.rules.ids import check_ids
from threatdsl.rules.load import load_rules
from threatdsl.rules.rule import CheckedRule

OUTCOME_ORDER = tuple(Outcome)
STRIDE_ORDER = tuple(Stride)
NOTHING_PROVEN = Evidence()


class Assessed(msgspec.Struct, frozen=True):
    """An assessment, or None beside the errors that stand in its way."""

    assessment: Assessment | None
    diagnostics: tuple[Diagnostic, ...]


def assess(
    model: Model,
    *,
    now: date,
    commit: str = "",
    policy: str | None = None,
    diagnostics: tuple[Diagnostic, ...] = (),
    catalogues: Catalogues | None = None,
    evidence: Evidence = NOTHING_PROVEN,
) -> Assessed:
    """Analyse a model and judge what was found, under the named policy and with the verdicts of `evidence`.

    `now` is the day that decisions are measured against, `commit` the revision shown, `diagnostics` what is known.
    """
    problems = Problems(diagnostics)
    model = _refuted(model, evidence, problems)
    rules, ratings = load_rules(model, problems, catalogues), bind_ratings(model, problems)
    switches = assess_switches(model, (rule.info for rule in rules), now, problems)
    chosen = _policy(model, policy, now, problems)
    analysis = _analysed(model, rules, switched_off(switches), problems)
    if analysis is None or chosen is None or errors_in(problems.found):
        return Assessed(None, limited(in_order(problems.found)))
    ordered = _judged(model, analysis.findings, ratings, now, evidence)
    decisions = assess_decisions(model.decisions, ordered, analysis.questions, now, problems)
    found = Assessment(
        model=model,
        findings=ordered,
        questions=analysis.questions,
        decisions=decisions,
        switches=switches,
        rules=analysis.rules,
        gate=gate(chosen, ordered, analysis.questions, decisions, switches, evidence),
        diagnostics=in_order(problems.found),
        now=now,
        commit=commit,
        counts=outcome_counts(ordered),
        catalogues=catalogues or Catalogues(),
        evidence=evidence,
    )
    return Assessed(found, found.diagnostics)


def _refuted(model: Model, evidence: Evidence, problems: Problems) -> Model:
    """The model with what evidence refutes; decisions about rules that do not exist are diagnostics."""
    check_decided_rules(model, problems)
    return msgspec.structs.replace(model, refutations=evidence.refutations)


def outcome_counts(findings: tuple[AssessedFinding, ...]) -> Mapping[Outcome, int]:
    """How many findings have each outcome."""
    return {outcome: sum(found.outcome is outcome for found in findings) for outcome in OUTCOME_ORDER}


def _policy(model: Model, name: str | None, now: date, problems: Problems) -> Policy | None:
    """The policy to apply, None with a diagnostic; decisions that it finds too long are diagnostics."""
    chosen = choose_policy(model, name, problems)
    if chosen is not None:
        check_lengths(chosen, (*model.decisions, *model.switches), now, problems)
    return chosen


def _analysed(model: Model, rules: tuple[CheckedRule, ...], off: frozenset[str], problems: Problems) -> Analysis | None:
    """What the rules that are on say, None after an error; findings that share an id are diagnostics."""
    if errors_in(problems.found):
        return None
    analysis = analyse(model, tuple(rule for rule in rules if rule.id not in off))
    check_ids(analysis, problems)
    return analysis


def _judged(
    model: Model, findings: tuple[Finding, ...], ratings: Ratings, now: date, evidence: Evidence
) -> tuple[AssessedFinding, ...]:
    """The findings with their severities and the decisions in force, in risk order."""
    adjusted = adjustments(model, now)
    decided, guards = by_finding(model.decisions), Guards(model)
    judged = []
    for finding in findings:
        believed = credit(guards, evidence, finding) if evidence.rulings else None
        views = severity(guards, finding, adjusted.get(finding.key), ratings.of(finding.rule), believed)
        assessed = decide(finding, views, decided.get(finding.key, ()), now)
        if evidence.rulings and is_verified(guards, evidence, finding):
            assessed = msgspec.structs.replace(assessed, outcome=Outcome.VERIFIED)
        judged.append(assessed)
    return in_risk_order(judged)


def in_risk_order(findings: Iterable[AssessedFinding]) -> tuple[AssessedFinding, ...]:
    """The gravest findings first."""
    return tuple(sorted(findings, key=_risk_order))


def _risk_order(finding: AssessedFinding) -> tuple[int, int, int, str, tuple[str, ...]]:
    """Highest severity first, then open, unassessed, mitigated, decided; then STRIDE, rule, elements."""
    views = finding.severity
    level = (views.verified or views.declared).level
    outcome = OUTCOME_ORDER.index(finding.outcome)
    rule = finding.finding.rule
    return -level, outcome, STRIDE_ORDER.index(rule.stride), rule.id, finding.finding.elements
