"""How sentences call the things of a model."""

from collections.abc import Mapping
from unicodedata import bidirectional

from threatdsl.model.things import Flow, Thing


def ends(flow: Flow, things: Mapping[str, Thing]) -> str:
    """A flow by the titles of its ends."""
    return f"{isolated(things[flow.source].title)} → {isolated(things[flow.target].title)}"


def isolated(title: str) -> str:
    """The title, kept apart from what stands beside it where it is written from right to left (Unicode's isolates).

    Without them two such titles and the arrow between them are shown in the wrong order.
    """
    turned = any(bidirectional(character) in ("R", "AL") for character in title)
    return f"\u2068{title}\u2069" if turned else title
