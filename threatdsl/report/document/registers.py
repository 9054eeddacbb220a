"""The registers of the document, each as long as an audience reads: the whole of them stands in HTML and CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from threatdsl.report.edition import Audience
from threatdsl.report.view import ReportView
from threatdsl.report.words import counted

MOST = {Audience.MANAGEMENT: 40, Audience.REVIEW: 120, Audience.AUDIT: 400}
WHOLE = "the HTML report and the CSV register hold all of them"
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Register(Generic[Entry]):
    """The first entries, and a sentence on those left out, empty where there are none."""

    entries: tuple[Entry, ...]
    rest: str


def register(entries: Sequence[Entry], noun: str, plural: str, audience: Audience) -> Register[Entry]:
    """As many entries as the audience reads, in their order."""
    most = MOST[audience]
    more = len(entries) - most
    rest = f"And {counted(more, f'more {noun}', f'more {plural}')}: {WHOLE}." if more > 0 else ""
    return Register(tuple(entries[:most]), rest)


def registers(shown: ReportView) -> dict[str, object]:
    """What the templates of questions, elements, flows and data need."""
    audience = shown.edition.audience
    return {
        "questions": register(shown.questions, "question", "questions", audience),
        "elements": register(shown.elements, "element", "elements", audience),
        "flows": register(shown.flows, "flow", "flows", audience),
        "data": register(shown.data, "data asset", "data assets", audience),
    }
