"""The one search of path rules: breadth first, with predecessors, from all sources at once.

A search is asked four times, each time allowing more, and the first that reaches a sink decides its outcome: what is
sure and unguarded (open), what guards nobody stated would have to stop (unassessed), what is only possible (question),
what stated guards stop (mitigated). Each is linear in elements and hops.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from threatdsl.rules.finding import Hop
from threatdsl.rules.values import Truth


class Edge(msgspec.Struct, frozen=True):
    """A hop that may be taken. `moves`: whether it is; `passes`: false where `through` says that it is blocked."""

    hop: Hop
    moves: Truth
    passes: Truth
    seen: Truth


class Allowance(msgspec.Struct, frozen=True):
    """What a search accepts: hops and ends that are only possible, guards nobody stated, guards that are stated."""

    possible: bool
    unstated_guards: bool
    guards: bool


OPEN = Allowance(possible=False, unstated_guards=False, guards=False)
UNASSESSED = Allowance(possible=False, unstated_guards=True, guards=False)
QUESTION = Allowance(possible=True, unstated_guards=True, guards=False)
MITIGATED = Allowance(possible=False, unstated_guards=True, guards=True)


class Terrain(msgspec.Struct, frozen=True):
    """What is searched: the hops out of each element, the truths of sources and sinks, whether an element is blocked.

    `passed` tells whether an element is what `passing` asks for; None as a mapping when nothing is asked for.
    """

    edges: Mapping[str, tuple[Edge, ...]]
    sources: Mapping[str, Truth]
    sink: Callable[[str], Truth]
    blocked: Callable[[str], Truth]
    passed: Callable[[str], Truth] | None


State = tuple[str, bool]
SOURCES_KEPT = 2


class _Label(msgspec.Struct, frozen=True):
    """A shortest way to a state from one source."""

    source: str
    previous: "_Label | None" = None
    hop: Hop | None = None

    def path(self) -> tuple[Hop, ...]:
        """The hops from the source on."""
        hops: list[Hop] = []
        label: _Label | None = self
        while label is not None and label.hop is not None:
            hops.append(label.hop)
            label = label.previous
        return tuple(reversed(hops))


def reach(terrain: Terrain, allowance: Allowance) -> Iterator[tuple[str, tuple[Hop, ...]]]:
    """Each sink that is reached from another element, with a shortest path to it, the nearest sinks first.

    Ways from the two nearest sources are kept for each state: one may be the sink itself, which does not reach itself.
    Among paths of one length the order of the hops decides.
    """
    labels: dict[State, list[_Label]] = {}
    queue: deque[tuple[State, _Label]] = deque()

    def arrive(state: State, label: _Label) -> bool:
        known = labels.setdefault(state, [])
        if len(known) == SOURCES_KEPT or any(other.source == label.source for other in known):
            return False
        known.append(label)
        queue.append((state, label))
        return True

    for source, truth in sorted(terrain.sources.items()):
        if _allowed(truth, allowance) and _open(terrain, source, allowance):
            arrive((source, _seen(terrain, source, None, allowance)), _Label(source))
    done: set[str] = set()
    while queue:
        state, label = queue.popleft()
        for edge in terrain.edges.get(state[0], ()):
            target = edge.hop.target
            if not _passable(edge, allowance) or not _open(terrain, target, allowance):
                continue
            following = (target, state[1] or _seen(terrain, target, edge, allowance))
            further = _Label(label.source, label, edge.hop)
            if not arrive(following, further) or target in done or label.source == target:
                continue
            if following[1] and _allowed(terrain.sink(target), allowance):
                done.add(target)
                yield target, further.path()


def out_of_each(edges: Iterable[Edge]) -> Mapping[str, tuple[Edge, ...]]:
    """The hops out of each element, in the order given."""
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.hop.source, []).append(edge)
    return {source: tuple(some) for source, some in found.items()}


def _allowed(truth: Truth, allowance: Allowance) -> bool:
    return truth is True or (truth is None and allowance.possible)


def _seen(terrain: Terrain, element: str, edge: Edge | None, allowance: Allowance) -> bool:
    if terrain.passed is None:
        return True
    return _allowed(terrain.passed(element), allowance) or (edge is not None and _allowed(edge.seen, allowance))


def _open(terrain: Terrain, element: str, allowance: Allowance) -> bool:
    if allowance.guards:
        return True
    blocked = terrain.blocked(element)
    return blocked is False or (blocked is None and allowance.unstated_guards)


def _passable(edge: Edge, allowance: Allowance) -> bool:
    unguarded = edge.passes is True or (edge.passes is None and allowance.unstated_guards) or allowance.guards
    return unguarded and _allowed(edge.moves, allowance)
