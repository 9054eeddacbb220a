"""The summary, always on one page: what is long is set closer, and then shortened, until it fits."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from threatdsl.report.document.sheets import Sheet
from threatdsl.report.registers import DataView
from threatdsl.report.threats import MARKS, FindingView
from threatdsl.report.view import ReportView
from threatdsl.report.words import capital, clipped, columns, number, opening, wrapped
from threatdsl.rules.finding import Outcome

MOST_SQUARES, BAR_WIDTH = 60, 125
MANY = 1000  # lines: no text is cut when it is measured
SAY, KEY, TITLE, SERIOUS, KEPT, RISK, STEP = 60, 106, 24, 33, 25, 54, 76  # columns of a line, fewer than fit on average
WIDE = re.compile("[A-Z]{3,}|[MW@%—→]")  # letters that are about twice as wide as others
SQUARES, TILES = 24, 5  # squares in a line, counts in a line


@dataclass(frozen=True, slots=True)
class Density:
    """How close the summary is set: the class of its section, points between blocks and of a line, and what is cut.

    `title`, `message`, `step`, `why` and `cell` are the most characters of these texts; 0 leaves the text out.
    """

    name: str
    between: float
    say: float
    line: float
    under: float
    title: int
    message: int
    step: int
    why: int
    cell: int
    squares: bool


DENSITIES = (
    Density("", 22.2, 20, 13.4, 5.7, 120, 220, 150, 400, 90, squares=True),
    Density("", 22.2, 20, 13.4, 5.7, 120, 220, 150, 400, 90, squares=False),
    Density("snug", 15.2, 17, 12, 4, 120, 220, 150, 400, 90, squares=False),
    Density("", 22.2, 20, 13.4, 5.7, 120, 105, 150, 400, 90, squares=True),
    Density("", 22.2, 20, 13.4, 5.7, 120, 105, 150, 400, 90, squares=False),
    Density("snug", 15.2, 17, 12, 4, 120, 105, 150, 400, 90, squares=False),
    Density("snug", 15.2, 17, 12, 4, 100, 60, 110, 250, 44, squares=False),
    Density("snug", 15.2, 17, 12, 4, 90, 40, 90, 180, 40, squares=False),
    Density("snug", 15.2, 17, 12, 4, 70, 0, 70, 120, 20, squares=False),
)


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk of the summary, short enough for one page."""

    title: str
    message: str
    finding: FindingView

    @property
    def anchor(self) -> str:
        """Where the finding stands."""
        return self.finding.anchor


@dataclass(frozen=True, slots=True)
class Todo:
    """A step of the summary, short enough for one page."""

    text: str
    closes: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Tile:
    """The findings of one outcome: as that many squares, or, when there are many, as a bar."""

    outcome: str
    mark: str
    count: int
    width: float


@dataclass(frozen=True, slots=True)
class Stake:
    """Data at stake, short enough for one page."""

    title: str
    serious: str
    stored: str


@dataclass(frozen=True, slots=True)
class Page:
    """All texts of the summary, cut as its density says."""

    density: Density
    verdict: str
    why: str
    stakes: tuple[Stake, ...]
    paths: str
    risks: tuple[Risk, ...]
    steps: tuple[Todo, ...]
    tiles: tuple[Tile, ...]
    squares: bool
    trend: str


def summary(shown: ReportView, sheet: Sheet) -> dict[str, object]:
    """What the template of the summary needs: the first density with which it fits the page."""
    pages = [_page(shown, density) for density in DENSITIES]
    page = next((one for one in pages if height(one) <= sheet.text), pages[-1])
    return {
        "page": page,
        "severity": "verified" if shown.verified else "declared",
        "risks_title": "The risk" if len(page.risks) == 1 else f"{capital(number(len(page.risks)))} risks",
    }


def _page(shown: ReportView, density: Density) -> Page:
    total = sum(tally.count for tally in shown.tallies)
    return Page(
        density=density,
        verdict=clipped(shown.verdict.sentence, 2 * density.title),
        why=clipped(" ".join(shown.verdict.why), density.why),
        stakes=tuple(_stake(one, density) for one in shown.stakes),
        paths=clipped(shown.attack.lead, 2 * density.title) if shown.attack.paths or shown.edition.public else "",
        risks=tuple(_risk(one, density) for one in shown.risks),
        steps=tuple(Todo(clipped(one.text, density.step), one.closes, one.finding.anchor) for one in shown.steps),
        tiles=tuple(
            Tile(tally.outcome, MARKS[Outcome(tally.outcome)], tally.count, round(BAR_WIDTH * tally.count / total, 2))
            for tally in shown.tallies
        ),
        squares=density.squares and total <= MOST_SQUARES,
        trend=f"{shown.trend.changes} {shown.trend.standing}" if shown.trend is not None else "",
    )


def _stake(data: DataView, density: Density) -> Stake:
    stored = f"kept in {data.stored}" if data.stored else "kept nowhere stated"
    words = clipped(data.title, density.cell), data.serious or "not classified", clipped(stored, density.cell)
    return Stake(*words)


def _risk(finding: FindingView, density: Density) -> Risk:
    message = opening(finding.message, density.message) if density.message else ""
    return Risk(clipped(finding.title, density.title).rstrip("."), message, finding)


def height(page: Page) -> float:
    """About how high the page becomes, in points; rather more than less."""
    set_ = page.density
    risks = (_lines(f"{one.title}. {one.message}", RISK) * set_.line for one in page.risks)
    steps = (_lines(f"{one.text} {one.closes}", STEP) * set_.line + set_.under for one in page.steps)
    return (
        30
        + 4 * set_.between
        + 7
        + _lines(page.verdict, SAY) * set_.say
        + set_.under
        + _lines(f"Policy default. {page.why}", KEY) * 10.5
        + sum(_stake_height(one) for one in page.stakes)
        + _lines(page.paths, KEY) * 11.4
        + sum(max(28.0, lines + set_.under) for lines in risks)
        + sum(steps)
        + _tiles_height(page)
        + _lines(page.trend, STEP) * set_.line
    )


def _stake_height(stake: Stake) -> float:
    return 11.4 * max(_lines(stake.title, TITLE), _lines(stake.serious, SERIOUS), _lines(stake.stored, KEPT))


def _tiles_height(page: Page) -> float:
    if not page.squares:
        return 17 + 17 * math.ceil(len(page.tiles) / TILES)
    return sum(20 + 15 * math.ceil(tile.count / SQUARES) for tile in _in_rows(page.tiles))


def _in_rows(tiles: Iterable[Tile]) -> list[Tile]:
    """The tallest tile of each line; tiles stand beside each other while there is room."""
    rows: list[Tile] = []
    left = 0
    for tile in tiles:
        width = max(6, tile.count + 1)
        if rows and width <= left:
            rows[-1] = max(rows[-1], tile, key=lambda one: one.count)
            left -= width
        else:
            rows.append(tile)
            left = SQUARES - width
    return rows


def _lines(text: str, width: int) -> int:
    spread = WIDE.sub(lambda found: found[0] * 2, text)
    return len(wrapped(spread, width, MANY)) if columns(spread) > width else int(bool(text))
