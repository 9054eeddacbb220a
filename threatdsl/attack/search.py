"""Finds the attack paths of an assessment."""

from itertools import product

from threatdsl.assess.assessment import Assessment
from threatdsl.assess.rating import OURS
from threatdsl.attack.blast import Blasts
from threatdsl.attack.chokes import choke_points, separating
from threatdsl.attack.cuts import cuts_of
from threatdsl.attack.paths import AttackPath, AttackPaths
from threatdsl.attack.shortest import paths_from
from threatdsl.attack.stakes import kept_at
from threatdsl.attack.steps import steps_of

LEVELS = {(likely, bad): OURS.level(likely, bad) for likely, bad in product(range(1, 6), repeat=2)}


def attack_paths(assessment: Assessment) -> AttackPaths:
    """The attack paths of an assessed model."""
    steps = steps_of(assessment)
    found = (path for entry in steps.entries for path in paths_from(steps, entry, LEVELS))
    paths = tuple(sorted(found, key=_order))
    targets = tuple(steps.targets)
    blasts = Blasts.of(assessment.model, steps)
    unsettled = _unsettled(assessment, paths)
    kept = frozenset().union(*kept_at(assessment.model).values())
    unkept = tuple(id_ for id_ in targets if id_ not in kept)
    if not paths:
        return AttackPaths(steps.entries, targets, (), (), (), blasts.widest(), (), unsettled, unkept)
    return AttackPaths(
        entries=steps.entries,
        targets=targets,
        paths=paths,
        chokes=choke_points(steps, paths, blasts),
        separating=separating(steps),
        blast=blasts.widest(),
        cuts=cuts_of(assessment, paths),
        unsettled=unsettled,
        unkept=unkept,
    )


def _unsettled(assessment: Assessment, paths: tuple[AttackPath, ...]) -> tuple[tuple[str, str], ...]:
    """Which data an entry reaches once every open question is answered for the worse, and does not reach now."""
    found = {(path.entry, path.data) for path in paths}
    steps = steps_of(assessment, asked=True)
    blasts = Blasts.of(assessment.model, steps)
    reached = ((entry, data) for entry in steps.entries for data in blasts.lost(entry))
    return tuple(pair for pair in reached if pair not in found)


def _order(path: AttackPath) -> tuple[bool, int, int, str, str]:
    return path.possible, -path.level, len(path.steps), path.entry, path.data
