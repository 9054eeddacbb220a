"""What a change made worse, for those outputs that show only this."""

from threatdsl.assess.assessment import AssessedFinding
from threatdsl.assess.comparison import WORSENED, Change, Comparison
from threatdsl.rules.finding import ACT


def worsened(comparison: Comparison, assessed: AssessedFinding) -> Change | None:
    """How the change made the finding worse; None where it did not. A new finding that a control holds is no harm."""
    change = comparison.changes.get(assessed.id)
    if change not in WORSENED or (change is Change.NEW and assessed.outcome not in ACT):
        return None
    return change
