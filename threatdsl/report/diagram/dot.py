"""A diagram in the language of Graphviz."""

from collections.abc import Iterator
from dataclasses import dataclass

from threatdsl.report.diagram.dfd import Arrow, Badge, Diagram, Node, Zone
from threatdsl.report.diagram.direction import ends, level_groups, pushes, reversed_arrows
from threatdsl.report.diagram.markup import PLAIN, SPACE, line, run, table, with_badge
from threatdsl.report.diagram.palette import GREY, INK, LINE, PAPER, QUIET, RED
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.names import anchor
from threatdsl.report.words import packed, wrapped

TITLE_WIDTH, DETAIL_WIDTH = 24, 30  # columns
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """How much is asked of the layout, and whether words are drawn.

    `level` is how many elements may stand side by side, `label` the columns of the label of a flow.
    """

    splines: str = "true"
    level: int = 6
    compound: bool = True
    words: bool = True
    label: int = 28


def dot(diagram: Diagram, settings: Settings = Settings()) -> str:
    """The diagram as a DOT graph. Each flow is a small node on its line, and two edges."""
    return "\n".join(["digraph threatdsl {", *_lines(diagram, settings), "}", ""])


def _lines(diagram: Diagram, settings: Settings) -> Iterator[str]:
    nodesep, ranksep = (0.18, 0.5) if diagram.terse else (0.22, 0.2)
    yield (
        f"  graph [newrank=true compound={str(settings.compound).lower()} rankdir=TB splines={settings.splines} "
        f'nodesep={nodesep} ranksep={ranksep} bgcolor="transparent" fontname="Arial" margin=0 pad=0.06 '
        "remincross=true mclimit=4 outputorder=edgesfirst]"
    )
    yield '  node [fontname="Arial" margin="0.09,0.055"]'
    yield '  edge [fontname="Arial" arrowhead=normal]'
    turned = reversed_arrows(diagram)
    groups = {group[0]: group for group in level_groups(diagram, turned, settings.level)}
    yield from _inside(diagram, None, settings, groups, "  ")
    for arrow in diagram.arrows:
        yield from _edges(arrow, turned)
    if settings.compound:
        for upper, lower in pushes(diagram, turned):
            yield f"  {_key(upper)} -> {_key(lower)} [style=invis weight=0]"


def _inside(
    diagram: Diagram, zone: str | None, settings: Settings, groups: dict[str, tuple[str, ...]], indent: str
) -> Iterator[str]:
    """What stands directly in a zone, and the zones in it."""
    nodes = [node for node in diagram.nodes if node.zone == zone]
    inner = [child for child in diagram.zones if child.parent == zone]
    for node in nodes:
        yield f"{indent}{_node(node, words=settings.words)}"
        if node.id in groups:
            yield f"{indent}{{rank=same; {' '.join(f'{_key(id_)};' for id_ in groups[node.id])}}}"
    for arrow in diagram.arrows:
        if arrow.zone == zone:
            yield f"{indent}{_label(arrow, settings, terse=diagram.terse)}"
    if zone is not None and not nodes and not inner:
        yield f'{indent}"empty-{anchor(zone)}" [style=invis shape=point width=0.3]'  # an empty zone is drawn too
    for child in inner:
        yield f'{indent}subgraph "cluster_{anchor(child.id)}" {{'
        yield f"{indent}  {_zone(child, words=settings.words)}"
        yield from _inside(diagram, child.id, settings, groups, indent + "  ")
        yield f"{indent}}}"


def _key(id_: str) -> str:
    return f'"{anchor(id_)}"'


def _zone(zone: Zone, *, words: bool) -> str:
    text = f"{zone.title}  {zone.trust}"
    name = run(zone.title, 9, INK, bold=True) + run(f"{SPACE}{SPACE}{zone.trust}", 8, zone.tint.word)
    label = f"label=<{table([line(name, text, 9)])}>" if words else 'label=""'
    return (
        f'id="{zone.anchor}"; class="boundary {zone.tint.name}"; style="dashed,filled,rounded"; '
        f'fillcolor="{zone.tint.fill}"; color="{zone.tint.line}"; penwidth={zone.tint.width}; '
        f"margin=12; labeljust=l; labelloc=t; {label};"
    )


def _node(node: Node, *, words: bool) -> str:
    name = f'{_key(node.id)} [id="{node.anchor}" class="el {node.notation}"'
    if not words:
        return f"{name} {_mute_shape(node)}]"
    body = table(
        line(run(text, size, colour, bold=bold), text, size)
        for full, width, size, colour, bold in (
            (node.kind, DETAIL_WIDTH, 8, GREY, False),
            (node.title, TITLE_WIDTH, 10, INK, True),
            (node.technology, DETAIL_WIDTH, 8, GREY, False),
        )
        for text in wrapped(full, width, MOST_LINES)
    )
    return f"{name} {_shape(node, body)}]"


