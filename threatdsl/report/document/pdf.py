"""The report as a PDF: tagged, with bookmarks and links, the same bytes for the same assessment."""

from markupsafe import Markup

from threatdsl.assess.assessment import Assessment
from threatdsl.report.document.appendix import appendix
from threatdsl.report.document.assurance import assurance
from threatdsl.report.document.chapters import chapters
from threatdsl.report.document.coverage import coverage
from threatdsl.report.document.decisions import decisions
from threatdsl.report.document.diagrams import diagrams
from threatdsl.report.document.paths import attack_paths
from threatdsl.report.document.registers import registers
from threatdsl.report.document.setting import set_on_pages
from threatdsl.report.document.sheets import SHEETS, Sheet
from threatdsl.report.document.summary import summary
from threatdsl.report.document.threats import threats
from threatdsl.report.edition import STANDARD, Edition
from threatdsl.report.errors import ReportError
from threatdsl.report.resources import template, text
from threatdsl.report.view import ReportView, view
from threatdsl.report.words import clipped, columns

COVER_SIZES = ((16, ""), (28, "long"), (64, "longer"))  # columns of the title, and the class of its size


def pdf(assessment: Assessment, edition: Edition = STANDARD) -> bytes:
    """The document. Raises ReportError for a page size that it does not know, and where a library is missing."""
    if edition.page not in SHEETS:
        raise ReportError(f"No reports are made on `{edition.page}`: choose {' or '.join(SHEETS)}.")
    return set_on_pages(document(assessment, edition), edition.theme.logo)


def document(assessment: Assessment, edition: Edition = STANDARD) -> str:
    """The document as HTML, before it is set."""
    sheet, shown = SHEETS[edition.page], view(assessment, edition)
    style = _pages(sheet) + text("report/document.css") + edition.theme.css
    return template("report/document.html.j2").render(
        view=shown,
        sheet=sheet,
        style=Markup(style),  # noqa: S704 - files of the package, and a theme that holds no markup
        chapters=chapters(edition),
        **appendix(shown),
        **assurance(shown),
        **attack_paths(shown),
        **coverage(shown),
        **decisions(shown),
        **_cover(shown),
        **registers(shown),
        **summary(shown, sheet),
        **threats(shown),
        **diagrams(shown, sheet),
    )


def _pages(sheet: Sheet) -> str:
    sizes = {"": sheet.size, " wide": sheet.wide, " large": sheet.large, " tall": sheet.tall}
    rules = [f"@page{name} {{ size: {size}; margin: {sheet.margin} }}\n" for name, size in sizes.items()]
    return "".join((*rules, "@page cover { margin: 20mm }\n"))


def _cover(shown: ReportView) -> dict[str, object]:
    title = clipped(shown.head.title, 160)
    size = next((name for most, name in COVER_SIZES if columns(title) <= most), "longest")
    return {"cover_title": title, "cover_size": size, "purpose": clipped(shown.head.summary, 320)}
