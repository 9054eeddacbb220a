"""The search against the enumeration of all walks on small graphs."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from threatdsl.rules.finding import Hop
from threatdsl.rules.search import MITIGATED, OPEN, QUESTION, UNASSESSED, Allowance, Edge, Terrain, out_of_each, reach
from threatdsl.rules.values import Truth

NODES = ("a", "b", "c", "d")
TRUTHS = st.sampled_from([True, False, None])
EDGES = st.lists(
    st.builds(
        lambda source, target, moves, passes, seen: Edge(Hop(source, target, f"{source}{target}"), moves, passes, seen),
        st.sampled_from(NODES),
        st.sampled_from(NODES),
        TRUTHS,
        TRUTHS,
        TRUTHS,
    ),
    max_size=6,
    unique_by=lambda edge: edge.hop.edge,
)
PER_NODE = st.fixed_dictionaries(dict.fromkeys(NODES, TRUTHS))
# Each state (element, seen) at most once from each source: a walk that is longer repeats one.
LONGEST = 2 * len(NODES)


@st.composite
def terrains(draw: st.DrawFn) -> Terrain:
    sources, sinks, blocked, passed = (draw(PER_NODE) for _ in range(4))
    return Terrain(
        edges=out_of_each(draw(EDGES)),
        sources={node: truth for node, truth in sources.items() if truth is not False},
        sink=sinks.__getitem__,
        blocked=blocked.__getitem__,
        passed=passed.__getitem__ if draw(st.booleans()) else None,
    )


def walks(terrain: Terrain, source: str, longest: int) -> Iterator[tuple[Edge, ...]]:
    ends: list[tuple[Edge, ...]] = [(edge,) for edge in terrain.edges.get(source, ())]
    for _ in range(longest):
        yield from ends
        ends = [(*walk, edge) for walk in ends for edge in terrain.edges.get(walk[-1].hop.target, ())]


def allows(truth: Truth, *, unknown: bool) -> bool:
    return truth is True or (truth is None and unknown)


def permitted(terrain: Terrain, walk: tuple[Edge, ...], allowance: Allowance) -> bool:
    nodes = [walk[0].hop.source, *(edge.hop.target for edge in walk)]
    if not allows(terrain.sources.get(nodes[0], False), unknown=allowance.possible):
        return False
    if nodes[0] == nodes[-1] or not allows(terrain.sink(nodes[-1]), unknown=allowance.possible):
        return False
    if not all(allows(edge.moves, unknown=allowance.possible) for edge in walk):
        return False
    if not allowance.guards:
        open_hops = all(allows(edge.passes, unknown=allowance.unstated_guards) for edge in walk)
        blocked = {terrain.blocked(node) for node in nodes}
        if not open_hops or True in blocked or (None in blocked and not allowance.unstated_guards):
            return False
    if terrain.passed is None:
        return True
    seen = [*map(terrain.passed, nodes), *(edge.seen for edge in walk)]
    return any(allows(truth, unknown=allowance.possible) for truth in seen)


@settings(max_examples=60)
@given(terrains(), st.sampled_from([OPEN, UNASSESSED, QUESTION, MITIGATED]))
def test_the_search_finds_the_sinks_of_all_walks_with_a_shortest_one(terrain: Terrain, allowance: Allowance) -> None:
    lengths: dict[str, int] = {}
    for source in terrain.sources:
        for walk in walks(terrain, source, LONGEST):
            sink = walk[-1].hop.target
            if permitted(terrain, walk, allowance) and len(walk) < lengths.get(sink, LONGEST + 1):
                lengths[sink] = len(walk)
    found = dict(reach(terrain, allowance))
    assert {sink: len(path) for sink, path in found.items()} == lengths


@settings(max_examples=60)
@given(terrains(), st.sampled_from([OPEN, UNASSESSED, QUESTION, MITIGATED]))
def test_each_path_is_a_walk_that_is_permitted(terrain: Terrain, allowance: Allowance) -> None:
    by_hop = {edge.hop: edge for edges in terrain.edges.values() for edge in edges}
    for sink, path in reach(terrain, allowance):
        assert path[-1].target == sink
        assert all(here.target == there.source for here, there in pairwise(path))
        assert permitted(terrain, tuple(by_hop[hop] for hop in path), allowance)


@given(terrains())
def test_what_is_allowed_more_reaches_more(terrain: Terrain) -> None:
    reached = [{sink for sink, _ in reach(terrain, level)} for level in (OPEN, UNASSESSED)]
    assert reached[0] <= reached[1]
    assert reached[1] <= {sink for sink, _ in reach(terrain, QUESTION)}
    assert reached[1] <= {sink for sink, _ in reach(terrain, MITIGATED)}
