"""The shortest ways from one entry, whatever the order in which things are declared."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.attack.paths import AttackPath, Step
from threatdsl.attack.steps import Move, Steps
from threatdsl.model.level import Level
from threatdsl.rules.finding import Outcome

Key = tuple[int, int, str, str]
Reads = tuple[tuple[Move, frozenset[str]], ...]


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
    best: dict[str, tuple[tuple[int, Key], tuple[Step, ...]]] = {}

    def offer(some: Iterable[str], length: int, key: Key, *last: Step) -> None:
        for data in some:
            if data not in best or (length, key) < best[data][0]:
                best[data] = (length, key), last

    for id_, there in reached.items():
        if there.by is not None:
            key = (-there.least, there.rank, id_, there.by.flow)
            offer(steps.kept.get(id_, ()), there.length, key, there.by)
            for move, some in _usable(steps.reads.get(id_, ()), only_certain):
                offer(some, there.length + 1, _key(there, move.step), move.step)
        for tap in steps.taps.get(id_, ()):
            if tap.certain or not only_certain:
                key = _key(there, tap.step)
                offer(steps.stored.get(tap.step.target, ()), there.length + 1, key, tap.step)
                for move, some in _usable(steps.answers.get(tap.step.target, ()), only_certain):
                    last = f"{tap.step.target}\0{tap.step.flow}\0{move.step.target}"
                    offer(some, there.length + 2, (*key[:2], last, move.step.flow), tap.step, move.step)
    return {data: _way(reached, last) for data, (_, last) in best.items()}


def _usable(reads: Reads, only_certain: bool) -> Iterator[tuple[Move, frozenset[str]]]:  # noqa: FBT001 - private
    return (read for read in reads if read[0].certain or not only_certain)


def _way(reached: Mapping[str, Reached], last: tuple[Step, ...]) -> tuple[Step, ...]:
    way = [*reversed(last)]
    while (before := reached[way[-1].source].by) is not None:
        way.append(before)
    return tuple(reversed(way))


def all_moves(steps: Steps) -> Iterator[Move]:
    """All takeovers."""
    for moves in steps.moves.values():
        yield from moves
