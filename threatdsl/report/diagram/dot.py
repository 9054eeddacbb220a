"""A diagram in the language of Graphviz."""

from collections.abc import Iterator

from threatdsl.report.diagram.dfd import Arrow, Diagram
from threatdsl.report.diagram.direction import ends, level_groups, pushes, reversed_arrows, stacks
from threatdsl.report.diagram.labels import BEST, Settings, key, label_line, node_line, zone_lines
from threatdsl.report.diagram.palette import INK, MUTED_LINE, QUIET, RED
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.names import anchor

__all__ = ["Settings", "dot"]
Steered = frozenset[str]
TANGLED = 100  # arrows, above which no effort untangles them and each round takes seconds


def dot(diagram: Diagram, settings: Settings = BEST, name: str = "threatdsl", steered: Steered = frozenset()) -> str:
    """The diagram as a DOT graph of this name. Each flow is a small node on its line, and two edges.

    The halves in `steered` (`flow-7-a`) meet their element at its middle, above or below.
    """
    return "\n".join([f"digraph {name} {{", *_lines(diagram, settings, steered), "}", ""])


def _lines(diagram: Diagram, settings: Settings, steered: Steered) -> Iterator[str]:
    effort = "remincross=false mclimit=0.3 nslimit=3" if len(diagram.arrows) > TANGLED else "remincross=true mclimit=4"
    nodesep, ranksep = (0.12, 0.18) if diagram.terse else (0.22, 0.2)
    yield (
        f"  graph [newrank=true compound={str(settings.compound).lower()} rankdir=TB splines={settings.splines} "
        f'nodesep={nodesep} ranksep={ranksep} bgcolor="transparent" fontname="Arial" margin=0 pad=0.06 '
        f"{effort} outputorder=edgesfirst]"
    )
    yield '  node [fontname="Arial" margin="0.09,0.055"]'
    yield '  edge [fontname="Arial" arrowhead=normal]'
    turned = reversed_arrows(diagram)
    groups = {group[0]: group for group in level_groups(diagram, turned, settings.level)}
    yield from _inside(diagram, None, settings, groups, "  ")
    for arrow in diagram.arrows:
        yield from _edges(arrow, turned, steered)
    if settings.compound:
        for upper, lower in (*pushes(diagram, turned), *stacks(diagram, settings.level)):
            yield f"  {key(upper)} -> {key(lower)} [style=invis weight=0]"


def _inside(
    diagram: Diagram, zone: str | None, settings: Settings, groups: dict[str, tuple[str, ...]], indent: str
) -> Iterator[str]:
    """What stands directly in a zone, and the zones in it."""
    nodes = [node for node in diagram.nodes if node.zone == zone]
    inner = [child for child in diagram.zones if child.parent == zone]
    for node in nodes:
        yield f"{indent}{node_line(node, words=settings.words)}"
        if node.id in groups:
            yield f"{indent}{{rank=same; {' '.join(f'{key(id_)};' for id_ in groups[node.id])}}}"
    for arrow in diagram.arrows:
        if arrow.zone == zone:
            yield f"{indent}{label_line(arrow, settings, terse=diagram.terse)}"
    if zone is not None and not nodes and not inner:
        yield f'{indent}"empty-{anchor(zone)}" [style=invis shape=point width=0.3]'  # an empty zone is drawn too
    for child in inner:
        yield f'{indent}subgraph "cluster_{anchor(child.id)}" {{'
        yield f"{indent}  {zone_lines(child, words=settings.words)}"
        yield from _inside(diagram, child.id, settings, groups, indent + "  ")
        yield f"{indent}}}"


def _edges(arrow: Arrow, turned: frozenset[int], steered: Steered) -> Iterator[str]:
    """The two halves of a flow's line. A flow from an element to itself hangs below it."""
    upper, lower = (key(id_) for id_ in ends(arrow, turned))
    label = f'"{arrow.anchor}"'
    if upper != lower:
        upper += ":s" if f"{arrow.anchor}-a" in steered else ""
        lower += ":n" if f"{arrow.anchor}-b" in steered else ""
    first, second = ("back", "none") if arrow.number in turned else ("none", "forward")
    pairs = ((upper, f"{label}:n", first), (f"{label}:s", lower, second))
    if upper == lower:
        pairs = ((upper, f"{label}:nw", "none"), (upper, f"{label}:ne", "back"))
    for (tail, head, direction), half in zip(pairs, "ab", strict=True):
        yield (
            f'  {tail} -> {head} [id="{arrow.anchor}-{half}" class="{_classes(arrow)}" '
            f"dir={direction} {_stroke(arrow)}]"
        )


def _classes(arrow: Arrow) -> str:
    state = ["hop"] if arrow.hop else ["muted"] if arrow.muted else []
    return " ".join(("flow", arrow.protection, *state, *(f"f{part.number}" for part in arrow.flows)))


def _stroke(arrow: Arrow) -> str:
    if arrow.hop:
        return f'color="{RED}" penwidth=3 arrowsize=0.7 weight=4'
    if arrow.muted:
        return f'color="{MUTED_LINE}" penwidth=0.8 arrowsize=0.6 weight=1'
    colour, width = (INK, 1.7) if arrow.crosses else (QUIET, 0.9)
    head = 0.75 if arrow.crosses else 0.65
    weight = 2 if arrow.crosses else 3
    if arrow.protection is Protection.CLEAR:
        return f'color="{RED}:{RED}" penwidth=1.1 arrowsize=0.75 weight={weight}'
    if arrow.protection is Protection.UNSTATED:
        return f'color="{INK}" style=dashed penwidth={1.5 if arrow.crosses else 1.0} arrowsize={head} weight={weight}'
    return f'color="{colour}" penwidth={width} arrowsize={head} weight={weight}'
