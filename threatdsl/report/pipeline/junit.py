"""The result of a check as JUnit XML: threats, controls and the gate as test cases, one suite each a model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.evidence.verdict import PROVING, REFUTING, Ruling
from threatdsl.report.checked import Checked
from threatdsl.report.deciding import deciding
from threatdsl.report.places import path_in
from threatdsl.report.plain import plain
from threatdsl.report.words import capital, clean, sentence
from threatdsl.rules.finding import Outcome

HELD = (Outcome.MITIGATED, Outcome.VERIFIED)
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}  # of a suite, by the state of its cases


class Case(msgspec.Struct, frozen=True):
    """A test case. `state` is the element that says how it ended: failure, error, skipped, or empty for a pass.

    `kind` is a word for how it ended, `message` one sentence, `text` all that there is to say. `span` is None where no
    file of the tree holds it.
    """

    name: str
    state: str
    kind: str
    message: str
    text: str = ""
    span: Span | None = None
    properties: Mapping[str, str] = {}


def junit(models: Sequence[Checked]) -> bytes:
    """The document. A wrong model is a suite of errors."""
    suites = [line for checked in models for line in _suites(checked)]
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>", "")).encode()


def _suites(checked: Checked) -> Iterator[str]:
    assessment = checked.assessment
    if assessment is None:
        yield from _suite("model", checked, list(_errors(checked.diagnostics)))
        return
    failing = {id_ for r in assessment.gate.reasons if r.action == "fail" for id_ in r.findings}
    threats = [_threat(assessment, found, fails=found.id in failing) for found in assessment.findings]
    yield from _suite("threats", checked, threats)
    yield from _suite("controls", checked, [_control(ruling) for ruling in assessment.evidence.rulings])
    yield from _suite("gate", checked, [_gate(assessment)])


def _errors(diagnostics: Iterable[Diagnostic]) -> Iterator[Case]:
    """What is wrong with a model, each under a name of its own; a model that cannot be read is one error."""
    wrong = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
    for number, found in enumerate(wrong, 1):
        text = f"{sentence(found.message)} {sentence(capital(found.help)) if found.help else ''}"
        yield Case(f"{number} {found.code} {found.span}", "error", found.code, found.message, text, found.span)
    if not wrong:
        yield Case("model", "error", "unreadable", "the model cannot be read")


def _threat(assessment: Assessment, assessed: AssessedFinding, *, fails: bool) -> Case:
    """A threat: it fails where the gate does for it. One that is open and passes the gate is skipped, never passed."""
    finding, decision, outcome = assessed.finding, assessed.decision, assessed.outcome
    level = assessed.severity.declared.words
    texts = [f"{finding.message}."]
    decided = deciding(assessment, assessed)
    texts += [f"{capital(r.check.name)} says {r.verdict.value}: {sentence(r.why)}" for r in decided]
    if finding.fix and outcome not in HELD:
        texts.append(sentence(f"Fix: {finding.fix}"))
    message = f"{level} {outcome.value}: {finding.message}"
    if decision is not None:
        message = f"{outcome.value} until {decision.until}: {decision.text('reason')}"
    state = "failure" if fails else "" if outcome in HELD else "skipped"
    properties = {"rule": finding.rule.id, "outcome": outcome.value, "severity": level}
    return Case(finding.id, state, outcome.value, message, " ".join(texts), finding.span, properties)


def _control(ruling: Ruling) -> Case:
    """A check at a place: only a proof passes."""
    check, verdict = ruling.check, ruling.verdict
    where = f" [{check.environment}]" if check.environment else ""
    state = "failure" if verdict in REFUTING else "" if verdict in PROVING else "skipped"
    return Case(
        name=f"{check.id} {check.control} on {ruling.place}{where}",
        state=state,
        kind=verdict.value,
        message=f"{verdict.value}: {ruling.why}",
        span=check.span,
        properties={"check": check.id, "evidence": check.file, "verdict": verdict.value},
    )


def _gate(assessment: Assessment) -> Case:
    gate = assessment.gate
    said = ", ".join(r.text for r in gate.reasons if r.action == "fail")
    return Case(
        f"policy {gate.policy}", "" if gate.passed else "failure", "gate", said, span=assessment.model.head.span
    )


def _suite(group: str, checked: Checked, cases: Sequence[Case]) -> Iterator[str]:
    name = _attributes(name=f"{group}.{checked.name}", tests=len(cases))
    counts = {word: sum(case.state == state for case in cases) for word, state in COUNTED.items()}
    yield f"  <testsuite{name}{_attributes(**counts)}>"
    for case in cases:
        yield from _case(case, f"{group}.{checked.name}", checked)
    yield "  </testsuite>"


def _case(case: Case, classname: str, checked: Checked) -> Iterator[str]:
    place: dict[str, str | int] = {}
    if case.span is not None and (path := path_in(checked, case.span)):
        place = {"file": path, "line": case.span.line}
    yield f"    <testcase{_attributes(classname=classname, name=case.name, **place, time=0)}>"
    if case.properties:
        yield "      <properties>"
        yield from (f"        <property{_attributes(name=k, value=v)}/>" for k, v in case.properties.items())
        yield "      </properties>"
    if case.state:
        attributes = _attributes(message=case.message) + (
            "" if case.state == "skipped" else _attributes(type=case.kind)
        )
        yield f"      <{case.state}{attributes}>{_xml(case.text or case.message)}</{case.state}>"
    yield "    </testcase>"


def _attributes(**values: str | int) -> str:
    return "".join(f' {name}="{_xml(str(value))}"' for name, value in values.items())


def _xml(text: str) -> str:
    """The text on one line, with nothing that XML forbids or reads as markup."""
    return escape(clean(plain(text)))
