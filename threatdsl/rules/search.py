"""The one search of path rules: breadth first, with predecessors, from all sources at once.

A search is asked four times, each time allowing more, and the first that reaches a sink decides its outcome: what is
sure and unguarded (open), what guards nobody stated would have to stop (unassessed), what is only possible (question),
what stated guards stop (mitigated). Each is linear in elements and hops.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping

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
    """What a search accepts: hops and ends that are only possible, guards that nobody stated, guards that are stated."""

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


def reach(terrain: Terrain, allowance: Allowance) -> Iterator[tuple[str, tuple[Hop, ...]]]:
    """Each sink that is reached, with a shortest path to it of one hop or more."""
    parents: dict[State, tuple[State, Hop] | None] = {}
    roots: dict[State, str] = {}
    queue: deque[State] = deque()
    for source, truth in terrain.sources.items():
        if _allowed(truth, allowance) and _open(terrain, source, allowance):
            state = (source, _seen(terrain, source, None, allowance))
            parents[state], roots[state] = None, source
            queue.append(state)
    done: set[str] = set()
    while queue:
        state = queue.popleft()
        for edge in terrain.edges.get(state[0], ()):
            target = edge.hop.target
            if not _passable(edge, allowance) or not _open(terrain, target, allowance):
                continue
            following = (target, state[1] or _seen(terrain, target, edge, allowance))
            is_new = following not in parents
            if is_new:
                parents[following], roots[following] = (state, edge.hop), roots[state]
                queue.append(following)
            if target not in done and roots[state] != target and _is_sink(terrain, following, allowance):
                done.add(target)
                yield target, (*_back(parents, state), edge.hop)


def _is_sink(terrain: Terrain, state: State, allowance: Allowance) -> bool:
    return state[1] and _allowed(terrain.sink(state[0]), allowance)


def _allowed(truth: Truth, allowance: Allowance) -> bool:
    return truth is True or (truth is None and allowance.possible)


def _seen(terrain: Terrain, element: str, edge: Edge | None, allowance: Allowance) -> bool:
    if terrain.passed is None:
        return True
    return _allowed(terrain.passed(element), allowance) or (edge is not None and _allowed(edge.seen, allowance))


def _open(terrain: Terrain, element: str, allowance: Allowance) -> bool:
    blocked = terrain.blocked(element)
    return blocked is False or (blocked is None and allowance.unstated_guards) or allowance.guards


def _passable(edge: Edge, allowance: Allowance) -> bool:
    unguarded = edge.passes is True or (edge.passes is None and allowance.unstated_guards) or allowance.guards
    return unguarded and _allowed(edge.moves, allowance)


def _back(parents: Mapping[State, tuple[State, Hop] | None], state: State) -> tuple[Hop, ...]:
    hops: list[Hop] = []
    step = parents[state]
    while step is not None:
        hops.append(step[1])
        step = parents[step[0]]
    return tuple(reversed(hops))
