"""Blocks that are not closed, and `}` that close nothing. Indentation tells which, where the count is wrong."""

from bisect import bisect_right
from itertools import pairwise

from threatdsl.diagnostics import Diagnostic
from threatdsl.syntax import messages
from threatdsl.syntax.pieces import ENOUGH, Change, Layout, Piece


def close_blocks(layout: Layout) -> tuple[Change, ...]:
    """What to insert or blank so that every `{` has its `}`; nothing for a text that is balanced as it stands."""
    braces = [piece for piece in layout.pieces if piece.kind in {"{", "}"}]
    excess = sum(1 if piece.kind == "{" else -1 for piece in braces)
    changes: list[Change] = []
    if excess > 0:
        doubled = _doubled(layout, braces)
        if doubled is not None:
            changes.append(_blank(doubled, messages.doubled(layout.places.span(doubled.start, doubled.end))))
            braces.remove(doubled)
            excess -= 1
    if not excess and not _dips(braces):
        return tuple(changes)
    unclosed, stray = _match(layout, braces, excess)
    changes.extend(_close(layout, piece) for piece in unclosed[:ENOUGH])
    changes.extend(_unopened(layout, piece) for piece in stray[:ENOUGH])
    return tuple(changes)


def _doubled(layout: Layout, braces: list[Piece]) -> Piece | None:
    """The second of two `{` with nothing between."""
    for first, second in pairwise(braces):
        if first.kind == second.kind == "{" and not layout.text[first.end : second.start].strip():
            return second
    return None


def _dips(braces: list[Piece]) -> bool:
    depth = 0
    for piece in braces:
        depth += 1 if piece.kind == "{" else -1
        if depth < 0:
            return True
    return False


def _match(layout: Layout, braces: list[Piece], excess: int) -> tuple[list[Piece], list[Piece]]:
    """The `{` without `}` and the `}` without `{`. `excess` is by how many there are too many `{`."""
    opened: list[Piece] = []
    unclosed: list[Piece] = []
    stray: list[Piece] = []
    for piece in braces:
        if piece.kind == "{":
            opened.append(piece)
            continue
        indent = layout.indent(piece.line)
        if not opened:
            stray.append(piece)
        elif opened[-1].line == piece.line or layout.indent(opened[-1].line) == indent:
            opened.pop()
        elif excess < 0 and layout.indent(opened[-1].line) < indent:
            stray.append(piece)
            excess += 1
        else:
            if excess > 0 and layout.is_first(piece):
                excess -= _give_up_deeper(layout, opened, indent, unclosed)
            opened.pop()
    return unclosed + opened, stray


def _give_up_deeper(layout: Layout, opened: list[Piece], indent: int, unclosed: list[Piece]) -> int:
    """Leave the blocks inside of the one with this indentation unclosed; how many they are."""
    same = [index for index, piece in enumerate(opened) if layout.indent(piece.line) == indent]
    if not same:
        return 0
    deeper = opened[same[-1] + 1 :]
    unclosed.extend(deeper)
    del opened[same[-1] + 1 :]
    return len(deeper)


def _close(layout: Layout, piece: Piece) -> Change:
    """The `}` goes behind the lines indented deeper; behind the same line when it holds more; else to the end."""
    end = layout.last_deeper(piece.line)
    last_on_line = layout.end_of_line(piece.line) == piece.end
    line = end if end > piece.line or not last_on_line else layout.numbers[-1]
    at = layout.end_of_line(line)
    quiet = [] if last_on_line and end > piece.line else [piece.line]
    following = layout.numbers[bisect_right(layout.numbers, line) :][:1]
    quiet.extend(n for n in following if len(layout.lines[n]) == 1 and layout.indent(n) == layout.indent(piece.line))
    problem = messages.block_not_closed(layout.places.span(piece.start, piece.end))
    return Change(at, at, "}", problem, tuple(quiet))


def _unopened(layout: Layout, piece: Piece) -> Change:
    """A `}` too many: blanked, or given a `{` when a line above looks like the head of its block."""
    span = layout.places.span(piece.start, piece.end)
    head = _head(layout, piece) if layout.is_first(piece) else None
    if head is None:
        return _blank(piece, messages.closes_nothing(span, "}", "{"))
    at = layout.end_of_line(head)
    return Change(at, at, " {", messages.block_not_opened(layout.places.span(at - 1, at), span), (head,))


def _head(layout: Layout, piece: Piece) -> int | None:
    """The line above with the same indentation, when all between are deeper and it opens no block itself."""
    indent = layout.indent(piece.line)
    deeper = False
    for line in reversed([number for number in layout.numbers if number < piece.line]):
        if layout.indent(line) > indent:
            deeper = True
            continue
        opens = any(p.kind in {"{", "}"} for p in layout.lines[line])
        return line if deeper and not opens and layout.indent(line) == indent else None
    return None


def _blank(piece: Piece, problem: Diagnostic) -> Change:
    return Change(piece.start, piece.end, " ", problem, (piece.line,))
