"""The tables of the page for a wiki."""

from collections.abc import Iterable, Iterator, Sequence

from threatdsl.report.pipeline.markup_text import code, text
from threatdsl.report.view import ReportView


def anchored(name: str) -> Iterator[str]:
    """What a link leads to; `name` is ASCII without signs of Markdown."""
    yield f'<a id="{name}"></a>'
    yield ""


def in_cell(given: str) -> str:
    """Code within a cell, where a bar would end the cell even so; empty where there is nothing."""
    return code(given).replace("|", "\\|") if given else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table; its cells are Markdown already."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def decisions(shown: ReportView) -> Iterator[str]:
    """What is carried on purpose, and until when."""
    if not shown.decisions:
        yield "Nothing is accepted, dismissed or transferred."
        return
    rows = (
        (f"{one.verb}: {text(one.what)}", text(one.where), text(one.reason), text(one.by), one.until, text(one.state))
        for one in shown.decisions
    )
    yield from table(("Decision", "Where", "Because", "By, ticket", "Until", "State"), rows)


def questions(shown: ReportView) -> Iterator[str]:
    """What nobody has said, the answer that settles most first."""
    if not shown.questions:
        yield "No question is open: the model says all that the rules ask."
        return
    rows = ((text(one.text), in_cell(one.fact), in_cell(one.place), one.settles) for one in shown.questions)
    yield from table(("Question", "Fact", "At", "Settles"), rows)


def evidence(shown: ReportView) -> Iterator[str]:
    """What each check says."""
    rows = (
        (
            text(one.control),
            text(", ".join(part for part in (one.where, one.environment) if part)),
            in_cell(one.check),
            f"**{one.verdict}**" if one.refuting else one.verdict,
            text(one.why),
            text(one.source),
        )
        for one in shown.evidence
    )
    yield from table(("Control", "Where", "Check", "Verdict", "Because", "Result"), rows)


def elements(shown: ReportView) -> Iterator[str]:
    """All elements."""
    if not shown.elements:
        yield "The model names no elements yet."
        return
    rows = (
        (
            text(one.title),
            text(one.kind),
            text(one.zone or "no boundary"),
            text(one.trust),
            text(one.technology),
            text(one.stores),
            str(one.open or ""),
            str(one.unassessed or ""),
        )
        for one in shown.elements
    )
    heads = ("Element", "Kind", "Boundary", "Trust", "Technology", "Stores", "Open", "Unassessed")
    yield from table(heads, rows)


def flows(shown: ReportView) -> Iterator[str]:
    """All flows, by their numbers in the diagram."""
    if not shown.flows:
        yield "The model has no flows yet."
        return
    yield from (text(shown.diagram_lead), "")
    rows = (
        (
            str(one.number),
            text(one.ends),
            text(one.title),
            text(one.details),
            one.protection or "protected",
            "crosses" if one.crosses else "stays inside",
        )
        for one in shown.flows
    )
    yield from table(("No.", "Flow", "Purpose", "Protocol, data", "On the wire", "Boundary"), rows)


def data(shown: ReportView) -> Iterator[str]:
    """All data."""
    if not shown.data:
        yield "The model names no data yet."
        return
    rows = (
        (text(one.title), text(one.classification or "not stated"), text(one.stored), one.moved) for one in shown.data
    )
    yield from table(("Data", "Classification", "Stored in", "Carried by flows"), rows)
