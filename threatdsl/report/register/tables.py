"""The tables of a report as columns and rows, for spreadsheets and CSV."""

from dataclasses import dataclass

from threatdsl.report.threats import FindingView
from threatdsl.report.view import ReportView

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `width` in letters."""

    name: str
    width: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Each row has a cell for each column, None where there is nothing to say."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(shown: ReportView) -> tuple[Table, ...]:
    """All tables of a report, the summary first."""
    return (
        _summary(shown),
        findings(shown),
        Table(
            "Questions",
            _columns(question=70, fact=24, element=30, settles=14, place=34),
            tuple((one.text, one.fact, one.element, one.settles, one.place) for one in shown.questions),
        ),
        Table(
            "Decisions",
            _columns(decision=16, what=40, rule=30, where=34, reason=60, by=34, until=20, state=28),
            tuple(
                (one.verb, one.what, one.rule, one.where, one.reason, one.by, one.until, one.state)
                for one in shown.decisions
            ),
        ),
        Table(
            "Evidence",
            _columns(check=24, title=40, control=30, where=34, environment=18, verdict=14, why=60, source=50),
            tuple(
                (one.check, one.title, one.control, one.where, one.environment, one.verdict, one.why, one.source)
                for one in shown.evidence
            ),
        ),
        *_things(shown),
    )


def findings(shown: ReportView) -> Table:
    """One row a finding, in risk order; its columns are documented and stay."""
    cited = {rule.id: "; ".join(rule.references) for rule in shown.rules}
    columns = _columns(
        id=44,
        rule=34,
        title=44,
        stride=22,
        where=40,
        outcome=13,
        severity=10,
        severity_level=14,
        inherent=10,
        declared=10,
        verified=10,
        message=70,
        fix=60,
        evidence=50,
        decision=50,
        references=50,
        place=34,
    )
    return Table("Findings", columns, tuple(_finding(one, cited.get(one.rule, "")) for one in shown.findings))


def _finding(one: FindingView, cited: str) -> tuple[Cell, ...]:
    words = {row.name: row.level for row in one.severities}
    return (
        one.id,
        one.rule,
        one.title,
        one.stride,
        one.where,
        one.outcome,
        one.severity.level,
        one.severity.step,
        words.get("inherent"),
        words.get("declared"),
        words.get("verified"),
        one.message,
        one.fix,
        one.evidence,
        one.decision,
        cited,
        one.place,
    )


def _summary(shown: ReportView) -> Table:
    head = shown.head
    facts: tuple[tuple[str, Cell], ...] = (
        ("Model", head.title),
        ("Classification", shown.edition.theme.classification or head.classification),
        ("Note", head.notice),
        ("Summary", head.summary),
        ("Size", head.size),
        ("Owner", head.owner),
        ("File", head.file),
        ("Digest", head.digest),
        ("Commit", head.commit),
        ("Date", head.date),
        ("Gate", shown.verdict.sentence),
        ("Policy", shown.verdict.policy),
        *(("Reason", why) for why in shown.verdict.why),
        *((f"Findings: {tally.outcome}", tally.count) for tally in shown.tallies),
        *((f"At stake: {data.title}", data.serious) for data in shown.stakes),
        *((f"Risk {number}", f"{one.title}. {one.message}") for number, one in enumerate(shown.risks, 1)),
        *((f"Do first {number}", step.text) for number, step in enumerate(shown.steps, 1)),
        ("Attack paths", shown.attack.lead),
        ("Made by", shown.colophon),
    )
    return Table("Summary", _columns(field=34, value=110), tuple((name, value) for name, value in facts if value))


def _things(shown: ReportView) -> tuple[Table, ...]:
    return (
        Table(
            "Elements",
            _columns(
                id=30, element=36, kind=30, boundary=40, trust=14, technology=30, stores=40, open=8, unassessed=12
            ),
            tuple(
                (one.id, one.title, one.kind, one.zone, one.trust, one.technology, one.stores, one.open, one.unassessed)
                for one in shown.elements
            ),
        ),
        Table(
            "Flows",
            _columns(number=10, id=40, flow=50, title=36, details=50, on_the_wire=16, boundary=14),
            tuple(
                (
                    one.number,
                    one.id,
                    one.ends,
                    one.title,
                    one.details,
                    one.protection or "protected",
                    "crosses" if one.crosses else "stays inside",
                )
                for one in shown.flows
            ),
        ),
        Table(
            "Data",
            _columns(id=30, data=40, classification=40, stored_in=50, carried_by_flows=24),
            tuple((one.id, one.title, one.classification, one.stored, one.moved) for one in shown.data),
        ),
    )


def _columns(**widths: int) -> tuple[Column, ...]:
    return tuple(Column(name, width) for name, width in widths.items())
