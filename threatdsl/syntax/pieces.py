"""A text cut into the pieces that its structure is made of, whether or not it parses."""

import re
from bisect import bisect_right

import msgspec

from threatdsl.diagnostics import Diagnostic
from threatdsl.syntax.places import Places
from threatdsl.syntax.scan import TEXTS

PIECE = re.compile(
    rf"(?P<text>{TEXTS})|(?P<comment>#[^\r\n]*)|(?P<mark>[{{}}\[\](),;])|(?P<word>[^\s\"#{{}}\[\](),;]+)", re.DOTALL
)
CLOSED = re.compile(r'"""(?:[^"\\]|\\(?:.|\n)|"(?!""))*+"""|"(?!"")(?:[^"\\\n]|\\[^\n])*+"', re.DOTALL)


# A text with more mistakes than this is not read further: it is something else than a model.
ENOUGH = 1000


class Piece(msgspec.Struct, frozen=True):
    """`kind` is a bracket, `,` or `;` itself, or `text`, `unclosed`, `word`, `comment`. Lines count from 1."""

    kind: str
    start: int
    end: int
    line: int
    end_line: int


class Change(msgspec.Struct, frozen=True):
    """A stretch of the text is replaced before parsing. `problem` says why; `lines` get no other diagnostic."""

    start: int
    end: int
    put: str
    problem: Diagnostic | None
    lines: tuple[int, ...]


def cut(text: str, places: Places) -> tuple[Piece, ...]:
    """All pieces in order; blanks and line ends lie between them."""
    pieces = []
    for found in PIECE.finditer(text):
        kind = found.lastgroup or ""
        start, end = found.span()
        if kind == "mark":
            kind = text[start]
        elif kind == "text" and not CLOSED.fullmatch(text, start, end):
            kind = "unclosed"
            end = start + len(text[start:end].rstrip())
        line = places.line(start)
        pieces.append(Piece(kind, start, end, line, places.line(end) if kind in {"text", "unclosed"} else line))
    return tuple(pieces)


class Layout:
    """The pieces of a text, by line."""

    def __init__(self, text: str, places: Places, pieces: tuple[Piece, ...]) -> None:
        self.text = text
        self.places = places
        self.pieces = pieces
        self.lines: dict[int, list[Piece]] = {}
        for piece in pieces:
            self.lines.setdefault(piece.line, []).append(piece)
        self.numbers = sorted(self.lines)

    def indent(self, line: int) -> int:
        """How far the first piece of the line is indented; a tab counts as four."""
        start = self.places.starts[line - 1]
        return len(self.text[start : self.lines[line][0].start].expandtabs(4))

    def is_first(self, piece: Piece) -> bool:
        """Whether nothing stands before it on its line."""
        return self.lines[piece.line][0] is piece

    def end_of_line(self, line: int) -> int:
        """The offset behind the last piece of the line that is no comment; before the comment when it is alone."""
        solid = [piece for piece in self.lines[line] if piece.kind != "comment"]
        return solid[-1].end if solid else self.lines[line][0].start

    def last_deeper(self, line: int) -> int:
        """The last of the lines after `line` that are indented deeper, before one that is not; else `line` itself."""
        indent, last = self.indent(line), line
        for number in self.numbers[bisect_right(self.numbers, line) :]:
            if self.indent(number) <= indent:
                break
            last = number
        return last
