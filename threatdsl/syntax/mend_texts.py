"""Quoted texts that are not closed: where they most likely end."""

import re

from threatdsl.syntax import messages
from threatdsl.syntax.pieces import ENOUGH, Change, Layout, Piece

# What may follow a text on its line, when the closing quote is missing before it.
TAIL = re.compile(r"\s*(?:\{|\{[^{}\"]*\}|\})$")
OPENS_BLOCK = re.compile(r"[ \t]*[A-Za-z_][\w.-]*[ \t]+\Z")


def close_texts(layout: Layout) -> tuple[Change, ...]:
    """A closing quote for each text that has none, and what is said about it."""
    changes = []
    for piece in layout.pieces:
        if piece.kind == "unclosed":
            block = layout.text.startswith('"""', piece.start)
            changes.append(_close_block(layout, piece) if block else _close_text(layout, piece))
            if len(changes) >= ENOUGH:
                break
        elif piece.kind == "text" and (opened := _swallowed_opener(layout, piece)):
            return (*changes, opened)
    return tuple(changes)


def _close_text(layout: Layout, piece: Piece) -> Change:
    raw = layout.text[piece.start : piece.end]
    tail = TAIL.search(raw, 1)
    before = [p for p in layout.lines[piece.line] if p.start < piece.start]
    inside = sum((p.kind == "{") - (p.kind == "}") for p in before) > 0
    end = piece.end
    if tail and (inside or not raw.endswith("}") or "{" in tail.group()):
        end = piece.start + tail.start()
    elif raw.endswith("]") and any(p.kind == "[" for p in before):
        end -= 1
    span = layout.places.span(piece.start, end)
    if not layout.text[piece.start + 1 : end].strip():
        return Change(piece.start, piece.start + 1, " ", messages.text_without_start(span), (piece.line,))
    return Change(end, end, '"', messages.text_not_closed(span), (piece.line,))


def _close_block(layout: Layout, piece: Piece) -> Change:
    """The quotes go behind the lines that are indented deeper than the one with the opening quotes, if any is."""
    indent, end = layout.indent(piece.line), piece.line
    starts = layout.places.starts
    for number in range(piece.line + 1, piece.end_line + 1):
        line = layout.text[starts[number - 1] : starts[number] if number < len(starts) else piece.end]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        end = number
    at = piece.end
    if piece.line < end < piece.end_line:
        at = starts[end - 1] + len(layout.text[starts[end - 1] : starts[end]].rstrip())
    span = layout.places.span(piece.start, piece.start + 3)
    return Change(at, at, '"""', messages.block_text_not_closed(span), (piece.line,))


def _swallowed_opener(layout: Layout, piece: Piece) -> Change | None:
    """A block text whose closing quotes look like the opening ones of another: `summary \"\"\"`.

    Told only when the number of triple quotes is odd, which is when the last piece of the file is unclosed.
    """
    last = layout.pieces[-1]
    if last.kind != "unclosed" or piece.end_line == piece.line or not layout.text.startswith('"""', last.start):
        return None
    start = layout.places.starts[piece.end_line - 1]
    if not OPENS_BLOCK.match(layout.text, start, piece.end - 3):
        return None
    return _close_block(layout, piece)
