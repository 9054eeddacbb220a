"""The search against the enumeration of all walks on small graphs."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from threatdsl.rules.search import MITIGATED, OPEN, QUESTION, UNASSESSED, Allowance, Network, Step, Terrain, reach
from threatdsl.rules.values import Truth

NODES = range(4)
TRUTHS = st.sampled_from([True, False, None])
PER_NODE = st.fixed_dictionaries(dict.fromkeys(NODES, TRUTHS))
# Each state (node, seen) at most once from each source: a walk that is longer repeats one.
LONGEST = 2 * len(NODES)


def of_edges(truths: list[Truth]) -> Callable[[int], Truth]:
    return lambda edge: truths[edge - len(NODES)]


@st.composite
def terrains(draw: st.DrawFn) -> Terrain:
    ends = draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=6, unique=True))
    steps = [Step(source, target, len(NODES) + edge) for edge, (source, target) in enumerate(ends)]
    truths = st.lists(TRUTHS, min_size=len(steps), max_size=len(steps))
    sources, sinks, blocked, passed = (draw(PER_NODE) for _ in range(4))
    asks = draw(st.booleans())
    return Terrain(
        nodes=len(NODES),
        network=Network.of(steps),
        sources={node: truth for node, truth in sources.items() if truth is not False},
        sinks={node: truth for node, truth in sinks.items() if truth is not False},
        blocked=blocked.__getitem__,
        passed=passed.__getitem__ if asks else None,
        moves=draw(st.none() | truths.map(lambda found: found.__getitem__)),
        guarded=draw(st.none() | truths.map(of_edges)),
        seen=draw(truths.map(of_edges)) if asks else None,
    )


def out_of(terrain: Terrain, node: int) -> list[Step]:
    return [step for step in terrain.network.steps if step.source == node]


def walks(terrain: Terrain, source: int, longest: int) -> Iterator[tuple[Step, ...]]:
    ends: list[tuple[Step, ...]] = [(step,) for step in out_of(terrain, source)]
    for _ in range(longest):
        yield from ends
        ends = [(*walk, step) for walk in ends for step in out_of(terrain, walk[-1].target)]


def allows(truth: Truth, *, unknown: bool) -> bool:
    return truth is True or (truth is None and unknown)


def opens(truth: Truth, allowance: Allowance) -> bool:
    return truth is False or allowance.guards or (truth is None and allowance.unstated_guards)


def permitted(terrain: Terrain, walk: tuple[Step, ...], allowance: Allowance) -> bool:
    nodes = [walk[0].source, *(step.target for step in walk)]
    places = [terrain.network.steps.index(step) for step in walk]
    possible = allowance.possible
    if not allows(terrain.sources.get(nodes[0], False), unknown=possible):
        return False
    if nodes[0] == nodes[-1] or not allows(terrain.sinks.get(nodes[-1], False), unknown=possible):
        return False
    if not all(allows(terrain.moves(place), unknown=possible) for place in places if terrain.moves is not None):
        return False
    guards = [
        *map(terrain.blocked, nodes),
        *(terrain.guarded(step.edge) for step in walk if terrain.guarded is not None),
    ]
    if not all(opens(truth, allowance) for truth in guards):
        return False
    if terrain.passed is None:
        return True
    seen = [*map(terrain.passed, nodes), *(terrain.seen(step.edge) for step in walk if terrain.seen is not None)]
    return any(allows(truth, unknown=possible) for truth in seen)


@settings(max_examples=60)
@given(terrains(), st.sampled_from([OPEN, UNASSESSED, QUESTION, MITIGATED]))
def test_the_search_finds_the_sinks_of_all_walks_with_a_shortest_one(terrain: Terrain, allowance: Allowance) -> None:
    lengths: dict[int, int] = {}
    for source in terrain.sources:
        for walk in walks(terrain, source, LONGEST):
            sink = walk[-1].target
            if permitted(terrain, walk, allowance) and len(walk) < lengths.get(sink, LONGEST + 1):
                lengths[sink] = len(walk)
    found = reach(terrain, allowance)
    assert {sink: len(found.path(sink)) for sink in found.sinks} == lengths


@settings(max_examples=60)
@given(terrains(), st.sampled_from([OPEN, UNASSESSED, QUESTION, MITIGATED]))
def test_each_path_is_a_walk_that_is_permitted(terrain: Terrain, allowance: Allowance) -> None:
    found = reach(terrain, allowance)
    for sink in found.sinks:
        path = found.path(sink)
        assert path[-1].target == sink
        assert path[0].source == found.origins[found.sinks[sink]]
        assert all(here.target == there.source for here, there in pairwise(path))
        assert permitted(terrain, path, allowance)


@given(terrains())
def test_what_is_allowed_more_reaches_more(terrain: Terrain) -> None:
    strict, unassessed, possible, unguarded = (
        set(reach(terrain, level).sinks) for level in (OPEN, UNASSESSED, QUESTION, MITIGATED)
    )
    assert strict <= unassessed
    assert unassessed <= possible
    assert unassessed <= unguarded


@given(terrains())
def test_a_search_that_no_unstated_guard_stopped_finds_what_a_search_past_them_finds(terrain: Terrain) -> None:
    strict = reach(terrain, OPEN)
    if None not in strict.stopped:
        assert strict.sinks.keys() == reach(terrain, UNASSESSED).sinks.keys()
