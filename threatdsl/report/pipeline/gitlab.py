"""GitLab's code quality report: a list of issues, each at a line, shown in merge requests."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from threatdsl.assess.assessment import AssessedFinding
from threatdsl.diagnostics import Diagnostic, Span
from threatdsl.model.level import Level
from threatdsl.report.checked import Checked
from threatdsl.report.places import mistakes, path_in, path_named
from threatdsl.report.plain import plain
from threatdsl.report.result import to_json
from threatdsl.report.words import clean, sentence
from threatdsl.rules.finding import ACT

SEVERITIES: Mapping[Level, str] = {
    Level.CRITICAL: "blocker",
    Level.HIGH: "critical",
    Level.MEDIUM: "major",
    Level.LOW: "minor",
    Level.INFO: "info",
}


class Lines(msgspec.Struct, frozen=True):
    """Where an issue begins."""

    begin: int


class Location(msgspec.Struct, frozen=True):
    """A file of the repository and a line."""

    path: str
    lines: Lines


class Issue(msgspec.Struct, frozen=True):
    """What GitLab reads of an issue. It compares two reports by `fingerprint`."""

    description: str
    check_name: str
    fingerprint: str
    severity: str
    location: Location


def gitlab(models: Sequence[Checked]) -> bytes:
    """The issues to act on of all models. Each fingerprint occurs once, and is that of the finding's id."""
    issues: dict[str, Issue] = {}
    for checked in models:
        for issue in _issues(checked):
            # Two models may have a finding of the same id; the second is told apart by its model.
            known = issue.fingerprint in issues
            mark = _fingerprint(f"{checked.file} {issue.fingerprint}") if known else issue.fingerprint
            issues[mark] = msgspec.structs.replace(issue, fingerprint=mark)
    return to_json(tuple(issues.values()))


def _issues(checked: Checked) -> Iterator[Issue]:
    if checked.assessment is not None:
        yield from (_finding(checked, found) for found in checked.assessment.findings if found.outcome in ACT)
        return
    found = mistakes(checked)
    yield from (_mistake(checked, mistake) for mistake in found)
    if not found:
        yield _issue(
            "The model cannot be read.", "model", checked.file, "blocker", Location(path_named(checked), Lines(1))
        )


def _finding(checked: Checked, assessed: AssessedFinding) -> Issue:
    finding, score = assessed.finding, assessed.severity.verified or assessed.severity.declared
    text = f"{score.words} {assessed.outcome.value}: {sentence(finding.message)}"
    if finding.fix:
        text += f" {sentence(f'Fix: {finding.fix}')}"
    return _issue(text, finding.rule.id, finding.id, SEVERITIES[score.level], _location(checked, finding.span))


def _mistake(checked: Checked, mistake: Diagnostic) -> Issue:
    identity = f"{mistake.code} {mistake.span} {mistake.message}"
    return _issue(sentence(mistake.message), mistake.code, identity, "blocker", _location(checked, mistake.span))


def _issue(text: str, check: str, identity: str, severity: str, location: Location) -> Issue:
    return Issue(clean(plain(text)), check, _fingerprint(identity), severity, location)


def _location(checked: Checked, span: Span) -> Location:
    """The place; the first line of the model for what no file of the checked-out tree holds."""
    path = path_in(checked, span)
    return Location(path, Lines(span.line)) if path else Location(path_named(checked), Lines(1))


def _fingerprint(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()
