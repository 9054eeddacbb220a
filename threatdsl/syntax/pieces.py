"""A text cut into the pieces that its structure is made of, whether or not it parses."""

import re

import msgspec

from threatdsl.syntax.places import Places
from threatdsl.syntax.scan import TEXTS

PIECE = re.compile(rf"(?P<text>{TEXTS})|(?P<comment>#[^\r\n]*)|(?P<mark>[{{}}\[\](),;])|(?P<word>[^\s\"#{{}}\[\](),;]+)", re.DOTALL)


class Piece(msgspec.Struct, frozen=True):
    """`kind` is the character of a bracket, comma or `;`, else `text`, `word` or `comment`. Lines count from 1."""

    kind: str
    start: int
    end: int
    line: int


class Change(msgspec.Struct, frozen=True):
    """A stretch of the text is replaced before parsing. `problem` says why; `lines` need no further diagnostic."""

    start: int
    end: int
    put: str
    problem: "object"
    lines: tuple[int, ...] = ()


class Layout:
    """The pieces of a text by line."""

    def __init__(self, text: str, places: Places) -> None:
        self.text = text
        self.places = places
        self.pieces = cut(text, places)
        self.lines: dict[int, list[Piece]] = {}
        for piece in self.pieces:
            self.lines.setdefault(piece.line, []).append(piece)

    def indent(self, line: int) -> int:
        """How far the line is indented, tabs as four."""
        start = self.places.starts[line - 1]
        raw = self.text[start : self.lines[line][0].start]
        return len(raw.expandtabs(4))
