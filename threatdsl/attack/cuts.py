"""Which single control ends most paths."""

from collections import Counter

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPath, Cut
from threatdsl.attack.shortest import reached_from
from threatdsl.attack.steps import Steps, steps_of
from threatdsl.rules.remedies import remedies

MOST_TRIED = 6  # findings: each candidate costs an analysis
MOST_THINGS = 3000  # of a model in which candidates are tried


def cuts_of(assessment: Assessment, steps: Steps, paths: tuple[AttackPath, ...]) -> tuple[Cut, ...]:
    """The controls that end a path, most paths first; each was tried on the findings that it names."""
    del steps
    if len(assessment.model.things) > MOST_THINGS:
        return ()
    used = Counter(id_ for path in paths for id_ in {step.finding for step in path.steps if step.finding})
    findings = {found.id: found.finding for found in assessment.findings}
    mitigated: dict[tuple[str, str], list[str]] = {}
    for id_ in sorted(used, key=lambda id_: (-used[id_], id_))[:MOST_TRIED]:
        for remedy in remedies(assessment.model, findings[id_]):
            mitigated.setdefault((remedy.control_class, remedy.place), []).append(id_)
    cuts = [
        Cut(class_, place, tuple(ids), _ended(assessment, frozenset(ids), paths))
        for (class_, place), ids in mitigated.items()
    ]
    return tuple(sorted((cut for cut in cuts if cut.paths), key=_order))


def _order(cut: Cut) -> tuple[int, int, str, str]:
    return -len(cut.paths), -len(cut.findings), cut.place, cut.control_class


def _ended(assessment: Assessment, without: frozenset[str], paths: tuple[AttackPath, ...]) -> tuple[int, ...]:
    steps = steps_of(assessment, without)
    left = {entry: _data(steps, entry) for entry in steps.entries}
    return tuple(number for number, path in enumerate(paths) if path.data not in left[path.entry])


def _data(steps: Steps, entry: str) -> frozenset[str]:
    reached = [id_ for id_ in reached_from(steps, entry, only_certain=False) if id_ != entry]
    kept = (steps.kept.get(id_, frozenset()) for id_ in reached)
    read = (data for id_ in reached for _, data in steps.reads.get(id_, ()))
    return frozenset().union(*kept, *read)
