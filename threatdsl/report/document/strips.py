"""An attack path in a row: elements in their notation, the flow's number on each hop, what allows it below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from threatdsl.report.attack import HopView, PathView, StopView
from threatdsl.report.diagram.palette import BY_NAME, GREY, INK, PAPER, QUIET, RED
from threatdsl.report.diagram.svg import FAMILY, Drawing
from threatdsl.report.names import ARROW
from threatdsl.report.words import capital, columns, wrapped

WIDTH = 482.0  # points: 170 mm
PER_ROW = 4  # elements; more go on in a row below
BOX, LONGEST_HOP, HALF = 68.0, 128.0, 15.0  # points; HALF of the height of an element
TEXT, SMALL, LEADING = 8.0, 7.2, 9.0
EM = 0.5  # of the size: a column of text in Source Sans 3
MOST_LINES = 3
TARGET = BY_NAME["restricted"].fill


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a path that fits the paper: elements, and the hops after each of them but the last."""

    stops: tuple[StopView, ...]
    hops: tuple[HopView, ...]


def strip(path: PathView) -> Drawing:
    """The path as a drawing at most 170 mm wide; a longer path goes on in the next row, from the element it came to."""
    rows = tuple(_rows(path))
    box, hop = _measures(rows)
    parts: list[str] = []
    y = 0.0
    for number, row in enumerate(rows):
        y += _above(row)
        parts += _row(row, y, box, hop, ends=number == len(rows) - 1)
        y += _below(row, hop)
    says = escape(_aloud(path), quote=True)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {y:g}" role="img" aria-label="{says}" '
        f'font-family="{FAMILY}">'
    )
    flows = frozenset(hop.number for hop in path.hops)
    return Drawing(f"{head}{''.join(parts)}</svg>", WIDTH, y, flows, frozenset(stop.id for stop in path.stops))


def _rows(path: PathView) -> Iterator[Row]:
    """Rows of at most `PER_ROW` elements; each but the first begins with the last element of the one above."""
    for start in range(0, max(1, len(path.hops)), PER_ROW - 1):
        hops = path.hops[start : start + PER_ROW - 1]
        yield Row(path.stops[start : start + len(hops) + 1], hops)


def _measures(rows: Sequence[Row]) -> tuple[float, float]:
    """The width of an element and of a hop, the same in all rows."""
    most = max(len(row.stops) for row in rows)
    return BOX, min(LONGEST_HOP, (WIDTH - most * BOX - 4) / max(1, most - 1))


def _above(row: Row) -> float:
    return HALF + (6 if any(hop.weakest for hop in row.hops) else 2)


def _below(row: Row, hop: float) -> float:
    lines = max((len(_note(one, hop)) for one in row.hops), default=0)
    return max(HALF, 9 + lines * LEADING) + 5


def _note(hop: HopView, width: float) -> tuple[str, ...]:
    return wrapped(capital(hop.note), round((width - 6) / (SMALL * EM)), 4)


def _row(row: Row, y: float, box: float, hop: float, *, ends: bool) -> Iterator[str]:
    x = 1.0
    last = len(row.stops) - 1
    for place, stop in enumerate(row.stops):
        if place < last:
            yield from _hop(row.hops[place], x + box, y, hop)
        yield from _stop(stop, x, y, box, target=ends and place == last)
        x += box + hop


def _stop(stop: StopView, x: float, y: float, box: float, *, target: bool) -> Iterator[str]:
    fill = TARGET if target else PAPER
    top, right = y - HALF, x + box
    if stop.notation in ("store", "queue"):
        slots = (
            "".join(f"M{right - at:g} {top:g}V{y + HALF:g}" for at in (0, 5, 10)) if stop.notation == "queue" else ""
        )
        yield f'<rect x="{x:g}" y="{top:g}" width="{box:g}" height="{2 * HALF:g}" fill="{fill}"/>'
        yield f'<path d="M{x:g} {top:g}H{right:g}M{x:g} {y + HALF:g}H{right:g}{slots}" stroke="{INK}" fill="none"/>'
    else:
        edge, radius = (1.8, 0) if stop.notation == "external" else (1.0, 6)
        yield (
            f'<rect x="{x:g}" y="{top:g}" width="{box:g}" height="{2 * HALF:g}" rx="{radius}" fill="{fill}" '
            f'stroke="{INK}" stroke-width="{edge:g}"/>'
        )
    room = box - (16 if stop.notation == "queue" else 8)
    lines = wrapped(stop.title, round(room / (TEXT * EM)), MOST_LINES)
    for number, line in enumerate(lines):
        base = y + 2.8 + (number - (len(lines) - 1) / 2) * LEADING
        yield _text(line, x + 4 + room / 2, base, TEXT, INK, bold=True)


def _hop(hop: HopView, x: float, y: float, width: float) -> Iterator[str]:
    colour = RED if hop.weakest else INK
    heavy, tip = (2.2 if hop.weakest else 1.3), x + width
    if hop.protection == "clear":
        lines = f"M{x:g} {y - 1.4:g}H{tip - 7:g}M{x:g} {y + 1.4:g}H{tip - 7:g}"
        yield f'<path d="{lines}" stroke="{colour}" stroke-width="{1.4 if hop.weakest else 1:g}" fill="none"/>'
    else:
        dashed = ' stroke-dasharray="5,3"' if hop.protection == "unstated" else ""
        yield f'<path d="M{x:g} {y:g}H{tip - 6:g}" stroke="{colour}" stroke-width="{heavy:g}" fill="none"{dashed}/>'
    yield f'<path d="M{tip - 7:g} {y - 3.4:g}L{tip:g} {y:g}L{tip - 7:g} {y + 3.4:g}Z" fill="{colour}"/>'
    middle, number = x + (width - 6) / 2, str(hop.number)
    pill = 12 + 4.2 * (len(number) - 1) if len(number) > 1 else 12.0
    yield (
        f'<rect x="{middle - pill / 2:g}" y="{y - 6:g}" width="{pill:g}" height="12" rx="6" '
        f'fill="{RED if hop.weakest else PAPER}" stroke="{RED if hop.weakest else QUIET}"/>'
    )
    yield _text(number, middle, y + 2.7, 7.6, PAPER if hop.weakest else INK, bold=True)
    if hop.weakest:
        yield _text("weakest", middle, y - 9.5, SMALL, RED, bold=True)
    for line_number, line in enumerate(_note(hop, width)):
        yield _text(line, middle, y + 14 + line_number * LEADING, SMALL, RED if hop.weakest else GREY)


def _text(text: str, x: float, y: float, size: float, colour: str, *, bold: bool = False) -> str:
    """A line of text set about `x`: by its start, since what is set over the drawing knows no middle."""
    start = x - columns(text) * size * EM / 2
    weight = ' font-weight="700"' if bold else ""
    if text.isascii():
        return (
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="middle" fill="{colour}"{weight}>'
            f"{escape(text)}</text>"
        )
    return f'<text x="{start:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"{weight}>{escape(text)}</text>'


def _aloud(path: PathView) -> str:
    """The path for those who cannot see it."""
    hops = [f"{hop.note}{', the weakest' if hop.weakest else ''}" for hop in path.hops]
    ways = (
        f"{stop.title} (flow {hop.number}: {text})"
        for stop, hop, text in zip(path.stops, path.hops, hops, strict=False)
    )
    return ARROW.join((*ways, path.stops[-1].title))
