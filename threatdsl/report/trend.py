"""Where a model stands beside its baseline."""

from collections import Counter
from dataclasses import dataclass

from threatdsl.assess.assessment import Assessment
from threatdsl.assess.comparison import Change, Comparison
from threatdsl.report.comparison import worsened
from threatdsl.report.words import capital, clean, clipped, listed, number, verb
from threatdsl.rules.finding import ACT

WORSE, UNPROVEN = (Change.WORSE, Change.UNDEFENDED), (Change.KEPT, Change.CLAIMED)
MOST_OF_A_NAME = 60


@dataclass(frozen=True, slots=True)
class Trend:
    """What changed since a baseline: how many findings are new and to act on, got worse, got better, are fixed.

    `unproven` would be better if statements alone were proof. `then` and `now` count the findings that are open or
    unassessed.
    """

    baseline: str
    new: int
    worse: int
    better: int
    fixed: int
    unproven: int
    then: int
    now: int

    @property
    def changes(self) -> str:
        """What changed: `Since origin/main two findings are new and one is fixed.`."""
        counts = (
            (self.new, "is new", "are new"),
            (self.worse, "got worse", "got worse"),
            (self.better, "got better", "got better"),
            (self.fixed, "is fixed", "are fixed"),
            (self.unproven, "is better without proof", "are better without proof"),
        )
        told = [(count, verb(count, one, many)) for count, one, many in counts if count]
        if not told:
            return f"Since {self.baseline} nothing has changed."
        (count, first), *rest = told
        words = [f"{number(count)} {verb(count, 'finding', 'findings')} {first}"]
        return f"Since {self.baseline} {listed([*words, *(f'{number(count)} {said}' for count, said in rest)])}."

    @property
    def standing(self) -> str:
        """Where that leaves it: `Four are open or unassessed; there were three.`."""
        said = f"{capital(number(self.now))} {verb(self.now)} open or unassessed"
        return f"{said}, as before." if self.now == self.then else f"{said}; there {_were(self.then)}."


def _were(count: int) -> str:
    return f"{verb(count, 'was', 'were')} {number(count)}"


def trend(assessment: Assessment) -> Trend | None:
    """The trend, None where there is no baseline."""
    comparison = assessment.comparison
    if comparison is None:
        return None
    harm = Counter(worsened(comparison, one) for one in assessment.findings)
    return Trend(
        baseline=clipped(clean(comparison.baseline), MOST_OF_A_NAME),
        new=harm[Change.NEW],
        worse=sum(harm[change] for change in WORSE),
        better=sum(change is Change.BETTER for change in comparison.changes.values()),
        fixed=len(comparison.fixed),
        unproven=sum(harm[change] for change in UNPROVEN),
        then=_then(comparison),
        now=sum(assessment.counts.get(outcome, 0) for outcome in ACT),
    )


def _then(comparison: Comparison) -> int:
    """The findings of the baseline to act on: those that are still there, and those that are fixed."""
    still = {id_ for id_, before in comparison.before.items() if before.outcome in ACT}
    return len(still | {one.finding.id for one in comparison.fixed})
