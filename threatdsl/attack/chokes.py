"""Where all ways meet: dominators, and the smallest set of elements that cuts the ways."""

from collections.abc import Iterator
from typing import Any

from threatdsl.attack.blast import Blasts
from threatdsl.attack.paths import AttackPath, ChokePoint
from threatdsl.attack.shortest import all_moves
from threatdsl.attack.steps import Steps

Node = tuple[str, str]
START: Node = ("start", "")
END: Node = ("end", "")


def choke_points(steps: Steps, paths: tuple[AttackPath, ...], blasts: Blasts) -> tuple[ChokePoint, ...]:
    """The elements that every way to some data passes, those of most paths first; where it is kept is none of them."""
    import networkx as nx

    graph: Any = nx.DiGraph()
    graph.add_edges_from((START, ("at", entry)) for entry in steps.entries)
    graph.add_edges_from((("at", move.step.source), ("at", move.step.target)) for move in all_moves(steps))
    graph.add_edges_from((("at", id_), ("data", data)) for id_, kept in steps.kept.items() for data in kept)
    for id_, reads in steps.reads.items():
        graph.add_edges_from((("at", id_), ("data", data)) for _, some in reads for data in some)
    for source, tap, data in _leaks(steps):
        graph.add_edge(("at", source), ("tap", tap))
        graph.add_edges_from((("tap", tap), ("data", one)) for one in data)
    above = nx.immediate_dominators(graph, START)
    over: dict[str, list[int]] = {}
    for number, path in enumerate(paths):
        for id_ in dict.fromkeys(_dominators(above, path.data)):
            if id_ not in steps.entries and path.data not in steps.kept.get(id_, ()):
                over.setdefault(id_, []).append(number)
    ordered = sorted(over.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(ChokePoint(id_, tuple(numbers), blasts.radius(id_)) for id_, numbers in ordered)


def _dominators(above: dict[Any, Any], data: str) -> list[str]:
    found: list[str] = []
    node = above[("data", data)]
    while node is not None and node != START:
        found.append(node[1])
        node = above[node]
    return found


def _leaks(steps: Steps) -> Iterator[tuple[str, str, frozenset[str]]]:
    """From where an element hands out which data, where it cannot be taken over from there anyway."""
    for source, taps in steps.taps.items():
        taken = {move.step.target for move in steps.moves.get(source, ())}
        for target in dict.fromkeys(tap.step.target for tap in taps if tap.step.target not in taken):
            if data := steps.tapped(target):
                yield source, target, data


def separating(steps: Steps) -> tuple[str, ...]:
    """The smallest set of elements between the entries and the data; a place of data only where nothing else cuts."""
    import networkx as nx
    from networkx.algorithms.flow import shortest_augmenting_path

    graph: Any = nx.DiGraph()
    moves = list(all_moves(steps))
    inner = {id_ for move in moves for id_ in (move.step.source, move.step.target)} | set(steps.kept)
    inner |= {move.step.target for reads in steps.reads.values() for move, _ in reads}
    dear = len(inner) + 1
    for id_ in inner - set(steps.entries):
        graph.add_edge(("in", id_), ("out", id_), capacity=dear if id_ in steps.kept else 1)
    graph.add_edges_from((START, ("out", entry)) for entry in steps.entries)
    graph.add_edges_from((("out", move.step.source), ("in", move.step.target)) for move in moves)
    graph.add_edges_from((("out", id_), END) for id_ in steps.kept)
    for id_, reads in steps.reads.items():
        for move, _ in reads:
            graph.add_edge(("read", move.step.target), END, capacity=dear)
            graph.add_edge(("out", id_), ("read", move.step.target))
    for source, tap, _ in _leaks(steps):
        graph.add_edge(("out", source), ("tapped", tap))
        graph.add_edge(("tapped", tap), ("left", tap), capacity=dear if tap in steps.stored else 1)
        graph.add_edge(("left", tap), END)
    if END not in graph or not nx.has_path(graph, START, END):
        return ()
    _, (near, far) = nx.minimum_cut(graph, START, END, flow_func=shortest_augmenting_path)
    cut = {node[1] for node in near for after in graph[node] if after in far and node != START and node[1]}
    return tuple(sorted(cut))
