"""Which way an arrow is laid out, so that trust rises downwards and no cycle confuses the layout.

An arrow that is laid out upside down is drawn with its head at the other end: the reader sees no difference.
"""

from collections.abc import Iterator
from math import isqrt

from threatdsl.report.diagram.dfd import Arrow, Diagram, Node, Zone

OUTSIDE = ("untrusted", "partner")
MOST_PUSHES = 16  # between two zones; a layout with hundreds takes a minute


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
    falling = frozenset(turned)
    for arrow in diagram.arrows:
        upper, lower = ends(arrow, falling)
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
        if zone.tint.name in (*OUTSIDE, "restricted") and apart and 1 < len(members) <= most:
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
            seen.update(new)
            todo.extend(new)
        found[start] = frozenset(seen)
    return found


def pushes(diagram: Diagram, turned: frozenset[int]) -> tuple[tuple[str, str], ...]:
    """Pairs of elements of which the first is laid out higher though no flow says so.

    Of two zones side by side the less trusted one comes above the other, and of the same trust the one that the flows
    leave; where that is no cycle, and between zones that are not large. So zones stand below each other, as paper is,
    and trust rises downwards.
    """
    below = {id_: set(found) for id_, found in _below(diagram, turned).items()}
    members = {zone.id: _members(diagram, zone) for zone in diagram.zones}
    found = []
    for upper_zone, lower_zone in _stacked(diagram, below, members):
        inside = members[upper_zone.id], members[lower_zone.id]
        lowest = [id_ for id_ in inside[0] if not below[id_] & set(inside[0])]
        led_to = set().union(*(below[id_] for id_ in inside[1]))
        highest = [id_ for id_ in inside[1] if id_ not in led_to]
        if len(lowest) * len(highest) > MOST_PUSHES:
            continue
        for upper in lowest:
            for lower in highest:
                if lower not in below[upper] and upper not in below[lower]:
                    found.append((upper, lower))
                    _put_below(below, upper, lower)
    return tuple(found)


def stacks(diagram: Diagram, most: int) -> Iterator[tuple[str, str]]:
    """Pairs of elements without flows of which the first stands above the second.

    Where a zone has more than `most`, which would else stand in one row that no paper holds.
    """
    busy = {end for arrow in diagram.arrows for end in (arrow.source, arrow.target)}
    for zone in (None, *(zone.id for zone in diagram.zones)):
        idle = [node.id for node in diagram.nodes if node.zone == zone and node.id not in busy]
        columns = isqrt(len(idle))
        if len(idle) > most:
            yield from zip(idle, idle[columns:], strict=False)


def _put_below(below: dict[str, set[str]], upper: str, lower: str) -> None:
    new = below[lower] | {lower}
    for id_, seen in below.items():
        if id_ == upper or upper in seen:
            seen.update(new)


def _stacked(
    diagram: Diagram, below: dict[str, set[str]], members: dict[str, tuple[str, ...]]
) -> Iterator[tuple[Zone, Zone]]:
    """Zones with the same parent that belong above one another."""
    for first in diagram.zones:
        for second in diagram.zones:
            if first.id == second.id or first.parent != second.parent or _both_outside(first, second):
                continue
            if first.rank is not None and second.rank is not None and first.rank != second.rank:
                above = first.rank < second.rank
            else:
                above = _leads(below, members[first.id], members[second.id])
            if above:
                yield first, second


def _both_outside(first: Zone, second: Zone) -> bool:
    """Whether both are the world outside, whose parts stand side by side."""
    return first.parent is None and first.tint.name in OUTSIDE and second.tint.name in OUTSIDE


def _leads(below: dict[str, set[str]], first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether flows lead down from the first elements to the second, and none back."""
    down = any(below[id_] & set(second) for id_ in first)
    return down and not any(below[id_] & set(first) for id_ in second)


def _members(diagram: Diagram, zone: Zone) -> tuple[str, ...]:
    """The elements in a zone and in the zones within it."""
    inner = {zone.id}
    for other in diagram.zones:  # an outer zone comes before those in it
        if other.parent in inner:
            inner.add(other.id)
    return tuple(node.id for node in diagram.nodes if node.zone in inner)
