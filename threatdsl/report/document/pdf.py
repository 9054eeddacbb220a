"""The report as a PDF: tagged, with bookmarks and links, the same bytes for the same assessment."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup

from threatdsl.assess.assessment import Assessment
from threatdsl.model.level import Level
from threatdsl.report.diagram.dot import Settings
from threatdsl.report.diagram.drawing import draw
from threatdsl.report.diagram.palette import TINTS, UNSTATED
from threatdsl.report.diagram.svg import Drawing
from threatdsl.report.document.appendix import appendix
from threatdsl.report.document.assurance import assurance
from threatdsl.report.document.chapters import Chapter, chapters
from threatdsl.report.document.coverage import coverage
from threatdsl.report.document.decisions import decisions
from threatdsl.report.document.overlay import overlaid
from threatdsl.report.document.sheets import POINT, SHEETS, Sheet, place
from threatdsl.report.edition import STANDARD, Audience, Edition
from threatdsl.report.errors import ReportError
from threatdsl.report.resources import font, template, text
from threatdsl.report.threats import MARKS, FindingView
from threatdsl.report.view import ReportView, view
from threatdsl.report.words import capital, clipped, columns, counted, number, opening
from threatdsl.rules.finding import Outcome

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

PANGO = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
RESOURCE = "threatdsl:"
ALL_IN_FULL, MOST_SQUARES, BAR_WIDTH = 40, 60, 125
COVER_SIZES = ((16, ""), (28, "long"), (64, "longer"))  # columns of the title, and the class of its size
LABEL_WIDTHS = (28, 20)  # columns; the first that fits the paper is taken
COVER_ROOM = (96, 128)  # millimetres
KEYS = (
    ("external", "external entity"),
    ("process", "process"),
    ("store", "data store"),
    ("queue", "queue"),
    ("crosses", "crosses a boundary"),
    ("inside", "stays inside"),
    ("clear", "stated unprotected"),
    ("unstated", "nobody has said"),
    ("badges", "open; unassessed"),
)
LEGEND_NOTE = (
    "A label gives the flow's number, its purpose, the protocol and the data it carries. "
    "Arrows show who calls; answers come back the same way."
)


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk of the summary, short enough for one page."""

    title: str
    message: str
    finding: FindingView

    @property
    def anchor(self) -> str:
        """Where the finding stands."""
        return self.finding.anchor


@dataclass(frozen=True, slots=True)
class Todo:
    """A step of the summary, short enough for one page."""

    text: str
    closes: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Tile:
    """The findings of one outcome: as that many squares, or, when there are many, as a bar."""

    outcome: str
    mark: str
    count: int
    width: float


@dataclass(frozen=True, slots=True)
class Art:
    """The picture on the cover; `width` in millimetres."""

    svg: Markup
    width: float


@dataclass(frozen=True, slots=True)
class KeyTint:
    """A tint in the key to the diagram, with its word."""

    fill: str
    line: str
    width: float
    words: str


def pdf(assessment: Assessment, edition: Edition = STANDARD) -> bytes:
    """The document. Raises ReportError for a page size that it does not know, and where a library is missing."""
    if edition.page not in SHEETS:
        raise ReportError(f"No reports are made on `{edition.page}`: choose {' or '.join(SHEETS)}.")
    return _render(document(assessment, edition))


def document(assessment: Assessment, edition: Edition = STANDARD) -> str:
    """The document as HTML, before it is set."""
    sheet, shown = SHEETS[edition.page], view(assessment, edition)
    drawings = [draw(shown.diagram, Settings(label=width), linked=False) for width in LABEL_WIDTHS]
    drawing, placement = place(drawings, sheet)
    return template("report/document.html.j2").render(
        view=shown,
        sheet=sheet,
        style=Markup(_pages(sheet) + text("report/document.css")),  # noqa: S704 - a file of the package
        art=_art(shown),
        drawing=Markup(overlaid(drawing, placement.width)),  # noqa: S704 - what it adds to an escaped drawing is escaped
        placement=placement,
        keys=KEYS,
        tints=_key_tints(shown),
        legend_note=LEGEND_NOTE,
        chapters=chapters(edition),
        **appendix(shown),
        **assurance(shown),
        **coverage(shown),
        **decisions(shown),
        **_cover(shown),
        **_summary(shown),
        **_threats(shown),
    )


def _markup(drawing: Drawing) -> Markup:
    return Markup(drawing.text)  # noqa: S704 - written by an XML writer, which escapes


def _pages(sheet: Sheet) -> str:
    sizes = {"": sheet.size, " wide": sheet.wide, " large": sheet.large, " tall": sheet.tall}
    rules = [f"@page{name} {{ size: {size}; margin: {sheet.margin} }}\n" for name, size in sizes.items()]
    return "".join((*rules, "@page cover { margin: 20mm }\n"))


