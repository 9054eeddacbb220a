"""The result of a check as plain data: the contract of `check --format json` (docs/reference/outcomes.md)."""

from collections.abc import Iterator, Sequence

import msgspec

from threatdsl.assess.assessment import AssessedDecision, AssessedFinding, AssessedSwitch, Assessment, Gate, Score
from threatdsl.assess.comparison import Comparison, Pending
from threatdsl.diagnostics import Diagnostic
from threatdsl.model.sources import SHIPPED
from threatdsl.report import contract as data
from threatdsl.report.checked import Checked
from threatdsl.report.evidence import ruling_data
from threatdsl.rules.finding import ProofStep, Question

WRONG = data.ReasonData("fail", "the model is wrong or cannot be read", ())


def results(models: Sequence[Checked]) -> bytes:
    """The result of one model, the list of those of several."""
    made = [result(checked) for checked in models]
    return to_json(made[0] if len(made) == 1 else made)


def result(checked: Checked) -> data.Result:
    """A result. Of a wrong model it holds the diagnostics, no findings, and a gate that did not pass."""
    diagnostics = tuple(_diagnostic(diagnostic) for diagnostic in checked.diagnostics)
    sources = tuple(_sources(checked))
    if checked.assessment is not None:
        return _judged(checked.assessment, checked.name, diagnostics, sources)
    return data.Result(
        schema=data.SCHEMA,
        model=data.ModelData(checked.name, None, None, None),
        now=None,
        commit=None,
        references={},
        findings=(),
        questions=(),
        decisions=(),
        switches=(),
        evidence=(),
        gate=data.GateData(passed=False, policy=None, reasons=(WRONG,)),
        diagnostics=diagnostics,
        baseline=None,
        sources=sources,
    )


def _judged(
    assessment: Assessment,
    name: str,
    diagnostics: tuple[data.DiagnosticData, ...],
    sources: tuple[data.SourceData, ...],
) -> data.Result:
    model, comparison = assessment.model, assessment.comparison
    return data.Result(
        schema=data.SCHEMA,
        model=data.ModelData(name, model.head.title, model.file, model.digest),
        now=str(assessment.now),
        commit=assessment.commit or None,
        references=dict(assessment.catalogues.versions(assessment.references)),
        findings=tuple(finding_data(found, comparison) for found in assessment.findings),
        questions=tuple(question_data(question) for question in assessment.questions),
        decisions=tuple(_decision(decision) for decision in assessment.decisions),
        switches=tuple(_switch(switch) for switch in assessment.switches),
        evidence=tuple(ruling_data(ruling) for ruling in assessment.evidence.rulings),
        gate=_gate(assessment.gate),
        diagnostics=diagnostics,
        baseline=_comparison(comparison) if comparison is not None else None,
        sources=sources,
    )


def _sources(checked: Checked) -> Iterator[data.SourceData]:
    """The team's own files. With them a saved result can be analysed again, as a baseline."""
    comparison = checked.assessment.comparison if checked.assessment is not None else None
    before = comparison.files if comparison is not None else frozenset()
    for file, text in sorted(checked.texts.items()):
        if not file.startswith(SHIPPED) and file not in before:
            yield data.SourceData(file, text)


def to_json(value: object) -> bytes:
    """Indented JSON in UTF-8 that ends with a newline."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def finding_data(assessed: AssessedFinding, comparison: Comparison | None = None) -> data.FindingData:
    """A finding as plain data."""
    finding, views, decision = assessed.finding, assessed.severity, assessed.decision
    return data.FindingData(
        id=finding.id,
        rule=finding.rule.id,
        title=finding.rule.title,
        stride=finding.rule.stride,
        elements=tuple(finding.elements),
        outcome=assessed.outcome,
        environments=dict(finding.environments or {}),
        severity=data.SeverityData(
            inherent=_score(views.inherent),
            declared=_score(views.declared),
            verified=_score(views.verified) if views.verified is not None else None,
        ),
        file=finding.span.file,
        line=finding.span.line,
        column=finding.span.column,
        message=finding.message,
        fix=finding.fix,
        references=tuple(finding.rule.references),
        cwe=tuple(reference for reference in finding.rule.references if reference.startswith("CWE-")),
        controls=tuple(finding.controls),
        at_stake=tuple(finding.at_stake),
        path=tuple(data.HopData(hop.source, hop.target, hop.edge, hop.reverse) for hop in finding.path),
        proof=tuple(step_data(step) for step in finding.proof),
        decision=decision.verb if decision is not None else None,
        change=comparison.changes.get(finding.id) if comparison is not None else None,
        why=comparison.why.get(finding.id) if comparison is not None else None,
    )


def _score(score: Score) -> data.ScoreData:
    return data.ScoreData(score.level.word, score.word, score.likelihood, score.impact, score.terms)


def step_data(step: ProofStep) -> data.StepData:
    """A line of a proof as plain data."""
    return data.StepData(step.clause, step.text, tuple(str(span) for span in step.spans))


def question_data(question: Question) -> data.QuestionData:
    """A question as plain data."""
    return data.QuestionData(
        element=question.element,
        fact=question.fact,
        text=question.text,
        settles=tuple(question.settles),
        file=question.span.file,
        line=question.span.line,
        column=question.span.column,
    )


def _decision(assessed: AssessedDecision) -> data.DecisionData:
    decision = assessed.decision
    return data.DecisionData(
        decision=decision.verb,
        finding=assessed.finding or decision.finding,
        state=assessed.state,
        until=str(decision.until),
        reason=decision.text("reason"),
        approved_by=decision.text("approved-by"),
        ticket=decision.text("ticket"),
        file=decision.span.file,
        line=decision.span.line,
    )


def _switch(assessed: AssessedSwitch) -> data.SwitchData:
    switch = assessed.switch
    return data.SwitchData(
        rule=switch.rule,
        pack=assessed.pack,
        rules=tuple(rule.id for rule in assessed.rules),
        until=str(switch.until),
        in_force=assessed.in_force,
        reason=switch.text("reason"),
        owner=switch.text("owner"),
        file=switch.span.file,
        line=switch.span.line,
    )


def _gate(gate: Gate) -> data.GateData:
    reasons = tuple(data.ReasonData(r.action, r.text, tuple(r.findings)) for r in gate.reasons)
    return data.GateData(passed=gate.passed, policy=gate.policy, reasons=reasons)


def _comparison(comparison: Comparison) -> data.ComparisonData:
    fixed = (
        data.FixedData(f.finding.id, f.finding.rule.id, f.finding.rule.title, f.level.word, f.why)
        for f in comparison.fixed
    )
    removed = (
        data.RemovedData(gone.place, gone.control_class, gone.span.file, gone.span.line) for gone in comparison.removed
    )
    unbound, told = (tuple(map(_pending, some)) for some in (comparison.unbound, comparison.pending))
    return data.ComparisonData(comparison.baseline, tuple(fixed), tuple(removed), unbound, told)


def _pending(pending: Pending) -> data.PendingData:
    return data.PendingData(pending.what, pending.span.file, pending.span.line)


def _diagnostic(diagnostic: Diagnostic) -> data.DiagnosticData:
    span = diagnostic.span
    return data.DiagnosticData(
        code=diagnostic.code,
        severity=diagnostic.severity,
        message=diagnostic.message,
        file=span.file,
        line=span.line,
        column=span.column,
        help=diagnostic.help,
        related=tuple(data.RelatedData(r.message, r.span.file, r.span.line, r.span.column) for r in diagnostic.related),
    )
