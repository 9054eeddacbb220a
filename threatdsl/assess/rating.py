"""Ratings: the table that makes a level of likelihood and impact. Ours, and those that packs declare."""

import re
from collections.abc import Mapping

import msgspec

from threatdsl.diagnostics import did_you_mean
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import Fact, Ref, Thing
from threatdsl.rules.finding import RuleInfo

WORDS = tuple(level.word for level in Level)
LEVEL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,11}")
LARGEST = 5
Table = tuple[tuple[Level, ...], ...]


class Rating(msgspec.Struct, frozen=True):
    """A table of levels, its rows by impact and in a row by likelihood, least first, and what the levels are called.

    `levels` are the five names in the order of `Level`. `exposure` says whether a threat that is exposed is likelier.
    """

    levels: tuple[str, ...]
    table: Table
    exposure: bool = True

    def level(self, likelihood: int, impact: int) -> Level:
        """The level of a likelihood and an impact; what is off the table counts as its last row or column."""
        row = self.table[min(impact, len(self.table)) - 1]
        return row[min(likelihood, len(row)) - 1]

    def name(self, level: Level) -> str:
        """What it calls a level."""
        return self.levels[level - 1]


OURS = Rating(
    WORDS,
    tuple(
        tuple(Level("ilmhc".index(letter) + 1) for letter in row)
        for row in ("iilll", "illmm", "llmmh", "lmmhc", "mmhcc")
    ),
)


class Ratings(msgspec.Struct, frozen=True):
    """The ratings of packs by the file that a pack stands in."""

    by_file: Mapping[str, Rating]

    def of(self, rule: RuleInfo) -> Rating:
        """The rating of a rule: its pack's, else ours."""
        return self.by_file.get(rule.span.file, OURS) if rule.pack else OURS


def bind_ratings(model: Model, problems: Problems) -> Ratings:
    """The ratings that packs use. Every declared rating is checked; a mistake is a diagnostic."""
    declared = {thing.id: _rating(thing, problems) for thing in model.of_kind("rating")}
    used: dict[str, Rating] = {}
    for library in model.of_kind("library"):
        ref = library.value("rates-with")
        rating = declared.get(ref.id) if isinstance(ref, Ref) else None
        if rating is not None:
            used[library.span.file] = rating
    return Ratings(used)


def _rating(thing: Thing, problems: Problems) -> Rating | None:
    levels = tuple(str(item) for item in thing.items("levels"))
    if not _are_levels(levels, thing, problems):
        return None
    table = _table(thing, levels, problems)
    if table is None or not _never_falls(table, levels, thing.facts["table"], problems):
        return None
    return Rating(levels, table, thing.value("exposure") is not False)


def _are_levels(levels: tuple[str, ...], thing: Thing, problems: Problems) -> bool:
    """Whether the levels are five different words; False with a diagnostic."""
    fact = thing.facts.get("levels")
    wrong = [level for level in levels if not LEVEL_NAME.fullmatch(level)]
    if fact is not None and len(set(levels)) == len(levels) == len(Level) and not wrong:
        return True
    if wrong:
        label = f"`{wrong[0]}` is not one short word"
    else:
        label = f"there {'is' if len(levels) == 1 else 'are'} {len(levels)}"
    problems.error(
        "TM0565",
        "a rating names five different levels",
        fact.span if fact is not None else thing.span,
        label=label,
        help=f"write one word for each of {', '.join(WORDS)}, in this order",
    )
    return False


def _table(thing: Thing, levels: tuple[str, ...], problems: Problems) -> Table | None:
    """The table of a rating, None with diagnostics."""
    fact = thing.facts.get("table")
    rows = tuple(line.split() for line in thing.text("table").splitlines() if line.strip())
    sizes = {len(row) for row in rows}
    if fact is None or not 1 <= len(rows) <= LARGEST or len(sizes) != 1 or max(sizes) > LARGEST:
        problems.error(
            "TM0566",
            "the table of a rating has one to five lines of one to five levels each, all lines alike",
            fact.span if fact is not None else thing.span,
            label=f"its lines have {', '.join(str(len(row)) for row in rows) or 'no'} levels",
            help="a line an impact, least first; in it the level of each likelihood, least first",
        )
        return None
    unknown = [cell for row in rows for cell in row if cell not in levels]
    for cell in dict.fromkeys(unknown):
        problems.error(
            "TM0302",
            f"`{cell}` is not a level of {thing.id}",
            fact.span,
            label="unknown level",
            help=did_you_mean(cell, levels) or f"there are: {', '.join(levels)}",
        )
    return None if unknown else tuple(tuple(Level(levels.index(cell) + 1) for cell in row) for row in rows)


def _never_falls(table: Table, levels: tuple[str, ...], fact: Fact, problems: Problems) -> bool:
    """Whether more likely or worse is never less severe; False with a diagnostic for the first cell that is."""
    for row, cells in enumerate(table):
        for column, level in enumerate(cells):
            above = table[row - 1][column] if row else level
            before = cells[column - 1] if column else level
            if level >= max(above, before):
                continue
            where, more = ("above it", above) if above > level else ("before it", before)
            problems.error(
                "TM0567",
                f"`{levels[level - 1]}` in line {row + 1}, column {column + 1} is less than "
                f"`{levels[more - 1]}` {where}",
                fact.span,
                label="falls",
                help="what is more likely or worse is never less severe: no level falls along a line or a column",
            )
            return False
    return True
