"""Which boundaries a diagram opens and which it shows as stubs, so that it stays readable."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from threatdsl.report.diagram.dfd import Arrow, Diagram, Node
from threatdsl.report.diagram.reduce import Group, grouped, merged, only

MOST_NODES = 50  # a reader follows no more
MOST_ARROWS = 80
MOST_ROOM = 64  # elements and arrows: what fills an A3 page with text of 5 points
MOST_NEIGHBOURS = 12
OUTSIDE = "*outside"  # no id of a model has a star


@dataclass(frozen=True, slots=True)
class Tree:
    """The zones of a diagram as a tree: `inner` the zones and `nodes` the elements directly in each, None outside all.

    `around` are the zones around each zone, itself first; `touching` the arrows at each element.
    """

    diagram: Diagram
    inner: dict[str | None, tuple[str, ...]]
    nodes: dict[str | None, tuple[Node, ...]]
    around: dict[str | None, tuple[str, ...]]
    touching: dict[str, tuple[Arrow, ...]]

    def within(self, zone: str | None) -> tuple[Node, ...]:
        """The elements in a zone and in the zones in it."""
        return (*self.nodes.get(zone, ()), *(node for child in self.inner.get(zone, ()) for node in self.within(child)))


def tree(diagram: Diagram) -> Tree:
    """The tree of a diagram's zones."""
    inner: dict[str | None, list[str]] = {}
    nodes: dict[str | None, list[Node]] = {}
    around: dict[str | None, tuple[str, ...]] = {None: ()}
    touching: dict[str, dict[int, Arrow]] = {node.id: {} for node in diagram.nodes}
    for zone in diagram.zones:  # an outer zone comes before those in it
        inner.setdefault(zone.parent, []).append(zone.id)
        around[zone.id] = (zone.id, *around[zone.parent])
    for node in diagram.nodes:
        nodes.setdefault(node.zone, []).append(node)
    for arrow in diagram.arrows:
        touching[arrow.source][arrow.number] = arrow
        touching[arrow.target][arrow.number] = arrow
    return Tree(
        diagram,
        {id_: tuple(found) for id_, found in inner.items()},
        {id_: tuple(found) for id_, found in nodes.items()},
        around,
        {id_: tuple(found.values()) for id_, found in touching.items()},
    )


def closed(forest: Tree, opened: frozenset[str | None]) -> Diagram:
    """The diagram with the opened zones in full and the outermost of the others as stubs, parallel flows merged."""
    return merged(grouped(forest.diagram, _closed_groups(forest, None, opened)))


def _closed_groups(forest: Tree, zone: str | None, opened: frozenset[str | None]) -> Iterable[Group]:
    for child in forest.inner.get(zone, ()):
        if child in opened:
            yield from _closed_groups(forest, child, opened)
        else:
            yield from _whole(forest, child)


def _whole(forest: Tree, zone: str) -> Iterable[Group]:
    """A zone as one stub. A single element is no smaller as a stub, and an empty zone has none."""
    members = forest.within(zone)
    if len(members) > 1:
        yield Group(zone, zone, tuple(node.id for node in members), len(members), f"boundary:{zone}")


def fits(diagram: Diagram, room: int = MOST_ROOM) -> bool:
    """Whether a reader can follow a diagram, and a sheet of paper hold it: elements and arrows are at most `room`."""
    arrows = len(diagram.arrows)
    return len(diagram.nodes) <= MOST_NODES and arrows <= MOST_ARROWS and len(diagram.nodes) + arrows <= room


def fitted(diagram: Diagram, wanted: Iterable[str] = ()) -> Diagram:
    """The diagram with as many zones in full as fit, outer ones first, those around `wanted` elements in any case.

    Those within one boundary open together or not at all, so that equals look equal. What fits is shown whole.
    """
    whole = merged(diagram)
    if fits(whole):
        return whole
    forest = tree(diagram)
    zone_of = {node.id: node.zone for node in diagram.nodes}
    needed = frozenset(zone for id_ in wanted for zone in forest.around[zone_of[id_]])
    return _largest(diagram, forest, (None, MOST_ROOM), needed)