def _shape(node: Node, body: str) -> str:
    content = with_badge(body, node.badge)
    if node.notation in ("store", "queue"):
        inner = table([f"<TR>{content}</TR>"])
        slots = "".join(f'<TD SIDES="{sides}" WIDTH="5" CELLPADDING="0"></TD>' for sides in ("TBLR", "TBR", "TBR"))
        row = f'<TR><TD SIDES="TB">{inner}</TD>{slots if node.notation == "queue" else ""}</TR>'
        frame = f'BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="5" BGCOLOR="{PAPER}" COLOR="{INK}"'
        return f"shape=plain label=<{table([row], frame)}>"
    style = 'style="filled" penwidth=1.8' if node.notation == "external" else 'style="rounded,filled" penwidth=1'
    label = body if node.badge == Badge() else table([f"<TR>{content}</TR>"])
    return f'shape=box {style} fillcolor="{PAPER}" color="{INK}" label=<{label}>'


def _mute_shape(node: Node) -> str:
    """The shape without words, for the picture on a cover."""
    if node.notation in ("store", "queue"):
        slots = "".join(f'<TD SIDES="{sides}" WIDTH="3" CELLPADDING="0"></TD>' for sides in ("TBLR", "TBR"))
        row = f'<TR><TD SIDES="TB" WIDTH="38" HEIGHT="15"></TD>{slots if node.notation == "queue" else ""}</TR>'
        frame = f'BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="0" BGCOLOR="{PAPER}" COLOR="{INK}"'
        return f"shape=plain label=<{table([row], frame)}>"
    style = 'style="filled" penwidth=1.6' if node.notation == "external" else 'style="rounded,filled" penwidth=0.9'
    return f'shape=box fixedsize=true width=0.62 height=0.26 label="" {style} fillcolor="{PAPER}" color="{INK}"'


def _label(arrow: Arrow, settings: Settings, *, terse: bool) -> str:
    name = f'"{arrow.anchor}" [id="{arrow.anchor}" class="pill {arrow.protection}"'
    colour = RED if arrow.protection is Protection.CLEAR else INK
    if not settings.words:
        return f'{name} shape=point width=0.05 label="" color="{colour}" fillcolor="{colour}"]'
    return f"{name} shape=plain label=<{_number_only(arrow) if terse else _full_label(arrow, settings.label)}>]"


def _number_only(arrow: Arrow) -> str:
    """Above twenty flows: white on red when unprotected, `?` and dashed when nobody stated it."""
    clear, unstated = arrow.protection is Protection.CLEAR, arrow.protection is Protection.UNSTATED
    text = f"{arrow.number}?" if unstated else str(arrow.number)
    frame = (
        f'BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" COLOR="{RED if clear else LINE}" '
        f'STYLE="{"ROUNDED,DASHED" if unstated else "ROUNDED"}" BGCOLOR="{RED if clear else PAPER}"'
    )
    return table([f"<TR><TD>{run(text, 8, PAPER if clear else INK, bold=True)}</TD></TR>"], frame)


def _full_label(arrow: Arrow, width: int) -> str:
    rows = []
    for index, text in enumerate(wrapped(arrow.title, width, 4) or ("",)):
        number = run(f"{arrow.number}{SPACE * 2 if text else ''}", 9, INK, bold=True) if index == 0 else ""
        rows.append(line(number + run(text, 9, INK), f"{arrow.number}  {text}", 9))
    clear, unstated = arrow.protection is Protection.CLEAR, arrow.protection is Protection.UNSTATED
    said = "clear text" if clear else "not stated" if unstated else ""
    details = packed((*([said] if said else []), *arrow.details), width)
    for index, text in enumerate(details):
        marked = run(said, 8, RED if clear else GREY, bold=True) if said and index == 0 else ""
        rows.append(line(marked + run(text.removeprefix(said) if marked else text, 8, GREY), text, 8))
    frame = (
        f'BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" COLOR="{RED if clear else LINE}" '
        f'STYLE="{"ROUNDED,DASHED" if unstated else "ROUNDED"}" BGCOLOR="{PAPER}"'
    )
    return table([f"<TR>{with_badge(table(rows, PLAIN), arrow.badge)}</TR>"], frame)


def _edges(arrow: Arrow, turned: frozenset[int]) -> Iterator[str]:
    """The two halves of a flow's line. A flow from an element to itself hangs below it."""
    upper, lower = (_key(id_) for id_ in ends(arrow, turned))
    label = f'"{arrow.anchor}"'
    first, second = ("back", "none") if arrow.number in turned else ("none", "forward")
    pairs = ((upper, f"{label}:n", first), (f"{label}:s", lower, second))
    if upper == lower:
        pairs = ((upper, f"{label}:nw", "none"), (upper, f"{label}:ne", "back"))
    for (tail, head, direction), half in zip(pairs, "ab", strict=True):
        yield (
            f'  {tail} -> {head} [id="{arrow.anchor}-{half}" class="flow {arrow.protection} f{arrow.number}" '
            f"dir={direction} {_stroke(arrow)}]"
        )


def _stroke(arrow: Arrow) -> str:
    colour, width = (INK, 1.7) if arrow.crosses else (QUIET, 0.9)
    head = 0.75 if arrow.crosses else 0.65
    weight = 2 if arrow.crosses else 3
    if arrow.protection is Protection.CLEAR:
        return f'color="{RED}:{RED}" penwidth=1.1 arrowsize=0.75 weight={weight}'
    if arrow.protection is Protection.UNSTATED:
        return f'color="{INK}" style=dashed penwidth={1.5 if arrow.crosses else 1.0} arrowsize={head} weight={weight}'
    return f'color="{colour}" penwidth={width} arrowsize={head} weight={weight}'
