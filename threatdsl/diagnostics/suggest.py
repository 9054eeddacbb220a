"""Words that may have been meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A help text that offers the closest of the known words, or nothing when none is close."""
    by_fold = {w.casefold(): w for w in sorted(known, reverse=True)}
    close = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f"did you mean `{by_fold[close[0]]}`?" if close else ""
