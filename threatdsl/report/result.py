"""The result of a check as plain data: the contract of `check --format json` (docs/reference/outcomes.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from threatdsl.assess.assessment import AssessedDecision, AssessedFinding, AssessedSwitch, Assessment, Score
from threatdsl.diagnostics import Diagnostic, as_data
from threatdsl.report.checked import Checked
from threatdsl.report.evidence import ruling_data
from threatdsl.rules.finding import ProofStep, Question

SCHEMA = "threatdsl/result/1"
WRONG: Mapping[str, Any] = {
    "model": {"title": None, "file": None, "digest": None},
    "now": None,
    "commit": None,
    "references": {},
    "findings": [],
    "questions": [],
    "decisions": [],
    "switches": [],
    "evidence": [],
    "gate": {
        "passed": False,
        "policy": None,
        "reasons": [{"action": "fail", "text": "the model is wrong or cannot be read", "findings": []}],
    },
}


def results(models: Sequence[Checked]) -> bytes:
    """The result of one model, the list of those of several."""
    made = [result(checked.assessment, checked.diagnostics, checked.name) for checked in models]
    return to_json(made[0] if len(made) == 1 else made)


def result(assessment: Assessment | None, diagnostics: tuple[Diagnostic, ...], name: str) -> dict[str, Any]:
    """A result. Of a wrong model it holds the diagnostics, no findings, and a gate that did not pass."""
    judged = WRONG if assessment is None else _judged(assessment)
    return {
        "schema": SCHEMA,
        **judged,
        "model": {"name": name, **judged["model"]},
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in diagnostics],
    }


def _judged(assessment: Assessment) -> dict[str, Any]:
    model, reasons = assessment.model, assessment.gate.reasons
    return {
        "model": {"title": model.head.title, "file": model.file, "digest": model.digest},
        "now": str(assessment.now),
        "commit": assessment.commit or None,
        "references": dict(assessment.catalogues.versions(assessment.references)),
        "findings": [finding_data(found) for found in assessment.findings],
        "questions": [question_data(question) for question in assessment.questions],
        "decisions": [_decision(decision) for decision in assessment.decisions],
        "switches": [_switch(switch) for switch in assessment.switches],
        "evidence": [ruling_data(ruling) for ruling in assessment.evidence.rulings],
        "gate": {
            "passed": assessment.gate.passed,
            "policy": assessment.gate.policy,
            "reasons": [{"action": r.action, "text": r.text, "findings": list(r.findings)} for r in reasons],
        },
    }


def to_json(value: object) -> bytes:
    """Indented JSON in UTF-8 that ends with a newline."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def finding_data(assessed: AssessedFinding) -> dict[str, Any]:
    """A finding as plain data."""
    finding, views, decision = assessed.finding, assessed.severity, assessed.decision
    return {
        "id": finding.id,
        "rule": finding.rule.id,
        "title": finding.rule.title,
        "stride": finding.rule.stride.value,
        "elements": list(finding.elements),
        "outcome": assessed.outcome.value,
        "environments": {name: outcome.value for name, outcome in (finding.environments or {}).items()},
        "severity": {
            "inherent": _score(views.inherent),
            "declared": _score(views.declared),
            "verified": _score(views.verified) if views.verified is not None else None,
        },
        "file": finding.span.file,
        "line": finding.span.line,
        "column": finding.span.column,
        "message": finding.message,
        "fix": finding.fix,
        "references": list(finding.rule.references),
        "cwe": [reference for reference in finding.rule.references if reference.startswith("CWE-")],
        "controls": list(finding.controls),
        "at_stake": list(finding.at_stake),
        "path": [
            {"from": hop.source, "to": hop.target, "over": hop.edge, "reverse": hop.reverse} for hop in finding.path
        ],
        "proof": [step_data(step) for step in finding.proof],
        "decision": decision.verb if decision is not None else None,
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "level": score.level.word,
        "level_name": score.word,
        "likelihood": score.likelihood,
        "impact": score.impact,
        "terms": score.terms,
    }


def step_data(step: ProofStep) -> dict[str, Any]:
    """A line of a proof as plain data."""
    return {"clause": step.clause, "text": step.text, "places": [str(span) for span in step.spans]}


def question_data(question: Question) -> dict[str, Any]:
    """A question as plain data."""
    return {
        "element": question.element,
        "fact": question.fact,
        "text": question.text,
        "settles": list(question.settles),
        "file": question.span.file,
        "line": question.span.line,
        "column": question.span.column,
    }


def _decision(assessed: AssessedDecision) -> dict[str, Any]:
    decision = assessed.decision
    return {
        "decision": decision.verb,
        "finding": assessed.finding or decision.finding,
        "state": assessed.state,
        "until": str(decision.until),
        "reason": decision.text("reason"),
        "approved_by": decision.text("approved-by"),
        "ticket": decision.text("ticket"),
        "file": decision.span.file,
        "line": decision.span.line,
    }


def _switch(assessed: AssessedSwitch) -> dict[str, Any]:
    switch = assessed.switch
    return {
        "rule": switch.rule,
        "pack": assessed.pack,
        "rules": [rule.id for rule in assessed.rules],
        "until": str(switch.until),
        "in_force": assessed.in_force,
        "reason": switch.text("reason"),
        "owner": switch.text("owner"),
        "file": switch.span.file,
        "line": switch.span.line,
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    related = [
        {"message": r.message, "file": r.span.file, "line": r.span.line, "column": r.span.column}
        for r in diagnostic.related
    ]
    return {**as_data(diagnostic), "related": related}
