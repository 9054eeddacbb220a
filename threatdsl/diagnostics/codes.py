"""All codes of the program and what they are about. A code is never re-used and says nothing about severity."""

from collections.abc import Mapping
from typing import Final

CODES: Final[Mapping[str, str]] = {
    # Reading files
    "TM0001": "the file is not UTF-8 text",
    "TM0002": "the file is not a text",
    "TM0003": "the file is too large",
    # Syntax, texts and characters
    "TM0101": "a text is not closed",
    "TM0102": "a text over several lines is not closed",
    "TM0103": "an unknown escape in a text",
    "TM0104": "a bidirectional control character",
    "TM0105": "a control character",
    "TM0106": "blocks are nested too deeply",
    # Syntax, brackets
    "TM0110": "a block is not closed",
    "TM0111": "a `}` closes nothing",
    "TM0112": "a list is not closed",
    "TM0113": "a `]` closes nothing",
    "TM0114": "a parenthesis is not closed",
    "TM0115": "a `)` closes nothing",
    "TM0116": "a `{` is missing",
    "TM0117": "a `{` is doubled",
    "TM0118": "a list inside of brackets",
    # Syntax, statements
    "TM0120": "`=` or `:` between a name and its value",
    "TM0121": "something else than an arrow",
    "TM0122": "a comma is missing",
    "TM0123": "a misspelt keyword",
    "TM0124": "not a name",
    "TM0125": "not a value",
    "TM0130": "something unexpected in a statement",
    "TM0131": "something is missing in a statement",
    "TM0132": "two statements on one line",
    "TM0140": "a statement is not complete",
    "TM0141": "a property has no value",
    "TM0199": "more mistakes than are shown",
}
