"""A line of a model as a terminal shows it: how wide each character is, and nothing that a terminal would obey."""

import unicodedata

TAB = 4
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
KEPT_FORMATS = frozenset("\u200c\u200d")  # joiners, in emoji and in Persian or Indic words


def neutral(char: str) -> str:
    """The character, a tab as spaces, or a stand-in for one that would steer the terminal or reorder the line."""
    if char == "\t":
        return " " * TAB
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in KEPT_FORMATS:
        return REPLACEMENT
    return char


def width(char: str) -> int:
    """How many columns the character takes after `neutral`."""
    if char == "\t":
        return TAB
    if char in KEPT_FORMATS or unicodedata.combining(char) or "\ufe00" <= char <= "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def columns(text: str) -> int:
    """How many columns the text takes."""
    return sum(map(width, text))


def shown(text: str) -> str:
    """The text as it may be written to a terminal."""
    return "".join(map(neutral, text))


def right_to_left(text: str) -> bool:
    """Whether a terminal may show a part of the text from right to left."""
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text)
