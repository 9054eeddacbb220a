"""A model's rules to findings and questions."""

from collections.abc import Iterable, Mapping

import msgspec

from threatdsl.model.environments import environments, limited_to
from threatdsl.model.model import Model
from threatdsl.model.things import Thing
from threatdsl.rules.evaluation import Asked, Observer, evaluate, ignore
from threatdsl.rules.expressions import Facts
from threatdsl.rules.finding import Analysis, Finding, Outcome, Question
from threatdsl.rules.manual import manual_findings
from threatdsl.rules.paths import evaluate_path
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.texts import shown

WORST_FIRST = (Outcome.OPEN, Outcome.UNASSESSED, Outcome.QUESTION, Outcome.MITIGATED)


def analyse(model: Model, rules: tuple[CheckedRule, ...], observe: Observer = ignore) -> Analysis:
    """All findings and questions of a model.

    Facts are evaluated once for each environment when anything is limited to environments: a finding then has one id, the
    worst outcome, and the outcome of each environment beside it. `observe` is told the truth of each clause it evaluates.
    """
    names = environments(model)
    if not names:
        results = _evaluate(model, rules, observe)
    else:
        results = _merged({name: _evaluate(limited_to(model, name), rules, observe) for name in names})
    findings = (*results.findings, *manual_findings(model))
    return Analysis(findings, _questions(results.asked, model), tuple(rule.info for rule in rules))


class _Results(msgspec.Struct, frozen=True):
    findings: tuple[Finding, ...]
    asked: tuple[Asked, ...]


class _Merge(msgspec.Struct):
    """One finding over the environments."""

    worst: Finding
    outcomes: dict[str, Outcome] = msgspec.field(default_factory=dict)


def _evaluate(model: Model, rules: tuple[CheckedRule, ...], observe: Observer) -> _Results:
    facts = Facts(model)
    findings: list[Finding] = []
    asked: list[Asked] = []
    for rule in rules:
        for result in (evaluate if rule.path is None else evaluate_path)(rule, facts, observe):
            if isinstance(result, Finding):
                findings.append(result)
            else:
                asked.append(result)
    return _Results(tuple(findings), tuple(asked))


def _merged(results: Mapping[str, _Results]) -> _Results:
    merged: dict[str, _Merge] = {}
    asked: dict[str, Asked] = {}
    for name, result in results.items():
        for finding in result.findings:
            found = merged.setdefault(finding.id, _Merge(finding))
            found.outcomes[name] = finding.outcome
            if WORST_FIRST.index(finding.outcome) < WORST_FIRST.index(found.worst.outcome):
                found.worst = finding
        asked.update({question.finding: question for question in result.asked})
    findings = tuple(msgspec.structs.replace(m.worst, environments=m.outcomes) for m in merged.values())
    return _Results(findings, tuple(question for id_, question in asked.items() if id_ not in merged))


def _questions(asked: Iterable[Asked], model: Model) -> tuple[Question, ...]:
    """One question a fact, the one that settles most findings first."""
    settles: dict[tuple[str, str], dict[str, None]] = {}
    for question in asked:
        for thing, fact in question.asks:
            settles.setdefault((thing.id, fact), {})[question.finding] = None
    questions = [
        Question(id_, fact, _text(model.things[id_], fact, model), tuple(found), model.things[id_].span)
        for (id_, fact), found in settles.items()
    ]
    return tuple(sorted(questions, key=lambda q: (-len(q.settles), q.span, q.element, q.fact)))


def _text(thing: Thing, fact: str, model: Model) -> str:
    title, vocabulary = shown(thing, model), model.vocabulary
    if fact in vocabulary.classes:
        return f"Does {title} have {fact}? {vocabulary.classes[fact].title}."
    if fact == "boundary":
        return f"In which boundary does {title} stand?"
    definition = vocabulary.kinds[thing.kind].properties.get(fact)
    return f"What is `{fact}` of {title}?" + (f" {definition.title}." if definition is not None else "")
