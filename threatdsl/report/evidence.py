"""Verdicts of checks, as data and as lines of text."""

from collections.abc import Callable, Iterable
from typing import Any

from threatdsl.evidence.observation import Observation
from threatdsl.evidence.verdict import REFUTING, Evidence, Ruling
from threatdsl.report.plain import plain
from threatdsl.rules.finding import Finding


def ruling_data(ruling: Ruling) -> dict[str, Any]:
    """A verdict as plain data."""
    check = ruling.check
    return {
        "check": check.id,
        "place": ruling.place,
        "verdict": ruling.verdict.value,
        "why": ruling.why,
        "control": check.control,
        "classes": list(check.classes),
        "environment": check.environment or None,
        "format": check.format,
        "result": check.file,
        "time": ruling.time.isoformat() if ruling.time is not None else None,
        "commit": ruling.commit or None,
        "run_url": ruling.run_url or None,
        "deciding": [_observation(observation) for observation in ruling.deciding],
        "file": check.span.file,
        "line": check.span.line,
    }


def _observation(observation: Observation) -> dict[str, Any]:
    return {
        "rule": observation.rule,
        "outcome": observation.outcome.value,
        "subjects": [{"kind": s.kind.value, "id": s.id, "line": s.line or None} for s in observation.subjects],
    }


def evidence_text(rulings: Iterable[Ruling], path_of: Callable[[str], str], *, deciding: bool) -> list[str]:
    """Each verdict with its reason; `deciding` also with the results behind it and where they come from."""
    lines: list[str] = []
    for ruling in rulings:
        check, where = ruling.check, f" in {ruling.check.environment}" if ruling.check.environment else ""
        lines.append(f"{ruling.verdict.value}: {check.control} on {ruling.place}{where}, by {check.id}")
        lines.append(f"    {plain(ruling.why)} [{plain(path_of(check.file))}]")
        if deciding:
            lines += [f"    {line}" for line in _origin(ruling)]
            lines += [f"    {_told(observation)}" for observation in ruling.deciding]
    return lines


def refuted_by(finding: Finding, evidence: Evidence) -> list[str]:
    """Which checks refute what would mitigate a finding, and why: one line a check, none where no check does."""
    spans = {span for step in finding.proof for span in step.spans}
    refuting = [ruling for ruling in evidence.rulings if ruling.own in REFUTING and ruling.check.span in spans]
    here = [ruling for ruling in refuting if ruling.place in finding.elements]
    by_check = {ruling.check.id: plain(ruling.why) for ruling in reversed(here or refuting)}
    return [f"refuted by {check}: {why}" for check, why in reversed(by_check.items())]


def _origin(ruling: Ruling) -> Iterable[str]:
    if ruling.time is not None:
        yield f"collected {ruling.time.isoformat(timespec='minutes')}"
    if ruling.commit:
        yield f"commit {plain(ruling.commit)}"
    if ruling.run_url:
        yield f"run {plain(ruling.run_url)}"


def _told(observation: Observation) -> str:
    subjects = ", ".join(f"{s.id}:{s.line}" if s.line else s.id for s in observation.subjects)
    return f"{observation.outcome.value}: {plain(observation.rule)}" + (f" at {plain(subjects)}" if subjects else "")
