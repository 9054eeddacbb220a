"""How a diagnostic is shown: on a terminal, and as plain data."""

from collections.abc import Callable, Mapping

from threatdsl.diagnostics.columns import columns, neutral, right_to_left, shown
from threatdsl.diagnostics.diagnostic import Diagnostic, Severity
from threatdsl.diagnostics.span import Span

WIDEST = 120
BEFORE = 40  # columns kept before the underlined text of a line that is cropped
CROPPED = "..."
LEFT_TO_RIGHT_MARK = "\u200e"
COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33"}
BLUE = "34"


def _as_it_is(path: str) -> str:
    return path


def render_text(
    diagnostic: Diagnostic,
    texts: Mapping[str, str],
    *,
    colour: bool = False,
    path: Callable[[str], str] = _as_it_is,
) -> str:
    """The diagnostic with its line underlined, without a final line end (`Diagnostic` shows the form).

    `texts` holds the texts of files by the name that spans use, as far as they are at hand; `path` turns a span's file
    into the path to show. No control character of the model reaches the result; with `colour` it has the codes of ANSI
    terminals.
    """
    paint = _painter(colour=colour)
    places = [diagnostic.span, *(related.span for related in diagnostic.related)]
    gutter = len(str(max(place.line for place in places)))
    blank = " " * gutter
    head = paint(f"{diagnostic.severity}[{diagnostic.code}]", COLOURS[diagnostic.severity])
    out = [f"{head}: {shown(diagnostic.message)}", f"{blank}{paint('-->', BLUE)} {_place(diagnostic.span, path)}"]
    mark = COLOURS[diagnostic.severity]
    out += _excerpt(
        _lines(texts, diagnostic.span), diagnostic.span, diagnostic.label, gutter, lambda text: paint(text, mark), paint
    )
    for related in diagnostic.related:
        out.append(f"{blank}{paint(':::', BLUE)} {_place(related.span, path)}")
        excerpt = _excerpt(
            _lines(texts, related.span), related.span, related.message, gutter, lambda text: paint(text, BLUE), paint
        )
        out += excerpt or [f"{blank} {paint('=', BLUE)} note: {shown(related.message)}"]
    if diagnostic.help:
        first, *rest = diagnostic.help.split("\n")
        out.append(f"{blank} {paint('=', BLUE)} help: {shown(first)}")
        out += [f"{blank}         {shown(line)}" for line in rest]
    return "\n".join(out)


def _lines(texts: Mapping[str, str], span: Span) -> list[str] | None:
    text = texts.get(span.file)
    return None if text is None else text.split("\n")


def as_data(diagnostic: Diagnostic, *, path: Callable[[str], str] = _as_it_is) -> dict[str, str | int]:
    """The diagnostic for JSON: code, severity, message, file, line, column and help (empty when there is none)."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "file": path(diagnostic.span.file),
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "help": diagnostic.help,
    }


def _painter(*, colour: bool) -> Callable[[str, str], str]:
    return (lambda text, code: f"\x1b[{code}m{text}\x1b[0m") if colour else (lambda text, _: text)


def _place(span: Span, path: Callable[[str], str]) -> str:
    return shown(f"{path(span.file)}:{span.line}:{span.column}")


def _excerpt(
    lines: list[str] | None,
    span: Span,
    label: str,
    gutter: int,
    mark: Callable[[str], str],
    paint: Callable[[str, str], str],
) -> list[str]:
    """The line of the span with carets below; nothing when the line is not at hand."""
    if lines is None or not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1].rstrip("\r")
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    text, start, end = _cropped(line, start, max(start, min(end, len(line))))
    indent, carets = columns(text[:start]), max(1, columns(text[start:end]))
    room = max(1, WIDEST - indent)
    underline = mark(f"{'^' * min(carets, room)} {shown(label)}".rstrip())
    bar = paint("|", BLUE)
    number = paint(f"{span.line:>{gutter}}", BLUE)
    # A mark of direction keeps a line that begins with right-to-left text at the left edge, above its carets.
    edge = LEFT_TO_RIGHT_MARK if right_to_left(text) else ""
    blank = " " * gutter
    return [
        f"{blank} {bar}",
        f"{number} {bar} {edge}{''.join(map(neutral, text))}".rstrip(),
        f"{blank} {bar} {' ' * indent}{underline}",
    ]


def _cropped(line: str, start: int, end: int) -> tuple[str, int, int]:
    """The part of a long line around a stretch of it, and where that stretch then is."""
    if len(line) <= WIDEST and columns(line) <= WIDEST:
        return line, start, end
    first = start
    room = BEFORE
    while first > 0 and room > 0:
        first -= 1
        room -= columns(line[first])
    last, room = first, WIDEST
    while last < len(line) and room > 0:
        room -= columns(line[last])
        last += 1
    before, after = CROPPED if first else "", CROPPED if last < len(line) else ""
    shift = len(before) - first
    return f"{before}{line[first:last]}{after}", start + shift, min(end, last) + shift
