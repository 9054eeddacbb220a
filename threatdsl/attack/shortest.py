"""The shortest ways from one entry, whatever the order in which things are declared."""

from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.attack.paths import AttackPath, Step
from threatdsl.attack.steps import Move, Steps
from threatdsl.model.level import Level
from threatdsl.rules.finding import Outcome

Key = tuple[int, int, str, str]


class Reached(msgspec.Struct, frozen=True):
    """An element that an attacker controls: after how many steps, and the last of them.

    `least` is the least likelihood of the steps, `rank` its place among those that are as far.
    """

    length: int
    least: int
    rank: int
    by: Step | None


def paths_from(steps: Steps, entry: str, level: Mapping[tuple[int, int], Level]) -> Iterator[AttackPath]:
    """For each data asset its shortest certain path, else its shortest possible one, else nothing."""
    certain = _ends(steps, entry, only_certain=True)
    every = {} if len(certain) == len(steps.targets) else _ends(steps, entry, only_certain=False)
    for data, impact in steps.targets.items():
        way = certain.get(data) or every.get(data)
        if way:
            likelihood = min(step.likelihood for step in way)
            possible = data not in certain
            yield AttackPath(entry, data, way, possible, weakest_of(way), level[likelihood, impact])


def weakest_of(way: tuple[Step, ...]) -> int:
    """The index of the step that is easiest to take: likelihood, then open, then nearest to the entry."""
    found = [number for number, step in enumerate(way) if step.finding]
    return min(found, key=lambda number: (-way[number].likelihood, way[number].outcome is not Outcome.OPEN, number))


def reached_from(steps: Steps, entry: str, *, only_certain: bool) -> dict[str, Reached]:
    """What the control of an element leads to, layer by layer; the element itself first."""
    reached = {entry: Reached(0, 5, 0, None)}
    layer = [entry]
    while layer:
        found: dict[str, tuple[Key, Step]] = {}
        for source in layer:
            for move in steps.moves.get(source, ()):
                step = move.step
                if step.target not in reached and (move.certain or not only_certain):
                    key = _key(reached[source], step)
                    if step.target not in found or key < found[step.target][0]:
                        found[step.target] = key, step
        layer = sorted(found, key=lambda id_: found[id_][0])
        for rank, id_ in enumerate(layer):
            key, step = found[id_]
            reached[id_] = Reached(reached[step.source].length + 1, -key[0], rank, step)
    return reached


def _key(before: Reached, step: Step) -> Key:
    return -min(before.least, step.likelihood), before.rank, step.target, step.flow


def _ends(steps: Steps, entry: str, *, only_certain: bool) -> dict[str, tuple[Step, ...]]:
    """The shortest way to each data asset that is reached."""
    reached = reached_from(steps, entry, only_certain=only_certain)
    best: dict[str, tuple[tuple[int, Key], Step]] = {}

    def offer(data: str, length: int, key: Key, last: Step) -> None:
        if data not in best or (length, key) < best[data][0]:
            best[data] = (length, key), last

    for id_, there in reached.items():
        if there.by is None:
            continue
        for data in steps.kept.get(id_, ()):
            offer(data, there.length, (-there.least, there.rank, id_, there.by.flow), there.by)
        for move, some in steps.reads.get(id_, ()):
            for data in some if move.certain or not only_certain else ():
                offer(data, there.length + 1, _key(there, move.step), move.step)
    return {data: _way(reached, last) for data, (_, last) in best.items()}


def _way(reached: Mapping[str, Reached], last: Step) -> tuple[Step, ...]:
    way = [last]
    while (before := reached[way[-1].source].by) is not None:
        way.append(before)
    return tuple(reversed(way))


def all_moves(steps: Steps) -> Iterator[Move]:
    """All takeovers."""
    for moves in steps.moves.values():
        yield from moves
