"""Which way an arrow is laid out, so that trust rises downwards and no cycle confuses the layout.

An arrow that is laid out upside down is drawn with its head at the other end: the reader sees no difference.
"""

from threatdsl.report.dfd import Arrow, Diagram, Node


def reversed_arrows(diagram: Diagram) -> frozenset[int]:
    """The numbers of the arrows to lay out from target to source. The others and these together have no cycle."""
    nodes = {node.id: node for node in diagram.nodes}
    turned = {arrow.number for arrow in diagram.arrows if _falls(arrow, nodes)}
    return frozenset(turned ^ _back_edges(diagram, turned))


def ends(arrow: Arrow, turned: frozenset[int]) -> tuple[str, str]:
    """The upper and the lower end of an arrow as it is laid out."""
    return (arrow.target, arrow.source) if arrow.number in turned else (arrow.source, arrow.target)


def _falls(arrow: Arrow, nodes: dict[str, Node]) -> bool:
    """Whether the call goes to something less trusted; what nobody stated counts as neither."""
    source, target = nodes[arrow.source].rank, nodes[arrow.target].rank
    return source is not None and target is not None and target < source


def _back_edges(diagram: Diagram, turned: set[int]) -> set[int]:
    """The arrows that lead back to where a depth-first walk came from, in order of declaration."""
    leaving: dict[str, list[tuple[int, str]]] = {node.id: [] for node in diagram.nodes}
    for arrow in diagram.arrows:
        upper, lower = ends(arrow, frozenset(turned))
        if upper != lower:
            leaving[upper].append((arrow.number, lower))
    back: set[int] = set()
    state = dict.fromkeys(leaving, 0)  # 0 not seen, 1 on the way here, 2 done
    for start, edges_of_start in leaving.items():
        way = [(start, iter(edges_of_start))] if not state[start] else []
        state[start] = state[start] or 1
        while way:
            here, edges = way[-1]
            number, lower = next(edges, (0, ""))
            if not number:
                state[here] = 2
                way.pop()
            elif state[lower] == 1:
                back.add(number)
            elif not state[lower]:
                state[lower] = 1
                way.append((lower, iter(leaving[lower])))
    return back


def level_groups(diagram: Diagram, turned: frozenset[int], most: int) -> tuple[tuple[str, ...], ...]:
    """The elements of each zone that stand side by side: at most `most`, none above another.

    Only in zones that the world outside touches (untrusted, partner) or that hold the treasure (restricted).
    """
    below = _below(diagram, turned)
    groups = []
    for zone in diagram.zones:
        members = [node.id for node in diagram.nodes if node.zone == zone.id]
        apart = all(other not in below[member] for member in members for other in members)
        if zone.tint.name in ("untrusted", "partner", "restricted") and apart and 1 < len(members) <= most:
            groups.append(tuple(members))
    return tuple(groups)


def _below(diagram: Diagram, turned: frozenset[int]) -> dict[str, frozenset[str]]:
    """For each element, all that is laid out below it."""
    leaving: dict[str, set[str]] = {node.id: set() for node in diagram.nodes}
    for arrow in diagram.arrows:
        upper, lower = ends(arrow, turned)
        if upper != lower:
            leaving[upper].add(lower)
    found = {}
    for start in leaving:
        seen: set[str] = set()
        todo = [start]
        while todo:
            new = leaving[todo.pop()] - seen
            seen |= new
            todo.extend(new)
        found[start] = frozenset(seen)
    return found