def _cover(shown: ReportView) -> dict[str, object]:
    title = clipped(shown.head.title, 160)
    size = next((name for most, name in COVER_SIZES if columns(title) <= most), "longest")
    return {"cover_title": title, "cover_size": size, "purpose": clipped(shown.head.summary, 320)}


def _art(shown: ReportView) -> Art | None:
    """The model drawn without words: every model gets a picture of its own."""
    if not shown.diagram.nodes:
        return None
    drawing = draw(shown.diagram, Settings(words=False), linked=False)
    width, height = COVER_ROOM
    scale = min(1.6, width / (drawing.width * POINT), height / (drawing.height * POINT))
    return Art(_markup(drawing), round(drawing.width * POINT * scale, 2))


def _key_tints(shown: ReportView) -> tuple[KeyTint, ...]:
    """The tints that the diagram uses, the least trusted first."""
    order = (*TINTS, UNSTATED)
    found = {zone.trust: zone.tint for zone in shown.diagram.zones}
    return tuple(
        KeyTint(tint.fill, tint.line, tint.width, words)
        for words, tint in sorted(found.items(), key=lambda item: order.index(item[1]))
    )


def _summary(shown: ReportView) -> dict[str, object]:
    risks = [Risk(clipped(one.title, 120).rstrip("."), opening(one.message, 105), one) for one in shown.risks]
    total = sum(tally.count for tally in shown.tallies)
    return {
        "severity": "verified" if shown.verified else "declared",
        "risks": risks,
        "risks_title": "The risk" if len(risks) == 1 else f"{capital(number(len(risks)))} risks",
        "steps": [Todo(clipped(step.text, 150), step.closes, step.finding.anchor) for step in shown.steps],
        "tiles_are_bars": total > MOST_SQUARES,
        "tiles": [
            Tile(tally.outcome, MARKS[Outcome(tally.outcome)], tally.count, round(BAR_WIDTH * tally.count / total, 2))
            for tally in shown.tallies
        ],
    }


def _threats(shown: ReportView) -> dict[str, object]:
    """Above forty findings, those neither open nor high get one line; the whole of them stands in the HTML report."""
    everything = len(shown.findings) <= ALL_IN_FULL or shown.edition.audience is Audience.AUDIT
    full = {one.id for one in shown.findings if everything or one.severity.step >= Level.HIGH or one.outcome == "open"}
    verified = ", and with what evidence supports" if shown.verified else ""
    lead = (
        f"{capital(counted(len(shown.findings), 'finding'))} under {counted(len(shown.rules), 'rule')}. "
        f"Severity is given {'three times' if verified else 'twice'}: without any control{',' if verified else ' and'} "
        f"with the controls declared{verified}."
    )
    if not everything:
        lead += " What is neither open nor high has one line; the HTML report holds the whole of it."
    told = Chapter.THREATS in chapters(shown.edition)
    return {"threats_lead": lead, "full": full, "anchors": {one.anchor for one in shown.findings if told}}


def _render(source: str) -> bytes:
    try:
        with redirect_stdout(io.StringIO()):  # a missing library makes it print advice
            import weasyprint
    except OSError as error:
        raise ReportError(
            f"The PDF needs the library Pango, which is missing here. Install it with `{PANGO}`; "
            "the HTML report works without."
        ) from error
    with _no_clock():
        rendered = weasyprint.HTML(string=source, base_url=RESOURCE, url_fetcher=PackageFonts()).write_pdf(
            pdf_tags=True, pdf_identifier=sha256(source.encode()).digest()[:16]
        )
    if rendered is None:
        raise ReportError("WeasyPrint wrote no PDF.")
    return bytes(rendered)


@contextmanager
def _no_clock() -> Iterator[None]:
    """Keeps the time of day out of font subsets: fontTools writes it into those with pictures, such as emoji."""
    name = "SOURCE_DATE_EPOCH"  # reproducible-builds.org
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


class PackageFonts:
    """Gives WeasyPrint the fonts of the package. Everything else is refused: files, addresses of the web, data."""

    _fail_on_errors = (
        False  # WeasyPrint asks: what is refused is left out, as it is for an address that does not answer
    )

    def __call__(self, url: str) -> "URLFetcherResponse":
        """The font that the style sheet names."""
        from weasyprint.urls import URLFetcherResponse

        name = url.removeprefix(RESOURCE)
        if name == url or not name.endswith(".woff2") or "/" in name:
            raise ValueError(f"a report loads nothing from outside: {url}")
        return URLFetcherResponse(url, font(name), {"Content-Type": "font/woff2"})
