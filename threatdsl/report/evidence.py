"""Verdicts of checks, as data and as lines of text."""

from collections.abc import Callable, Iterable

from threatdsl.evidence.observation import Observation
from threatdsl.evidence.verdict import Ruling
from threatdsl.report.contract import ObservationData, RulingData, SubjectData
from threatdsl.report.plain import plain


def ruling_data(ruling: Ruling) -> RulingData:
    """A verdict as plain data."""
    check = ruling.check
    return RulingData(
        check=check.id,
        place=ruling.place,
        verdict=ruling.verdict,
        why=ruling.why,
        control=check.control,
        classes=tuple(check.classes),
        environment=check.environment or None,
        format=check.format,
        result=check.attestation.document if check.attestation is not None else check.file,
        time=ruling.time.isoformat() if ruling.time is not None else None,
        commit=ruling.commit or None,
        run_url=ruling.run_url or None,
        deciding=tuple(_observation(observation) for observation in ruling.deciding),
        file=check.span.file,
        line=check.span.line,
    )


def _observation(observation: Observation) -> ObservationData:
    subjects = tuple(SubjectData(kind=s.kind.value, id=s.id, line=s.line or None) for s in observation.subjects)
    return ObservationData(rule=observation.rule, outcome=observation.outcome.value, subjects=subjects)


def evidence_text(rulings: Iterable[Ruling], path_of: Callable[[str], str], *, deciding: bool) -> list[str]:
    """Each verdict with its reason; `deciding` also with the results behind it and where they come from."""
    lines: list[str] = []
    for ruling in rulings:
        check, where = ruling.check, f" in {ruling.check.environment}" if ruling.check.environment else ""
        by, source = (f", by {check.id}", f" [{plain(path_of(check.file))}]") if check.file else ("", "")
        lines.append(f"{ruling.verdict.value}: {check.control} on {ruling.place}{where}{by}")
        lines.append(f"    {plain(ruling.why)}{source}")
        if deciding:
            lines += [f"    {line}" for line in _origin(ruling)]
            lines += [f"    {_told(observation)}" for observation in ruling.deciding]
    return lines


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
