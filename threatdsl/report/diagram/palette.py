"""The colours of reports and diagrams. Red means that somebody has to act, and nothing else is loud."""

from dataclasses import dataclass

from threatdsl.model.things import Word
from threatdsl.model.vocabulary import Vocabulary

INK = "#1C1B1A"
GREY = "#5E5A55"
QUIET = "#77726B"
LINE = "#8A857D"
RED = "#8E2315"
PAPER = "#FFFFFF"
MUTED, MUTED_LINE = "#76716B", "#BDB8B0"  # there for orientation only
STUB, STUB_LINE = "#F6F4F0", "#8E8A84"


@dataclass(frozen=True, slots=True)
class Tint:
    """How a trust boundary looks: `name` is its CSS class, `width` that of its dashed line in points.

    `dash` is its pattern, longer the more is trusted, so that trust is seen in grey too.
    """

    name: str
    fill: str
    line: str
    word: str
    width: float = 1.1
    dash: str = "5,2"


UNSTATED = Tint("unstated", "#F8F7F5", LINE, GREY)
TINTS = (
    Tint("untrusted", "#FAF3E7", "#9A7B4A", "#7A5C2A", dash="1,2"),
    Tint("partner", "#FBF8F1", "#8D8675", "#6F6A5C", dash="3,3"),
    Tint("internal", "#EFF3F5", "#6E8490", "#4F6672", dash="6,2"),
    Tint("restricted", "#DCE7EE", "#2F5A78", "#2F5A78", 1.8, dash="11,2"),
)
BY_NAME = {tint.name: tint for tint in TINTS}


def tint(vocabulary: Vocabulary, trust: Word | None) -> Tint:
    """The tint of a level of trust. A word that a team added takes the tint of its place between least and most."""
    if trust is None:
        return UNSTATED
    if trust.text in BY_NAME:
        return BY_NAME[trust.text]
    scale = vocabulary.scales.get(trust.scale)
    last = len(scale.order) - 1 if scale else 0
    if not last or trust.rank is None:
        return UNSTATED
    return TINTS[round(trust.rank * (len(TINTS) - 1) / last)]
