"""Lists and parentheses that are not closed, or close nothing. They end where their line ends, unless it goes on."""

from threatdsl.syntax import messages
from threatdsl.syntax.pieces import ENOUGH, Change, Layout, Piece

CLOSER = {"[": "]", "(": ")"}
OPENER = {"]": "[", ")": "("}
JOINS = frozenset({"and", "or"})


def close_lists(layout: Layout) -> tuple[Change, ...]:
    """What to insert for each `[` or `(` left open, and a blank for each `]` or `)` that closes nothing."""
    solid = [piece for piece in layout.pieces if piece.kind != "comment"]
    changes: list[Change] = []
    opened: list[Piece] = []
    for index, piece in enumerate(solid):
        previous = solid[index - 1] if index else piece
        ends = piece.kind in {"{", "}"} or piece.line > previous.end_line
        if opened and ends and (piece.kind in {"{", "}"} or not _goes_on(layout, solid, index, opened)):
            changes.extend(_close_all(layout, opened, previous))
            opened = []
        if len(changes) >= ENOUGH:
            return tuple(changes)
        if piece.kind == "[" and opened:
            told = bool(changes) and piece.line in changes[-1].lines
            problem = None if told else messages.list_in_list(layout.places.span(piece.start, piece.end))
            changes.append(Change(piece.start, piece.end, " ", problem, (piece.line,)))
        elif piece.kind in CLOSER:
            opened.append(piece)
        elif piece.kind in OPENER:
            if opened and opened[-1].kind == OPENER[piece.kind]:
                opened.pop()
            else:
                span = layout.places.span(piece.start, piece.end)
                problem = messages.closes_nothing(span, layout.text[piece.start], OPENER[piece.kind])
                changes.append(Change(piece.start, piece.end, " ", problem, (piece.line,)))
    if opened:
        changes.extend(_close_all(layout, opened, solid[-1]))
    return tuple(changes)


def _close_all(layout: Layout, opened: list[Piece], last: Piece) -> list[Change]:
    changes = []
    for piece in reversed(opened):
        span = layout.places.span(piece.start, piece.end)
        problem = messages.list_not_closed(span, piece.kind, CLOSER[piece.kind])
        changes.append(Change(last.end, last.end, CLOSER[piece.kind], problem, (piece.line, last.line)))
    return changes


def _goes_on(layout: Layout, solid: list[Piece], index: int, opened: list[Piece]) -> bool:
    """Whether what is open goes on with `solid[index]`, the first piece of a line."""
    previous, piece = solid[index - 1], solid[index]
    before, word = layout.text[previous.start : previous.end], layout.text[piece.start : piece.end]
    if opened and opened[-1].kind == "(":
        return before in {"(", *JOINS} or word in {")", *JOINS}
    return before in {"[", ","} or word in {"]", ","} or _only_comma_missing(layout, solid, index)


def _only_comma_missing(layout: Layout, solid: list[Piece], index: int) -> bool:
    """Whether a `]` follows before anything that looks like a statement, that is two words on end."""
    for at in range(index, min(index + 200, len(solid))):
        piece = solid[at]
        if piece.kind == "]":
            return True
        following = solid[at + 1] if at + 1 < len(solid) else piece
        neighbours = piece.kind in {"word", "text"} and following.kind in {"word", "text", "["}
        if piece.kind in {"[", "{", "}", "unclosed"} or (neighbours and following.line == piece.line):
            return "->" in layout.text[piece.start : following.end] and piece.kind == "word"
    return False
