"""Graphviz's HTML-like labels. Text of a model stays text: its markup, backslashes and braces are drawn as written."""

import unicodedata
from collections.abc import Iterable
from html import escape

from threatdsl.report.diagram.dfd import Badge
from threatdsl.report.diagram.palette import RED
from threatdsl.report.words import columns

PLAIN = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
LATIN = 0x24F  # the last letter of the Latin scripts, whose widths Graphviz guesses well enough
EM_PER_COLUMN = 0.62  # of wide scripts, which Graphviz has no measures of
SPACE = "\N{NO-BREAK SPACE}"


def run(text: str, size: int, colour: str, *, bold: bool = False) -> str:
    """A stretch of text in one size, colour and weight. Empty text is nothing at all: Graphviz refuses empty tags."""
    if not text:
        return ""
    # Graphviz replaces `\N`, `\G` and their like even here, by letters that follow a backslash: a tag keeps them apart.
    shown = escape(text, quote=True).replace("\\", "<FONT>\\</FONT>")
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{f"<B>{shown}</B>" if bold else shown}</FONT>'


def line(runs: str, text: str, size: int) -> str:
    """A row of a table. Wide scripts get the width that Graphviz would not give them."""
    wide = any(ord(character) > LATIN and not unicodedata.category(character).startswith("P") for character in text)
    width = f' WIDTH="{round(columns(text) * size * EM_PER_COLUMN)}"' if wide else ""
    return f'<TR><TD ALIGN="LEFT"{width}>{runs}</TD></TR>'


def table(rows: Iterable[str], attributes: str = PLAIN) -> str:
    """A table of rows."""
    return f"<TABLE {attributes}>{''.join(rows)}</TABLE>"


def with_badge(body: str, badge: Badge) -> str:
    """The cells of a row: the body and, where findings ask for action, their number in a square beside it."""
    squares = "".join(
        f'<TR><TD FIXEDSIZE="TRUE" WIDTH="{9 + 6 * len(str(count))}" HEIGHT="13" BORDER="1" COLOR="{RED}" {ground}>'
        f"{run(str(count), 8, colour, bold=True)}</TD></TR>"
        for count, ground, colour in (
            (badge.open, f'BGCOLOR="{RED}"', "#FFFFFF"),
            (badge.unassessed, 'STYLE="DASHED" BGCOLOR="#FFFFFF"', RED),
        )
        if count
    )
    if not squares:
        return f"<TD>{body}</TD>"
    beside = table([squares], 'BORDER="0" CELLBORDER="0" CELLSPACING="2" CELLPADDING="0"')
    return f'<TD>{body}</TD><TD VALIGN="MIDDLE" CELLPADDING="1">{beside}</TD>'
