"""The key to a drawing that stands alone: what it shows and nothing else, in small rows beneath it."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from threatdsl.report.diagram.dfd import Diagram
from threatdsl.report.diagram.palette import GREY, INK, MUTED_LINE, PAPER, QUIET, RED, STUB, STUB_LINE
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.words import columns

ROW, GAP, SAMPLE, SIZE = 17, 14, 24, 8  # points
COLUMN = 3.9  # points of a letter at that size
LEAST = 250  # points, so that a narrow drawing has a readable key
BOX = f'width="{SAMPLE}" height="11" fill="{PAPER}" stroke="{INK}"'
SHAPES = {
    "external": ("external entity", f'<rect {BOX} stroke-width="1.8"/>'),
    "process": ("process", f'<rect {BOX} rx="4"/>'),
    "port": (
        "port",
        f'<path d="M5,0H{SAMPLE - 5}L{SAMPLE},5.5L{SAMPLE - 5},11H5L0,5.5z" fill="{PAPER}" stroke="{INK}"/>',
    ),
    "store": ("data store", f'<path d="M0,0H{SAMPLE}M0,11H{SAMPLE}" stroke="{INK}"/>'),
    "queue": ("queue", f'<path d="M0,0H{SAMPLE}V11H0M20,0V11M16,0V11M12,0V11" fill="none" stroke="{INK}"/>'),
    "stub": (
        "several elements",
        f'<rect width="{SAMPLE}" height="11" rx="4" fill="{STUB}" stroke="{STUB_LINE}" stroke-dasharray="5,2"/>',
    ),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A sample and what it means."""

    sample: str
    words: str

    @property
    def width(self) -> float:
        """Its width in points."""
        return SAMPLE + 5 + columns(self.words) * COLUMN + GAP


@dataclass(frozen=True, slots=True)
class Legend:
    """The `g` element of a key, and its size in points."""

    text: str
    width: float
    height: float


def legend(shown: Diagram, width: float) -> Legend:
    """The key to a drawing of this width. A diagram without elements needs none."""
    keys = (*_elements(shown), *_flows(shown), *_zones(shown), *_findings(shown))
    if not keys:
        return Legend("", 0, 0)
    room, parts = max(width, LEAST), []
    x = y = 0.0
    for key in keys:
        if x and x + key.width > room:
            x, y = 0.0, y + ROW
        parts.append(
            f'<g transform="translate({x:g} {y:g})">{key.sample}'
            f'<text x="{SAMPLE + 5}" y="8.5" font-size="{SIZE}" fill="{GREY}">{escape(key.words)}</text></g>'
        )
        x += key.width
    rule = f'<path d="M0,-8H{room:g}" stroke="{MUTED_LINE}" stroke-width="0.5"/>'
    return Legend(f'<g class="legend">{rule}{"".join(parts)}</g>', room, y + ROW)


def _elements(shown: Diagram) -> Iterator[Key]:
    used = {node.notation for node in shown.nodes}
    yield from (Key(sample, words) for name, (words, sample) in SHAPES.items() if name in used)


def _line(stroke: str, width: float, more: str = "") -> str:
    head = f'<path d="M{SAMPLE},5.5l-6,-2.6v5.2z" fill="{stroke}"/>'
    return f'<path d="M0,5.5H{SAMPLE - 5}" stroke="{stroke}" stroke-width="{width}" {more}/>{head}'


def _flows(shown: Diagram) -> Iterator[Key]:
    plain = [arrow for arrow in shown.arrows if not arrow.hop and not arrow.muted]
    stated = [arrow for arrow in plain if arrow.protection is Protection.FINE]
    if any(arrow.crosses for arrow in stated):
        yield Key(_line(INK, 1.7), "crosses a boundary")
    if any(not arrow.crosses for arrow in stated):
        yield Key(_line(QUIET, 0.9), "stays inside")
    if any(arrow.protection is Protection.CLEAR for arrow in plain):
        double = f'<path d="M0,4.4H{SAMPLE - 5}M0,6.6H{SAMPLE - 5}" stroke="{RED}"/>'
        yield Key(f'{double}<path d="M{SAMPLE},5.5l-6,-2.6v5.2z" fill="{RED}"/>', "stated unprotected")
    if any(arrow.protection is Protection.UNSTATED for arrow in plain):
        yield Key(_line(INK, 1.3, 'stroke-dasharray="5,2"'), "protection not stated")
    if any(arrow.hop for arrow in shown.arrows):
        yield Key(_line(RED, 3), "step of an attack path")
    if any(arrow.muted for arrow in shown.arrows):
        yield Key(_line(MUTED_LINE, 0.8), "not on it")


def _zones(shown: Diagram) -> Iterator[Key]:
    for trust, tint in dict.fromkeys((zone.trust, zone.tint) for zone in shown.zones):
        frame = f'fill="{tint.fill}" stroke="{tint.line}" stroke-width="{tint.width}" stroke-dasharray="{tint.dash}"'
        yield Key(f'<rect width="{SAMPLE}" height="11" rx="4" {frame}/>', f"boundary, {trust}")


def _findings(shown: Diagram) -> Iterator[Key]:
    lit = [node for node in shown.nodes if not node.muted]
    badges = [*(node.badge for node in lit), *(arrow.badge for arrow in shown.arrows if not arrow.muted)]
    square = f'<rect x="6" width="14" height="11" stroke="{RED}"'
    if any(badge.open for badge in badges):
        yield Key(f'{square} fill="{RED}"/>', "open findings")
    if any(badge.unassessed for badge in badges):
        yield Key(f'{square} fill="{PAPER}" stroke-dasharray="3,2"/>', "unassessed findings")
