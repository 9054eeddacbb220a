"""Whether a decision still speaks of what it was made for, when names changed."""

from collections.abc import Iterable

from threatdsl.assess.assessment import Assessment
from threatdsl.assess.renames import Renames, is_same
from threatdsl.model.things import Decision


def following(
    decisions: Iterable[Decision], past: Assessment, here: Assessment, renamed: Renames
) -> tuple[Decision, ...]:
    """The decisions that count for a change.

    A decision about things that are called otherwise now, or whose names another thing has now, counts while all that
    its finding rests on is the same.
    """
    before = {renamed.key(found.finding.key): found.finding for found in past.findings}
    after = {found.finding.key: found.finding for found in here.findings}
    old_names = {new: old for old, new in renamed.ids.items()}

    def counts(decision: Decision) -> bool:
        if all(is_same(past.model, here.model, old_names.get(one, one), one) for one in decision.targets):
            return True
        old, new = before.get(decision.key), after.get(decision.key)
        return new is None or (old is not None and renamed.facts(old) == Renames({}).facts(new))

    return tuple(decision for decision in decisions if counts(decision))
