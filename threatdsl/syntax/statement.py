"""Where a statement with a mistake ends, so that reading can go on behind it."""

import re

from threatdsl.syntax.scan import TEXTS

PIECE = re.compile(rf"{TEXTS}|#[^\r\n]*|[{{}}\[\]();\n]", re.DOTALL)
JOINED = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+\n)*+(?:and|or)(?![\w.-])")
WORD = re.compile(rf"{TEXTS}|[^\s\"#{{}}\[\](),;]+|\S", re.DOTALL)
DEPTH = {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}


def word_at(text: str, at: int) -> str:
    """The word or mark that stands at an offset; nothing at the end of the text."""
    found = WORD.match(text, at)
    return found.group() if found else ""


def end_of_statement(text: str, begin: int, at: int) -> int:
    """The offset of the line end, `;` or `}` that ends the statement begun at `begin`, not before `at`."""
    depth = 0
    for found in PIECE.finditer(text, begin):
        start, mark = found.start(), text[found.start()]
        if mark in DEPTH:
            if mark == "}" and depth == 0 and start >= at:
                return start
            depth = max(0, depth + DEPTH[mark])
        elif depth == 0 and start >= at and (mark == ";" or (mark == "\n" and not JOINED.match(text, start))):
            return start
    return len(text)


def body_of_statement(text: str, begin: int, at: int, end: int) -> int | None:
    """The offset of the `{` that opens the statement's body, when it stands behind `at`."""
    brackets = 0
    for found in PIECE.finditer(text, begin, end):
        mark = text[found.start()]
        if mark == "{":
            return found.start() if found.start() >= at and not brackets else None
        if mark in "[(":
            brackets += 1
        elif mark in "])":
            brackets = max(0, brackets - 1)
    return None
