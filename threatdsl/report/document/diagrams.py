"""The diagrams of the document: on the cover, of the whole, and of each boundary where the whole is too much."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from threatdsl.report.diagram.dfd import Diagram
from threatdsl.report.diagram.dot import Settings
from threatdsl.report.diagram.drawing import draw, draw_all
from threatdsl.report.diagram.palette import TINTS, UNSTATED
from threatdsl.report.diagram.svg import Drawing
from threatdsl.report.diagram.views import View
from threatdsl.report.diagram.zones import MOST_ROOM, boundary, tree
from threatdsl.report.document.overlay import overlaid
from threatdsl.report.document.sheets import LEAST_TEXT, POINT, Placement, Sheet, in_half, place
from threatdsl.report.edition import Audience
from threatdsl.report.view import ReportView
from threatdsl.report.words import counted

LABEL_WIDTHS = (28, 20)  # columns; the first that fits the paper is taken
COVER_ROOM = (96, 128)  # millimetres
MOST_PARTS = {Audience.MANAGEMENT: 0, Audience.REVIEW: 8, Audience.AUDIT: 24}
LEVEL = "level:"
LESS_ROOM = MOST_ROOM // 2  # elements and arrows
BOUNDARY, PART_OF_ONE = "boundary:", 2  # a boundary with fewer elements shows nothing new
KEYS = (
    ("external", "external entity"),
    ("process", "process"),
    ("store", "data store"),
    ("queue", "queue"),
    ("crosses", "crosses a boundary"),
    ("inside", "stays inside"),
    ("clear", "stated unprotected"),
    ("unstated", "nobody has said"),
    ("badges", "open; unassessed"),
)
LEGEND_NOTE = (
    "A label gives the flow's number, its purpose, the protocol and the data it carries. "
    "Arrows show who calls; answers come back the same way."
)


@dataclass(frozen=True, slots=True)
class Art:
    """The picture on the cover; `width` in millimetres."""

    svg: Markup
    width: float


@dataclass(frozen=True, slots=True)
class KeyTint:
    """A tint in the key to the diagram, with its word."""

    fill: str
    line: str
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """A boundary with its neighbours, `width` millimetres wide; `room` is the place on paper that it needs."""

    title: str
    drawing: Markup
    width: float
    room: str


def diagrams(shown: ReportView, sheet: Sheet) -> dict[str, object]:
    """What the templates of the cover and of the diagram need."""
    whole, drawing, placement = _whole(shown, sheet)
    chosen, left = _chosen(shown, whole, placement)
    return {
        "art": _art(whole),
        "drawing": _markup(drawing, placement.width),
        "placement": placement,
        "keys": KEYS,
        "tints": _key_tints(whole),
        "legend_note": LEGEND_NOTE,
        "parts": _parts(shown, chosen, sheet),
        "parts_left_out": f"The HTML report draws {counted(left, 'more boundary', 'more boundaries')}." if left else "",
    }


def _whole(shown: ReportView, sheet: Sheet) -> tuple[Diagram, Drawing, Placement]:
    """The overview, its drawing and its place; where its text were too small, the deepest level that can be read."""
    levels = [view.diagram for view in shown.views if view.name.startswith(LEVEL)]
    overview = shown.views[0].diagram if shown.views else shown.diagram
    found = []
    for diagram in (overview, *reversed(levels)):
        drawings = [draw(diagram, Settings(label=width), linked=False) for width in LABEL_WIDTHS]
        found.append((diagram, *place(drawings, sheet)))
        if found[-1][2].text >= LEAST_TEXT:
            return found[-1]
    return max(found, key=lambda one: one[2].text)


def _chosen(shown: ReportView, whole: Diagram, placement: Placement) -> tuple[Sequence[View], int]:
    """The boundaries to draw by themselves, those with most findings first, and how many there are beyond them.

    None where the whole can be read: where it shows each element, and its text is not too small.
    """
    if not placement.shrunk and all(node.notation != "stub" for node in whole.nodes):
        return (), 0
    views = [view for view in shown.views if view.name.startswith(BOUNDARY) and _elements(view) >= PART_OF_ONE]
    views.sort(key=lambda view: -_findings(view))
    most = MOST_PARTS[shown.edition.audience]
    return views[:most], len(views) - most if most and len(views) > most else 0


def _elements(view: View) -> int:
    """How many elements stand directly in the boundary; those of boundaries within it have views of their own."""
    zone = view.name.removeprefix(BOUNDARY)
    return sum(node.zone == zone and node.notation != "stub" for node in view.diagram.nodes)


def _findings(view: View) -> int:
    return sum(node.badge.open + node.badge.unassessed for node in view.diagram.nodes if node.notation != "stub")


def _parts(shown: ReportView, chosen: Sequence[View], sheet: Sheet) -> tuple[Part, ...]:
    """The boundaries; one whose text were too small has fewer of the boundaries within it open."""
    placed = dict(enumerate(_in_place([view.diagram for view in chosen], sheet)))
    small = [number for number, (_, placement) in placed.items() if placement.text < LEAST_TEXT]
    if small:
        forest = tree(shown.diagram)
        closer = [boundary(forest, chosen[number].name.removeprefix(BOUNDARY), LESS_ROOM) for number in small]
        for number, one in zip(small, _in_place(closer, sheet), strict=True):
            placed[number] = max(placed[number], one, key=lambda found: found[1].text)
    return tuple(
        Part(view.title, _markup(drawing, placement.width), placement.width, placement.name)
        for view, (drawing, placement) in zip(chosen, placed.values(), strict=True)
    )


def _in_place(some: Sequence[Diagram], sheet: Sheet) -> list[tuple[Drawing, Placement]]:
    drawings = draw_all(some, Settings(label=LABEL_WIDTHS[1]), linked=False)
    return [(drawing, in_half(drawing, sheet)) for drawing in drawings]


def _markup(drawing: Drawing, width: float) -> Markup:
    return Markup(overlaid(drawing, width))  # noqa: S704 - what it adds to an escaped drawing is escaped


def _art(whole: Diagram) -> Art | None:
    """The model drawn without words: every model gets a picture of its own."""
    if not whole.nodes:
        return None
    drawing = draw(whole, Settings(words=False), linked=False)
    across, down = COVER_ROOM
    scale = min(1.6, across / (drawing.width * POINT), down / (drawing.height * POINT))
    width = round(drawing.width * POINT * scale, 2)
    return Art(_markup(drawing, width), width)


def _key_tints(whole: Diagram) -> tuple[KeyTint, ...]:
    """The tints that the diagram uses, the least trusted first."""
    order = (*TINTS, UNSTATED)
    found = {zone.trust: zone.tint for zone in whole.zones}
    return tuple(
        KeyTint(tint.fill, tint.line, tint.width, words)
        for words, tint in sorted(found.items(), key=lambda item: order.index(item[1]))
    )
