"""How a diagram fits on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from threatdsl.report.diagram.svg import Drawing

POINT = 25.4 / 72  # millimetres
SMALLEST_TEXT, LEGIBLE = 8, 6.5  # points: the smallest text of a drawing, and what a reader can read on paper
LEAST_TEXT = 5  # points, below which a reader needs a glass


@dataclass(frozen=True, slots=True)
class Room:
    """A place for a diagram, in millimetres. `name` is beside (the key), page, wide, large or tall."""

    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper size: the CSS sizes of its page, of the wide page and of the two large ones, and the rooms of each.

    `text` is the height of the text on a page, in points.
    """

    name: str
    size: str
    margin: str
    wide: str
    large: str
    tall: str
    rooms: tuple[Room, ...]
    text: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a diagram goes: the room's name, its width in millimetres, and the size of its smallest text in points."""

    name: str
    width: float
    text: float

    @property
    def shrunk(self) -> bool:
        """Whether the text is too small to be read with ease."""
        return self.text < LEGIBLE


SHEETS = {
    "a4": Sheet(
        "a4",
        "A4",
        "25mm 20mm 22mm 20mm",
        "A4 landscape",
        "A3 landscape",
        "A3",
        (
            Room("beside", 134, 218),
            Room("page", 170, 206),
            Room("wide", 257, 126),
            Room("tall", 257, 333),
            Room("large", 380, 212),
        ),
        text=708,
    ),
    "letter": Sheet(
        "letter",
        "letter",
        "20mm 22mm 17mm",
        "letter landscape",
        "ledger landscape",
        "ledger",
        (
            Room("beside", 134, 208),
            Room("page", 170, 198),
            Room("wide", 235, 140),
            Room("tall", 235, 356),
            Room("large", 387, 204),
        ),
        text=687,
    ),
}


def place(drawings: Sequence[Drawing], sheet: Sheet) -> tuple[Drawing, Placement]:
    """The drawing and the first room where its text can be read, else those with the largest text. None is blown up."""
    fits = [(drawing, _fit(drawing, room)) for room in sheet.rooms for drawing in drawings]
    return next((fit for fit in fits if not fit[1].shrunk), max(fits, key=lambda fit: fit[1].text))


def in_half(drawing: Drawing, sheet: Sheet) -> Placement:
    """Where a drawing goes that shares a page with another; a tall one takes a page, a large one a larger sheet."""
    page = next(room for room in sheet.rooms if room.name == "page")
    half = _fit(drawing, Room("half", page.width, page.height / 2 - 12))
    if not half.shrunk:
        return half
    whole = _fit(drawing, page)
    return whole if whole.text >= LEAST_TEXT else place((drawing,), sheet)[1]


def _fit(drawing: Drawing, room: Room) -> Placement:
    width, height = max(drawing.width, 1) * POINT, max(drawing.height, 1) * POINT
    scale = min(1, room.width / width, room.height / height)
    return Placement(room.name, round(width * scale, 2), round(SMALLEST_TEXT * scale, 1))
