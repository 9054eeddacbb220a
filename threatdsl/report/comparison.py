"""What a change did since its baseline: as lines of text, and which findings it made worse."""

from collections import Counter
from collections.abc import Callable, Iterator

from threatdsl.assess.assessment import AssessedFinding
from threatdsl.assess.comparison import WORSENED, Change, Comparison
from threatdsl.report.plain import plain
from threatdsl.rules.finding import ACT


def comparison_text(comparison: Comparison, path_of: Callable[[str], str]) -> Iterator[str]:
    """What got worse and why, what is fixed, which defences are gone, and what counts only after the merge."""
    yield f"since {plain(comparison.baseline)}:"
    counts = Counter(comparison.changes.values())
    told = [f"{counts[change]} {change.value}" for change in WORSENED if counts[change]]
    yield f"    {', '.join(told) or 'nothing got worse'}, {len(comparison.fixed)} fixed"
    if counts[Change.UNCHANGED]:
        yield f"    {counts[Change.UNCHANGED]} as before; `check --all` lists them"
    for one in comparison.fixed:
        yield f"    fixed: {one.finding.id} ({one.level.word}): {plain(one.why)}"
    for lost in comparison.removed:
        place = f"{path_of(lost.span.file)}:{lost.span.line}"
        yield f"    defence removed: {lost.control_class} on {lost.place} ({place})"
    for id_, change in comparison.changes.items():
        if change in WORSENED and id_ in comparison.why:
            yield f"    {change.value}: {id_}: {plain(comparison.why[id_])}"
    for lost_binding in comparison.unbound:
        place = f"{path_of(lost_binding.span.file)}:{lost_binding.span.line}"
        yield f"    binding removed: {plain(lost_binding.what)} ({place})"
    for pending in comparison.pending:
        place = f"{path_of(pending.span.file)}:{pending.span.line}"
        yield f"    counts after the merge: {plain(pending.what)} ({place})"


def has_changed(comparison: Comparison | None, id_: str) -> bool:
    """Whether a finding is not as it was in the baseline; without one, each is news."""
    return comparison is None or comparison.changes.get(id_) is not Change.UNCHANGED


def news(comparison: Comparison | None, id_: str) -> str:
    """What happened to a finding since the baseline, in brackets; empty where nothing did or nobody compared."""
    change = comparison.changes.get(id_) if comparison is not None else None
    return "" if change in (None, Change.UNCHANGED) else f" [{change.value}]"


def worsened(comparison: Comparison, assessed: AssessedFinding) -> Change | None:
    """How the change made the finding worse; None where it did not. A new finding that a control holds is no harm."""
    change = comparison.changes.get(assessed.id)
    if change not in WORSENED or (change is Change.NEW and assessed.outcome not in ACT):
        return None
    return change
