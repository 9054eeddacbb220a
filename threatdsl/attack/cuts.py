"""Which single control ends most paths."""

from collections import Counter

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPath, Cut
from threatdsl.attack.shortest import reached_from
from threatdsl.attack.steps import Steps, opens, steps_of
from threatdsl.rules.finding import Gives
from threatdsl.rules.remedies import Remedy, left_by, remedies

MOST_TRIED = 6  # findings: each of their remedies costs analyses
MOST_THINGS = 3000  # of a model in which candidates are tried


def cuts_of(assessment: Assessment, paths: tuple[AttackPath, ...]) -> tuple[Cut, ...]:
    """The controls that end a path, most paths first; each was tried on the model, with all that it mitigates there."""
    model = assessment.model
    if len(model.things) > MOST_THINGS:
        return ()
    used = Counter(id_ for path in paths for id_ in {step.finding for step in path.steps if step.finding})
    findings = {found.id: found.finding for found in assessment.findings}
    chosen = sorted(used, key=lambda id_: (-used[id_], id_))[:MOST_TRIED]
    candidates = dict.fromkeys(remedy for id_ in chosen for remedy in remedies(model, findings[id_]))
    cuts = (_cut(assessment, remedy, paths) for remedy in candidates)
    return tuple(sorted((cut for cut in cuts if cut.paths), key=_order))


def _cut(assessment: Assessment, remedy: Remedy, paths: tuple[AttackPath, ...]) -> Cut:
    taking = [found for found in assessment.findings if opens(found, Gives.CONTROL, Gives.DATA)]
    left = left_by(assessment.model, remedy, frozenset(found.finding.rule.id for found in taking))
    ids = frozenset(found.id for found in taking if found.finding.key not in left)
    ended = _ended(assessment, ids, paths)
    return Cut(remedy.control_class, remedy.place, tuple(sorted(ids)), ended)


def _order(cut: Cut) -> tuple[int, int, str, str]:
    return -len(cut.paths), -len(cut.findings), cut.place, cut.control_class


def _ended(assessment: Assessment, without: frozenset[str], paths: tuple[AttackPath, ...]) -> tuple[int, ...]:
    steps = steps_of(assessment, without)
    left = {entry: _data(steps, entry) for entry in steps.entries}
    return tuple(number for number, path in enumerate(paths) if path.data not in left[path.entry])


def _data(steps: Steps, entry: str) -> frozenset[str]:
    return frozenset().union(*(steps.given(id_) for id_ in reached_from(steps, entry, only_certain=False)))
