"""The values that rules compute with, and three-valued logic.

`None` is unknown everywhere: a truth that nobody can tell, a value that nobody stated.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import msgspec

from threatdsl.model.things import Thing, Word

Truth = bool | None
Scalar = Thing | Word | str | bool | int | float | dt.date | dt.timedelta


class Listing(msgspec.Struct, frozen=True):
    """A list; `complete` is false when there may be more that nobody stated."""

    items: tuple[Scalar, ...]
    complete: bool


class Range(msgspec.Struct, frozen=True):
    """A number known to lie between two bounds; `high` None is without bound."""

    low: float
    high: float | None


Value = Scalar | Listing | Range | None

ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def negate(truth: Truth) -> Truth:
    """Kleene's not."""
    return None if truth is None else not truth


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: false when one is false, else unknown when one is unknown. Stops at the first false."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's or: true when one is true, else unknown when one is unknown. Stops at the first true."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def compare(left: Value, operator: str, right: Value) -> Truth:
    """A comparison of two values of one type; unknown when one of them is."""
    if left is None or right is None:
        return None
    if type(left) is Word and type(right) is Word and left.rank is not None and right.rank is not None:
        return ORDERED[operator](left.rank, right.rank)  # nearly all comparisons of rules are of this sort
    if isinstance(left, Range) or isinstance(right, Range):
        return _compare_ranges(_as_range(left), operator, _as_range(right))
    return bool(ORDERED[operator](_key(left), _key(right)))


def _key(value: Value) -> object:
    if isinstance(value, Thing):
        return value.id
    if isinstance(value, Word):
        return value.text if value.rank is None else value.rank
    return value


def _as_range(value: Value) -> Range:
    if isinstance(value, Range):
        return value
    assert isinstance(value, int | float)  # the type check admits nothing else
    return Range(value, value)


def _compare_ranges(left: Range, operator: str, right: Range) -> Truth:
    high = float("inf") if left.high is None else left.high
    limit = float("inf") if right.high is None else right.high
    always = {
        "<": high < right.low,
        "<=": high <= right.low,
        ">": left.low > limit,
        ">=": left.low >= limit,
        "==": left.low == high == right.low == limit,
        "!=": high < right.low or left.low > limit,
    }
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
    if always[operator]:
        return True
    return False if always[opposite[operator]] else None
