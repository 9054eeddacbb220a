"""Sentences from numbers, dates and names, the same in every locale and time zone."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UNFIT = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]")
STOPS = (".", "?", ":", "…", ")")


def clean(text: str) -> str:
    """The text with what no document can hold replaced by U+FFFD: control characters, surrogates, non-characters."""
    return UNFIT.sub("\ufffd", text)


def number(count: int) -> str:
    """Up to twelve as a word, above as digits."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def counted(count: int, noun: str, plural: str = "") -> str:
    """`two findings`, `one finding`, `no findings`, `31 findings`."""
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def verb(count: int, singular: str = "is", plural: str = "are") -> str:
    """The form of a verb that fits the count."""
    return singular if count == 1 else plural


def listed(items: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


def some(items: Sequence[str], most: int) -> str:
    """The first items and how many more there are: `order, card +2`."""
    more = len(items) - most
    return ", ".join(items[:most]) + (f" +{more}" if more > 0 else "")


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends one already."""
    text = text.strip()
    return text if not text or text.endswith(STOPS) else f"{text}."


def day(when: date) -> str:
    """`4 November 2026`."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def short_day(when: date) -> str:
    """`4 Nov 2026`."""
    return f"{when.day} {MONTHS[when.month - 1][:3]} {when.year}"


def columns(text: str) -> int:
    """How wide the text is, in columns of a letter; Chinese, Japanese, Korean and emoji take two."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrapped(text: str, width: int, most: int) -> tuple[str, ...]:
    """The text in lines of at most `width` columns; what does not fit into `most` lines ends in an ellipsis."""
    lines = [""]
    for word in _pieces(text.split(), width):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if columns(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return tuple(line for line in lines if line)


def packed(parts: Iterable[str], width: int) -> tuple[str, ...]:
    """The parts with ` · ` between them in lines of at most `width` columns; a new line needs no dot."""
    lines: list[str] = []
    for part in parts:
        first, *rest = wrapped(part, width, 3) or ("",)
        if lines and columns(f"{lines[-1]} · {first}") <= width:
            lines[-1] = f"{lines[-1]} · {first}"
        else:
            lines.append(first)
        lines += rest
    return tuple(lines)


def _pieces(words: Iterable[str], width: int) -> Iterable[str]:
    """The words, cut where one alone is wider than a line."""
    for word in words:
        piece = ""
        for character in word:
            if columns(piece + character) > width:
                yield piece
                piece = ""
            piece += character
        yield piece


def clipped(text: str, most: int) -> str:
    """The text, ended by an ellipsis after a whole word where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return f"{head.rpartition(' ')[0] or head} …"


def opening(text: str, most: int) -> str:
    """The first sentences of a text, as many as fit; at least the first, ended by an ellipsis where it is too long."""
    first, *rest = text.replace(". ", ".\0").split("\0")
    shown = clipped(first, most)
    for sentence_ in rest:
        if len(shown) + len(sentence_) >= most:
            break
        shown = f"{shown} {sentence_}"
    return shown
