"""The result of a check as a comment for a pull request: the gate, and what asks for action."""

import re
from collections.abc import Iterable, Iterator, Sequence

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.assess.comparison import Change, Comparison
from threatdsl.diagnostics import Span
from threatdsl.evidence.verdict import REFUTING, Ruling
from threatdsl.report.checked import Checked
from threatdsl.report.comparison import worsened
from threatdsl.report.pipeline.markup_text import code, link, text
from threatdsl.report.places import mistakes, path_in, path_named
from threatdsl.report.words import capital, sentence
from threatdsl.rules.finding import ACT, Outcome

LIMIT = 64_900  # in UTF-8; GitHub refuses a comment of more than 65,536 characters
REST = 100
LONGEST_MARKER = 200
CHANGES = {
    Change.NEW: "New",
    Change.UNDEFENDED: "Undefended: a defence is gone",
    Change.WORSE: "Worse",
    Change.KEPT: "Kept: nothing that was said makes it better",
    Change.CLAIMED: "Gone by claim: closed without proof",
}
OUTCOMES = {Outcome.OPEN: "Open", Outcome.UNASSESSED: "Unassessed"}
ITEM = "- "


def markdown(models: Sequence[Checked]) -> bytes:
    """The comment, always short enough to be posted. The verdicts on all models come before any finding."""
    lines = [_marker(models), *(line for checked in models for line in _verdict(checked))]
    for checked in models:
        lines += _sections(checked, heading=len(models) > 1)
    return _bounded(lines).encode()


def _marker(models: Sequence[Checked]) -> str:
    """By which a bot finds its own comment. It holds nothing that could end it."""
    names = ",".join(re.sub(r"[^A-Za-z0-9._]+", "-", checked.name) for checked in models)
    return f"<!-- threatdsl:{re.sub('-+', '-', names)[:LONGEST_MARKER].rstrip('-')} -->"


def _verdict(checked: Checked) -> Iterator[str]:
    assessment = checked.assessment
    if assessment is None:
        yield f"### Threat model {code(checked.name)}: wrong, or it cannot be read"
        return
    gate = assessment.gate
    yield f"### {text(assessment.model.head.title or checked.name)}: the gate {'passed' if gate.passed else 'failed'}"
    compared = f", compared with {code(assessment.comparison.baseline)}" if assessment.comparison is not None else ""
    yield f"Policy {code(gate.policy)}{compared}."
    yield ""
    for action, word in (("fail", "Fails"), ("warn", "Warns")):
        yield from (f"{ITEM}{word}: {text(reason.text)}" for reason in gate.reasons if reason.action == action)


def _sections(checked: Checked, *, heading: bool) -> Iterator[str]:
    if heading:
        yield from ("", f"### {code(checked.name)}")
    assessment = checked.assessment
    if assessment is None:
        yield from _section("Mistakes", _mistakes(checked))
        return
    comparison = assessment.comparison
    if comparison is None:
        for outcome, title in OUTCOMES.items():
            found = (f for f in assessment.findings if f.outcome is outcome)
            yield from _section(title, (_finding(checked, one, None) for one in found))
    else:
        yield from _compared(checked, assessment, comparison)
    refuting = (ruling for ruling in assessment.evidence.rulings if ruling.verdict in REFUTING)
    yield from _section("Evidence that refutes", (_refuted(checked, ruling) for ruling in refuting))


def _compared(checked: Checked, assessment: Assessment, comparison: Comparison) -> Iterator[str]:
    for change, title in CHANGES.items():
        found = (f for f in assessment.findings if worsened(comparison, f) is change)
        yield from _section(title, (_finding(checked, one, comparison) for one in found))
    yield from _section("Fixed", (_fixed(f.level.word, f.finding.id, f.why) for f in comparison.fixed))
    pending = (f"{ITEM}{text(one.what)} {_place(checked, one.span)}" for one in comparison.pending)
    yield from _section("Pending: counted after the merge", pending)
    removed = (f"{ITEM}{code(gone.control_class)} on {code(gone.place)}" for gone in comparison.removed)
    yield from _section("Defences removed", removed)
    unbound = (f"{ITEM}{text(one.what)} {_place(checked, one.span)}" for one in comparison.unbound)
    yield from _section("Bindings removed, though what they name is still there", unbound)


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    listed = [item.rstrip() for item in items]
    if listed:
        yield from ("", f"#### {title} ({len(listed)})", "", *listed)


def _finding(checked: Checked, assessed: AssessedFinding, comparison: Comparison | None) -> str:
    finding, severity = assessed.finding, assessed.severity.verified or assessed.severity.declared
    parts = [f"{ITEM}**{text(severity.words)}** {assessed.outcome.value} {code(finding.id)}"]
    parts += [_place(checked, finding.span), text(sentence(finding.message))]
    if comparison is not None and assessed.id in comparison.why:
        parts.append(text(sentence(capital(comparison.why[assessed.id]))))
    if finding.fix and assessed.outcome in ACT:
        parts.append(text(sentence(f"Fix: {finding.fix}")))
    return " ".join(part for part in parts if part)


def _fixed(level: str, id_: str, why: str) -> str:
    return f"{ITEM}**{level}** {code(id_)} {text(sentence(capital(why)))}"


def _refuted(checked: Checked, ruling: Ruling) -> str:
    check = ruling.check
    said = f"{code(check.id)} says {ruling.verdict.value}: {code(check.control)} on {code(ruling.place)}."
    return f"{ITEM}{said} {text(sentence(capital(ruling.why)))} {_place(checked, check.span)}"


def _mistakes(checked: Checked) -> Iterator[str]:
    found = mistakes(checked)
    for mistake in found:
        helped = f" {text(sentence(capital(mistake.help)))}" if mistake.help else ""
        yield f"{ITEM}{mistake.code} {_place(checked, mistake.span)} {text(sentence(mistake.message))}{helped}"
    if not found:
        yield f"{ITEM}{code(path_named(checked))} cannot be read."


def _place(checked: Checked, span: Span) -> str:
    path = path_in(checked, span)
    return f"({link(path, span.line)})" if path else ""


def _bounded(lines: Sequence[str]) -> str:
    """As many lines as fit, and how many items were left out."""
    shown: list[str] = []
    size = 0
    for number, line in enumerate(lines):
        size += len(line.encode()) + 1
        if size > LIMIT - REST:
            left = sum(rest.startswith(ITEM) for rest in lines[number:])
            return "\n".join([*shown, "", f"and {left} more", ""])
        shown.append(line)
    return "\n".join([*shown, ""])
