"""What things are called in messages."""

from collections.abc import Sequence

NOUNS = {
    "": "declaration",
    "place": "element, flow or boundary",
    "datastore": "data store",
    "data": "data asset",
    "external-entity": "external entity",
}
VOWELS = "aeio"
LONGEST_CIRCLE = 6


def noun(kind: str) -> str:
    """The words for a thing of a kind."""
    return NOUNS.get(kind, kind.replace("-", " "))


def a(words: str) -> str:
    """The words behind their article."""
    return f"an {words}" if words[:1] in VOWELS else f"a {words}"


def circle(names: Sequence[str], verb: str) -> str:
    """The names joined by a verb, back to the first; of a long circle only both ends."""
    ends = (*names[:3], "...", *names[-2:]) if len(names) > LONGEST_CIRCLE else names
    return f" {verb} ".join((*ends, names[0]))
