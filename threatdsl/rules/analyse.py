"""A model's rules to findings and questions."""

from collections.abc import Mapping

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.environments import environments, limited_to
from threatdsl.model.model import Model
from threatdsl.rules.evaluation import Asked, evaluate
from threatdsl.rules.facts import Facts
from threatdsl.rules.finding import Analysis, Finding, FindingKey, Outcome
from threatdsl.rules.manual import manual_findings
from threatdsl.rules.paths import evaluate_path
from threatdsl.rules.program import Observer, Program
from threatdsl.rules.questions import questions_of
from threatdsl.rules.rule import CheckedRule

WORST_FIRST = (Outcome.OPEN, Outcome.UNASSESSED, Outcome.QUESTION, Outcome.MITIGATED)


def analyse(model: Model, rules: tuple[CheckedRule, ...], observe: Observer | None = None) -> Analysis:
    """All findings and questions of a model.

    Facts are evaluated once for each environment when anything is limited to environments: a finding then has one id,
    the worst outcome, and the outcome of each environment beside it. `observe` is told the truth of each clause.
    """
    names = environments(model)
    order = {rule.id: number for number, rule in enumerate(rules)}
    programs = tuple(Program(rule) for rule in rules)
    if not names:
        results = _evaluate(model, programs, observe)
        manual = tuple(manual_findings(Facts(model)))
    else:
        limited = {name: limited_to(model, name) for name in names}
        results = _merged({name: _evaluate(part, programs, observe) for name, part in limited.items()})
        manual = tuple(_with_environments(finding, limited) for finding in manual_findings(Facts(model)))
    lines = frozenset(derived.span for derived in model.derived if not derived.holds)
    built = tuple(_where_built(finding, lines) for finding in results.findings)
    by_rule = sorted(built, key=lambda finding: order[finding.rule.id])
    return Analysis((*by_rule, *manual), questions_of(results.asked, model), tuple(rule.info for rule in rules))


def _where_built(finding: Finding, lines: frozenset[Span]) -> Finding:
    """The finding at the line of infrastructure that opens it, since that is the line to change."""
    if finding.outcome is not Outcome.OPEN or not lines:
        return finding
    stated = (span for step in finding.proof for span in step.spans)
    line = next((span for span in stated if span in lines), finding.span)
    return msgspec.structs.replace(finding, span=line)


class _Results(msgspec.Struct, frozen=True):
    findings: tuple[Finding, ...]
    asked: tuple[Asked, ...]


def _evaluate(model: Model, programs: tuple[Program, ...], observe: Observer | None) -> _Results:
    facts = Facts(model)
    findings: list[Finding] = []
    asked: list[Asked] = []
    for program in programs:
        for result in (evaluate if program.rule.path is None else evaluate_path)(program, facts, observe):
            if isinstance(result, Finding):
                findings.append(result)
            else:
                asked.append(result)
    return _Results(tuple(findings), tuple(asked))


def _merged(results: Mapping[str, _Results]) -> _Results:
    """One finding a rule and its elements, with the worst outcome; where that is a question it stays one."""
    outcomes: dict[FindingKey, dict[str, Outcome]] = {}
    worst: dict[FindingKey, Finding] = {}
    for name, result in results.items():
        for finding in result.findings:
            outcomes.setdefault(finding.key, {})[name] = finding.outcome
            known = worst.setdefault(finding.key, finding)
            if WORST_FIRST.index(finding.outcome) < WORST_FIRST.index(known.outcome):
                worst[finding.key] = finding
        for question in result.asked:
            outcomes.setdefault(question.key, {})[name] = Outcome.QUESTION
    findings = (
        msgspec.structs.replace(finding, environments=outcomes[key])
        for key, finding in worst.items()
        if min(outcomes[key].values(), key=WORST_FIRST.index) is finding.outcome
    )
    return _Results(tuple(findings), tuple(question for result in results.values() for question in result.asked))


def _with_environments(finding: Finding, limited: Mapping[str, Model]) -> Finding:
    """A hand-written threat in the environments that have its place."""
    names = (name for name, model in limited.items() if all(id_ in model.things for id_ in finding.elements))
    return msgspec.structs.replace(finding, environments=dict.fromkeys(names, finding.outcome))
