"""Smaller diagrams from larger ones: elements behind stubs, parallel flows as one arrow. No flow is lost on the way."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from threatdsl.report.diagram.dfd import MANY_FLOWS, NO_BADGE, Arrow, Diagram, Node, Zone
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.words import some, verb

WORST_FIRST = (Protection.CLEAR, Protection.UNSTATED, Protection.FINE)
NAMED = 3  # elements that a stub names
MOST_DETAILS = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Elements to draw as one stub, inside the outline of `zone`; `of` is how many elements there are with them.

    `view` is where they are drawn in full.
    """

    id: str
    zone: str | None
    members: tuple[str, ...]
    of: int
    view: str = ""


def only(diagram: Diagram, nodes: frozenset[str], arrows: Iterable[Arrow]) -> Diagram:
    """The diagram with these elements and arrows, and the zones around them."""
    kept = tuple(node for node in diagram.nodes if node.id in nodes)
    return replace(diagram, nodes=kept, arrows=tuple(arrows), zones=_around(diagram, kept))


def grouped(diagram: Diagram, groups: Iterable[Group]) -> Diagram:
    """The diagram with each group as a stub; flows within one are left to the stub's own view."""
    groups = tuple(groups)
    if not groups:
        return diagram
    stub_of = {id_: group.id for group in groups for id_ in group.members}
    parents = {zone.id: zone.parent for zone in diagram.zones}
    table = {node.id: node for node in diagram.nodes}
    inside: dict[str, list[Arrow]] = {group.id: [] for group in groups}
    leading = []
    for arrow in diagram.arrows:
        source, target = stub_of.get(arrow.source, arrow.source), stub_of.get(arrow.target, arrow.target)
        if source == target and source in inside:
            inside[source].append(arrow)
        else:
            leading.append(replace(arrow, source=source, target=target))
    stubs = {group.id: _stub(group, table, inside[group.id]) for group in groups}
    shown = tuple(_with_stubs(diagram.nodes, stub_of, stubs))
    zone_of = {node.id: node.zone for node in shown}
    arrows = tuple(
        replace(arrow, zone=_shared(zone_of[arrow.source], zone_of[arrow.target], parents)) for arrow in leading
    )
    swallowed = {node.zone for node in diagram.nodes if node.id in stub_of} - set(zone_of.values())
    return replace(diagram, nodes=shown, arrows=arrows, zones=_without(diagram, shown, swallowed))


def merged(diagram: Diagram) -> Diagram:
    """The diagram with one arrow for flows with the same ends and protection.

    Whatever their protection, where flows are many, and between stubs.
    """
    kindly = tuple(_merged(diagram, by_protection=True))
    if sum(not arrow.muted for arrow in kindly) > MANY_FLOWS:
        kindly = tuple(_merged(diagram, by_protection=False))
    return replace(diagram, arrows=kindly)


def _merged(diagram: Diagram, *, by_protection: bool) -> Iterator[Arrow]:
    stubs = {node.id for node in diagram.nodes if node.notation == "stub"}
    alike: dict[tuple[object, ...], list[Arrow]] = {}
    for arrow in diagram.arrows:
        apart_by_look = by_protection and not arrow.muted and not {arrow.source, arrow.target} <= stubs
        look = arrow.protection if apart_by_look else ""
        apart = arrow.hop  # steps that say different things stay apart
        alike.setdefault((arrow.source, arrow.target, arrow.muted, apart, look), []).append(arrow)
    for same in alike.values():
        yield _joined(same) if len(same) > 1 else same[0]


def _joined(arrows: list[Arrow]) -> Arrow:
    details = tuple(dict.fromkeys(detail for arrow in arrows for detail in arrow.details))
    return replace(
        arrows[0],
        title="",
        details=details[:MOST_DETAILS] + ((f"+{more}",) if (more := len(details) - MOST_DETAILS) > 0 else ()),
        protection=min((arrow.protection for arrow in arrows), key=WORST_FIRST.index),
        crosses=any(arrow.crosses for arrow in arrows),
        badge=NO_BADGE.joined(*(arrow.badge for arrow in arrows)),
        parts=tuple(part for arrow in arrows for part in arrow.flows),
    )


def _stub(group: Group, table: Mapping[str, Node], inside: Iterable[Arrow]) -> Node:
    nodes = [table[id_] for id_ in group.members]
    ranks = [node.rank for node in nodes if node.rank is not None]
    whole = len(nodes) == group.of
    return Node(
        id=group.id,
        notation="stub",
        kind=f"{'' if whole else f'{len(nodes)} of '}{group.of} {verb(group.of, 'element', 'elements')}",
        title=some([node.title for node in nodes], NAMED),
        technology="",
        zone=group.zone,
        rank=max(ranks, default=None),
        badge=NO_BADGE.joined(*(node.badge for node in nodes), *(arrow.badge for arrow in inside)),
        members=group.members,
        view=group.view,
        muted=all(node.muted for node in nodes),
    )


def _with_stubs(nodes: Iterable[Node], stub_of: Mapping[str, str], stubs: Mapping[str, Node]) -> Iterator[Node]:
    """The nodes with each stub in the place of the first that it stands for."""
    seen: set[str] = set()
    for node in nodes:
        stub = stub_of.get(node.id)
        if stub is None:
            yield node
        elif stub not in seen:
            seen.add(stub)
            yield stubs[stub]


def _shared(first: str | None, second: str | None, parents: Mapping[str, str | None]) -> str | None:
    """The innermost zone that holds both."""
    around = set()
    while first is not None:
        around.add(first)
        first = parents[first]
    while second is not None and second not in around:
        second = parents[second]
    return second


def _around(diagram: Diagram, nodes: Iterable[Node]) -> tuple[Zone, ...]:
    """The zones that hold one of the nodes."""
    parents = {zone.id: zone.parent for zone in diagram.zones}
    found: set[str] = set()
    for node in nodes:
        zone = node.zone
        while zone is not None and zone not in found:
            found.add(zone)
            zone = parents[zone]
    return tuple(zone for zone in diagram.zones if zone.id in found)


def _without(diagram: Diagram, shown: tuple[Node, ...], swallowed: set[str | None]) -> tuple[Zone, ...]:
    """The zones without those whose elements all stand in a stub further out, and without the empty ones in these."""
    used = {zone.id for zone in _around(diagram, shown)}
    stubbed = {node.zone for node in shown if node.notation == "stub"}
    hidden = set(swallowed)
    for zone in diagram.zones:  # an outer zone comes before those in it
        if zone.id not in used and (zone.parent in hidden or zone.parent in stubbed):
            hidden.add(zone.id)
    return tuple(zone for zone in diagram.zones if zone.id in used or zone.id not in hidden)
