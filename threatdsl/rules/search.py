"""The one search of path rules: breadth first, with predecessors, from all sources at once.

A search is asked four times, each time allowing more, and the first that reaches a sink decides its outcome: what is
sure and unguarded (open), what guards nobody stated would have to stop (unassessed), what is only possible (question),
what stated guards stop (mitigated). Each is linear in elements and hops.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from threatdsl.rules.values import Truth


class Step(NamedTuple):
    """One hop: from a node to a node over an edge, `reverse` when against its direction."""

    source: int
    target: int
    edge: int
    reverse: bool = False


class Network(msgspec.Struct, frozen=True):
    """Hops by their place; for each node the targets and places of those out of it that are searched, in order."""

    steps: Sequence[Step]
    out: Mapping[int, list[tuple[int, int]]]

    @staticmethod
    def of(steps: Sequence[Step], places: Iterable[int] | None = None) -> "Network":
        """The network of hops, or of those at some places."""
        out: dict[int, list[tuple[int, int]]] = {}
        for place in range(len(steps)) if places is None else places:
            source, target, _, _ = steps[place]
            found = out.get(source)
            if found is None:
                out[source] = [(target, place)]
            else:
                found.append((target, place))
        return Network(steps, out)


class Allowance(msgspec.Struct, frozen=True):
    """What a search accepts: hops and ends that are only possible, guards nobody stated, guards that are stated."""

    possible: bool
    unstated_guards: bool
    guards: bool

    def reality(self, truth: Truth) -> bool:
        """Whether something that has to be there is accepted."""
        return truth is True or (truth is None and self.possible)

    def guard(self, truth: Truth) -> bool:
        """Whether something that may be guarded is passed."""
        return self.guards or truth is False or (truth is None and self.unstated_guards)


OPEN = Allowance(possible=False, unstated_guards=False, guards=False)
UNASSESSED = Allowance(possible=False, unstated_guards=True, guards=False)
QUESTION = Allowance(possible=True, unstated_guards=True, guards=False)
MITIGATED = Allowance(possible=False, unstated_guards=True, guards=True)


OPEN_GATE, SHUT_GATE = 1, 2


class Terrain(msgspec.Struct, frozen=True):
    """What is searched: a network, and the truths of sources, sinks and nodes; those that are false may be left out.

    `moves` (of a hop's place), `guarded` and `seen` (of an edge) tell whether a hop is taken at all, whether it is
    blocked, whether it is what `passing` asks for; None where all are taken, open, not asked for. `passed` tells the
    last of a node. `doubtful`: whether anything but a guard may be unknown. `nodes`: one more than the largest node.
    """

    nodes: int
    network: Network
    sources: Mapping[int, Truth]
    sinks: Mapping[int, Truth]
    blocked: Callable[[int], Truth]
    passed: Callable[[int], Truth] | None = None
    moves: Callable[[int], Truth] | None = None
    guarded: Callable[[int], Truth] | None = None
    seen: Callable[[int], Truth] | None = None
    doubtful: bool = True


class Reached(msgspec.Struct, frozen=True):
    """The sinks that a search reached, the nearest first, each with its label: a shortest way from one source.

    `origins`, `previous` and `taken` are the source, the label before and the hop of each label. `stopped` are the
    truths of the guards that stopped it somewhere.
    """

    network: Network
    sinks: Mapping[int, int]
    origins: tuple[int, ...]
    previous: tuple[int, ...]
    taken: tuple[int, ...]
    stopped: frozenset[Truth]

    def over(self, edges: frozenset[int]) -> bytes:
        """For each label whether its way takes one of some edges."""
        marks = bytearray(len(self.taken))
        for label, place in enumerate(self.taken):  # a label comes behind the one that it follows
            if place >= 0:
                marks[label] = marks[self.previous[label]] or self.network.steps[place].edge in edges
        return bytes(marks)

    def path(self, sink: int) -> tuple[Step, ...]:
        """The hops of a shortest way to a sink."""
        steps: list[Step] = []
        label = self.sinks[sink]
        while self.taken[label] >= 0:
            steps.append(self.network.steps[self.taken[label]])
            label = self.previous[label]
        return tuple(reversed(steps))


def reach(terrain: Terrain, allowance: Allowance) -> Reached:
    """Each sink that is reached from another node, with a shortest path to it.

    Where a source may be a sink itself, ways from the two nearest sources are kept for each state: one may be the sink,
    which does not reach itself. Among paths of one length the order of the hops decides.
    """
    return _Search(terrain, allowance).run()


class _Search:
    """One search. A state is a node, and whether what `passing` asks for was seen on the way to it: 2 n + seen.

    Arrays of bytes hold what is known of nodes and states: they stay in a processor's cache where dictionaries do not.
    """

    def __init__(self, terrain: Terrain, allowance: Allowance) -> None:
        self.terrain, self.allowance = terrain, allowance
        self.sinks = {node for node, truth in terrain.sinks.items() if allowance.reality(truth)}
        self.sources = [node for node, truth in terrain.sources.items() if allowance.reality(truth)]
        self.most = 2 if self.sinks.intersection(self.sources) else 1
        self.kept = bytearray(2 * terrain.nodes)
        self.nearest: dict[int, int] = {}
        self.gates = bytearray(terrain.nodes)
        self.states: list[int] = []
        self.origins: list[int] = []
        self.previous: list[int] = []
        self.taken: list[int] = []
        self.found: dict[int, int] = {}
        self.stopped: set[Truth] = set()

    def run(self) -> Reached:
        """The sinks that are reached."""
        if self.sinks and self.sources:
            for node in self.sources:
                if self._gate(node) == OPEN_GATE:
                    self._arrive(2 * node + self._saw(node, None), node, -1, -1)
            self._walk()
        labels = (tuple(self.origins), tuple(self.previous), tuple(self.taken))
        return Reached(self.terrain.network, self.found, *labels, frozenset(self.stopped))

    def _walk(self) -> None:
        out, gates, passable, kept = self.terrain.network.out, self.gates, self._passable(), self.kept
        states, origins, most, wanted = self.states, self.origins, self.most, len(self.sinks)
        label = 0
        while label < len(states) and len(self.found) < wanted:
            state, origin = states[label], origins[label]
            for target, place in out.get(state >> 1, ()):
                following = 2 * target + 1 if state & 1 else 2 * target + self._saw(target, place)
                if kept[following] == most or (gates[target] or self._gate(target)) != OPEN_GATE:
                    continue
                if (passable is None or passable(place)) and self._arrive(following, origin, label, place):
                    self._end(target, following, origin)
            label += 1

    def _arrive(self, state: int, origin: int, previous: int, place: int) -> bool:
        """Whether a way to a state, at which there is room for one, is worth keeping; it then has a label."""
        if self.kept[state] and self.nearest[state] == origin:
            return False
        if self.most > 1:
            self.nearest.setdefault(state, origin)
        self.kept[state] += 1
        self.states.append(state)
        self.origins.append(origin)
        self.previous.append(previous)
        self.taken.append(place)
        return True

    def _end(self, node: int, state: int, origin: int) -> None:
        if node in self.sinks and state & 1 and node not in self.found and node != origin:
            self.found[node] = len(self.states) - 1

    def _gate(self, node: int) -> int:
        truth = self.terrain.blocked(node)
        found = self.gates[node] = OPEN_GATE if self.allowance.guard(truth) else SHUT_GATE
        if found == SHUT_GATE:
            self.stopped.add(truth)
        return found

    def _saw(self, node: int, place: int | None) -> bool:
        passed, seen, reality = self.terrain.passed, self.terrain.seen, self.allowance.reality
        if passed is None or reality(passed(node)):
            return True
        return place is not None and seen is not None and reality(seen(self.terrain.network.steps[place].edge))

    def _passable(self) -> Callable[[int], bool] | None:
        """Whether a hop may be taken; None where all may."""
        moves, guarded, steps = self.terrain.moves, self.terrain.guarded, self.terrain.network.steps
        if moves is None and guarded is None:
            return None

        def passable(place: int) -> bool:
            if moves is not None and not self.allowance.reality(moves(place)):
                return False
            truth = False if guarded is None else guarded(steps[place].edge)
            if self.allowance.guard(truth):
                return True
            self.stopped.add(truth)
            return False

        return passable
