"""Evidence in a report: the line under a finding, and the table of all checks."""

from dataclasses import dataclass

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.evidence.verdict import REFUTING, Ruling
from threatdsl.report.deciding import deciding
from threatdsl.report.names import called
from threatdsl.report.words import clean, day, sentence

SHOWN = 3  # verdicts in the line of a finding


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A check at a place: what it decides, its verdict and why, and where the result is from.

    `run` is an address of the web where the run can be seen, empty where there is none.
    """

    check: str
    title: str
    control: str
    where: str
    environment: str
    verdict: str
    why: str
    source: str
    refuting: bool
    run: str


def web_address(text: str) -> str:
    """The text if it is an address of the web, else nothing: no other scheme becomes a link."""
    return clean(text) if text.startswith(("https://", "http://")) else ""


def evidence_line(assessment: Assessment, assessed: AssessedFinding) -> str:
    """The verdicts that decided a finding, empty where none did."""
    rulings = deciding(assessment, assessed)
    told = [f"{clean(ruling.check.id)} {_verdict(ruling)}: {clean(ruling.why)}" for ruling in rulings[:SHOWN]]
    more = [f"{len(rulings) - SHOWN} more"] if len(rulings) > SHOWN else []
    return sentence("; ".join((*told, *more)))


def evidence_view(assessment: Assessment, ruling: Ruling) -> EvidenceView:
    """A verdict as a reader sees it."""
    check = ruling.check
    collected = day(ruling.time.date()) if ruling.time is not None else ""
    source = (clean(check.file), collected, clean(ruling.commit[:12]))
    return EvidenceView(
        check=clean(check.id),
        title=clean(check.title),
        control=clean(check.control),
        where=called(assessment.model, ruling.place),
        environment=called(assessment.model, check.environment) if check.environment else "",
        verdict=ruling.verdict.value,
        why=sentence(clean(ruling.why)),
        source=", ".join(part for part in source if part),
        refuting=ruling.verdict in REFUTING,
        run=web_address(ruling.run_url),
    )


def _verdict(ruling: Ruling) -> str:
    """The verdict with the environment and the day, as far as they are known."""
    parts = (ruling.check.environment, day(ruling.time.date()) if ruling.time is not None else "")
    known = ", ".join(part for part in parts if part)
    return f"{ruling.verdict.value} ({clean(known)})" if known else ruling.verdict.value
