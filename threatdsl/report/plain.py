"""Model text on a terminal or in a log: one line, no escape sequences, nothing that a CI system takes for a command."""

import unicodedata

BREAKING = ("Cc", "Cf", "Zl", "Zp")
KEPT = "\u200c\u200d\u2068\u2069"  # part of words in several scripts and of emoji; what keeps titles apart


def plain(text: str) -> str:
    """The text on one line, with control and formatting characters shown by their code."""
    folded = " ".join(text.split())
    return "".join(_shown(character) for character in folded).replace("::", ": :")


def _shown(character: str) -> str:
    if character in KEPT or unicodedata.category(character) not in BREAKING:
        return character
    return f"<U+{ord(character):04X}>"
