"""All tables of a report as a spreadsheet. Every text is a text: no formulas, no links."""

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from threatdsl.assess.assessment import Assessment
from threatdsl.report.edition import STANDARD, Edition
from threatdsl.report.errors import ReportError
from threatdsl.report.register.tables import Cell, Table, tables
from threatdsl.report.view import view
from threatdsl.report.words import clean

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

MOST_ROWS, MOST_UNITS = 1_048_576, 32_767  # of a sheet; of a cell, in UTF-16
MISSING = 'A spreadsheet needs the package xlsxwriter, which is missing here: pip install "threatdsl[xlsx]".'
TEXT_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(assessment: Assessment, edition: Edition = STANDARD) -> bytes:
    """The spreadsheet, the same bytes for the same assessment. Raises ReportError where xlsxwriter is missing."""
    try:
        from xlsxwriter.workbook import Workbook
    except ImportError as error:
        raise ReportError(MISSING) from error
    shown, made = view(assessment, edition), io.BytesIO()
    book = Workbook(made, TEXT_ONLY)
    created = datetime(assessment.now.year, assessment.now.month, assessment.now.day, tzinfo=UTC)
    title = f"{shown.head.title}: threat model"
    book.set_properties({"title": _cell(title), "author": _cell(shown.head.owner or "threatdsl"), "created": created})
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for table in tables(shown):
        _sheet(book, table, head, body)
    book.close()
    return made.getvalue()


def _sheet(book: "Workbook", table: Table, head: "Format", body: "Format") -> None:
    sheet = book.add_worksheet(table.name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width, body)
        sheet.write_string(0, place, column.name, head)
    for number, row in enumerate(bounded(table, MOST_ROWS - 1), 1):
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, place, cell, body)
            elif cell:
                sheet.write_string(number, place, _cell(cell), body)
    sheet.autofilter(0, 0, min(len(table.rows), MOST_ROWS - 1), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def bounded(table: Table, most: int) -> tuple[tuple[Cell, ...], ...]:
    """At most that many rows; where some are left out, the last one counts them."""
    if len(table.rows) <= most:
        return table.rows
    left = len(table.rows) - most + 1
    return (*table.rows[: most - 1], (f"and {left} more; the JSON report holds all",))


def _cell(text: str) -> str:
    """The text as far as a cell holds it, without what no XML can hold."""
    shown = clean(text)
    units = shown.encode("utf-16-le")
    if len(units) // 2 <= MOST_UNITS:
        return shown
    return units[: (MOST_UNITS - 1) * 2].decode("utf-16-le", "ignore") + "…"
