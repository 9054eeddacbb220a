"""Waivers that a result itself carries: whether they hold, and what they say, in few words."""

import datetime as dt
from collections.abc import Iterable

from threatdsl.evidence.observation import Observation

LONGEST = 120  # letters of a reason or a name that stand in a ruling


def is_waived(observation: Observation, now: dt.date) -> bool:
    """Whether a waiver is in force; its last day counts."""
    waiver = observation.waiver
    return waiver is not None and (waiver.until is None or waiver.until >= now)


def agreed(observation: Observation) -> str:
    """Until when, by whom and why a result is waived, as far as its file says, to go behind a sentence."""
    waiver = observation.waiver
    if waiver is None:
        return ""
    until = f" until {waiver.until}" if waiver.until is not None else ""
    by = f" by {_short(waiver.by)}" if waiver.by.strip() else ""
    return f"{until}{by}" + (f": {_short(waiver.reason)}" if waiver.reason.strip() else "")


def ended(fails: Iterable[Observation]) -> str:
    """That a waiver of one of the results ended, to go behind a sentence; empty where none had an end."""
    last = max((one.waiver.until for one in fails if one.waiver is not None and one.waiver.until), default=None)
    return f"; the waiver ended on {last}" if last is not None else ""


def _short(words: str) -> str:
    """Words of a result on one line, cut where they are long; what cannot be printed is left out."""
    line = "".join(letter for letter in " ".join(words.split()) if letter.isprintable())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."