def _largest(
    diagram: Diagram,
    forest: Tree,
    place: tuple[str | None, int],
    needed: frozenset[str],
    beside: tuple[Group, ...] = (),
) -> Diagram:
    """The diagram with as many of the zones within one in full as fit its room, and the groups beside it as stubs."""
    root, room = place
    order = _opening(forest, root, needed, len(beside))
    while True:
        opened = frozenset((*needed, *chain(*order)))
        shown = merged(grouped(diagram, (*beside, *_closed_groups(forest, root, opened))))
        if not order or fits(shown, room):
            return shown
        order = order[:-1]


def _opening(forest: Tree, root: str | None, needed: frozenset[str], beside: int) -> list[tuple[str, ...]]:
    """The zones that can be opened without passing the limit of elements, those within one zone at a time."""
    size = {id_: len(forest.nodes.get(id_, ())) + len(forest.inner.get(id_, ())) for id_ in forest.around}
    total = beside + size.get(root, 0) + sum(size[id_] - 1 for id_ in needed)
    opened: set[str | None] = {root, *needed}
    order: list[tuple[str, ...]] = []
    for parent in sorted(forest.inner, key=lambda id_: (len(forest.around[id_]), size[id_], id_ or "")):
        inner = tuple(id_ for id_ in forest.inner[parent] if id_ not in opened)
        more = sum(size[id_] - 1 for id_ in inner)
        if inner and parent in opened and total + more <= MOST_NODES:
            total += more
            opened.update(inner)
            order.append(inner)
    return order


def boundary(forest: Tree, zone: str, room: int = MOST_ROOM) -> Diagram:
    """A zone in full, as far as the room allows, and its neighbours as stubs in the outlines of their own zones."""
    inside = forest.within(zone)
    ids = frozenset(node.id for node in inside)
    arrows = {arrow.number: arrow for node in inside for arrow in forest.touching[node.id]}
    others = {end for arrow in arrows.values() for end in (arrow.source, arrow.target)} - ids
    part = only(forest.diagram, ids | others, [arrows[number] for number in sorted(arrows)])
    return _largest(part, forest, (zone, room), frozenset(), _neighbours(forest, zone, others))


def _neighbours(forest: Tree, zone: str, others: set[str]) -> tuple[Group, ...]:
    """The elements beside a zone as stubs: by their own zones, or, where these are many, by zones further out."""
    own = set(forest.around[zone])
    depth = max(map(len, forest.around.values()))
    groups = _by_place(forest, others, own, depth)
    while len(groups) > MOST_NEIGHBOURS and depth > 1:
        depth -= 1
        groups = _by_place(forest, others, own, depth)
    found = (_beside(forest, place, members, own) for place, members in groups.items())
    return tuple(group for group in found if group.of > 1)  # a single element says more than its stub


def _by_place(forest: Tree, others: set[str], own: set[str], depth: int) -> dict[str | None, list[Node]]:
    """The elements by the zone in whose outline their stub stands: their own, or one around it, at most so deep."""
    groups: dict[str | None, list[Node]] = {}
    for node in forest.diagram.nodes:
        if node.id in others:
            groups.setdefault(_at_depth(forest, node.zone, depth, own), []).append(node)
    return groups


def _at_depth(forest: Tree, zone: str | None, depth: int, own: set[str]) -> str | None:
    """A zone, or the one around it that is no deeper; one that holds the focus only for elements directly in it."""
    around = [id_ for id_ in forest.around[zone] if id_ not in own]
    return around[max(0, len(around) - depth)] if around else zone


def _beside(forest: Tree, place: str | None, members: list[Node], own: set[str]) -> Group:
    own_only = place is None or place in own or all(node.zone == place for node in members)
    total = forest.nodes.get(place, ()) if own_only else forest.within(place)
    view = f"boundary:{place}" if place else "overview"
    return Group(place or OUTSIDE, place, tuple(node.id for node in members), len(total), view)
