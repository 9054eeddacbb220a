"""The register of findings as CSV (RFC 4180), safe to open in a spreadsheet."""

import csv
import io

from threatdsl.assess.assessment import Assessment
from threatdsl.report.edition import STANDARD, Edition
from threatdsl.report.register.tables import Cell, findings
from threatdsl.report.view import view
from threatdsl.report.words import clean

FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # what a spreadsheet takes for the start of a formula
QUOTE = "'"  # it then takes the cell for text


def findings_csv(assessment: Assessment, edition: Edition = STANDARD) -> bytes:
    """One line a finding under a line of names, in UTF-8 with a byte order mark, which Excel needs."""
    table = findings(view(assessment, edition))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: Cell) -> str | int:
    """The cell on one line, and never a formula."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    shown = " ".join(clean(cell).split())
    return f"{QUOTE}{shown}" if shown.startswith(FORMULA) else shown
