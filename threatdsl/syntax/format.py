"""The formatter."""

from pathlib import Path

import msgspec

from threatdsl.diagnostics import Diagnostic
from threatdsl.syntax.layout import laid_out
from threatdsl.syntax.parser import parse


class Formatted(msgspec.Struct, frozen=True):
    """The text in canonical layout; the text as it was, when it has mistakes of syntax, and those."""

    text: str
    diagnostics: tuple[Diagnostic, ...]


def format_text(text: str, file: str, *, tables: Path | None = None) -> Formatted:
    """The canonical layout of a text. Texts and comments are kept as they are, and the kind of its line ends.

    `tables` may be a folder that keeps the parser tables.

    The result parses to the same nodes, and formatting it again changes nothing.
    """
    problems = parse(text, file, tables=tables).diagnostics
    if problems:
        return Formatted(text, problems)
    formatted = laid_out(text.replace("\r\n", "\n"))
    first = text.find("\n")
    return Formatted(formatted.replace("\n", "\r\n") if text[max(0, first - 1) : first] == "\r" else formatted, ())
