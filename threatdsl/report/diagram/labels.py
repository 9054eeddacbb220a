"""How the parts of a diagram look in Graphviz's language: zones, elements, stubs and the labels of flows."""

from dataclasses import dataclass

from threatdsl.report.diagram.dfd import NO_BADGE, Arrow, Node, Part, Zone
from threatdsl.report.diagram.markup import PLAIN, SPACE, line, run, table, with_badge
from threatdsl.report.diagram.palette import GREY, INK, LINE, MUTED, MUTED_LINE, PAPER, RED, STUB, STUB_LINE
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.names import anchor
from threatdsl.report.words import packed, some, wrapped

TITLE_WIDTH, DETAIL_WIDTH, HOP_WIDTH = 24, 30, 38  # columns
MOST_LINES = 4
LISTED, NUMBERED = 3, 4  # flows of one arrow: so many by their titles, so many by their numbers


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


BEST = Settings()


def key(id_: str) -> str:
    """The name of a node of the graph."""
    return f'"{anchor(id_)}"'


def zone_lines(zone: Zone, *, words: bool) -> str:
    """The attributes of a zone's cluster."""
    text = f"{zone.title}  {zone.trust}"
    name = run(zone.title, 9, INK, bold=True) + run(f"{SPACE}{SPACE}{zone.trust}", 8, zone.tint.word)
    label = f"label=<{table([line(name, text, 9)])}>" if words else 'label=""'
    return (
        f'id="{zone.anchor}"; class="boundary {zone.tint.name}"; style="dashed,filled,rounded"; '
        f'fillcolor="{zone.tint.fill}"; color="{zone.tint.line}"; penwidth={zone.tint.width}; '
        f"margin=12; labeljust=l; labelloc=t; {label};"
    )


def node_line(node: Node, *, words: bool) -> str:
    """An element or a stub."""
    name = f'{key(node.id)} [id="{node.anchor}" class="el {node.notation}{" muted" if node.muted else ""}"'
    if not words:
        return f"{name} {_mute_shape(node)}]"
    title, detail = (MUTED, MUTED) if node.muted else (INK, GREY)
    body = table(
        line(run(text, size, colour, bold=bold), text, size)
        for full, width, size, colour, bold in (
            (node.kind, DETAIL_WIDTH, 8, detail, False),
            (node.title, TITLE_WIDTH, 10, title, True),
            (node.technology, DETAIL_WIDTH, 8, detail, False),
        )
        for text in wrapped(full, width, MOST_LINES)
    )
    return f"{name} {_shape(node, body)}]"


def _shape(node: Node, body: str) -> str:
    badge = NO_BADGE if node.muted else node.badge
    content, colour = with_badge(body, badge), MUTED_LINE if node.muted else INK
    if node.notation in ("store", "queue"):
        inner = table([f"<TR>{content}</TR>"])
        slots = "".join(f'<TD SIDES="{sides}" WIDTH="5" CELLPADDING="0"></TD>' for sides in ("TBLR", "TBR", "TBR"))
        row = f'<TR><TD SIDES="TB">{inner}</TD>{slots if node.notation == "queue" else ""}</TR>'
        frame = f'BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="5" BGCOLOR="{PAPER}" COLOR="{colour}"'
        return f"shape=plain label=<{table([row], frame)}>"
    label = body if badge == NO_BADGE else table([f"<TR>{content}</TR>"])
    if node.notation == "stub":
        style = f'style="rounded,dashed,filled" penwidth=0.8 fillcolor="{STUB}" color="{STUB_LINE}"'
        return f"shape=box {style} label=<{label}>"
    if node.notation == "port":
        return f'shape=hexagon style="filled" margin="0.02,0.02" fillcolor="{PAPER}" color="{colour}" label=<{label}>'
    style = 'style="filled" penwidth=1.8' if node.notation == "external" else 'style="rounded,filled" penwidth=1'
    return f'shape=box {style} fillcolor="{PAPER}" color="{colour}" label=<{label}>'


def _mute_shape(node: Node) -> str:
    """The shape without words, for the picture on a cover."""
    if node.notation in ("store", "queue"):
        slots = "".join(f'<TD SIDES="{sides}" WIDTH="3" CELLPADDING="0"></TD>' for sides in ("TBLR", "TBR"))
        row = f'<TR><TD SIDES="TB" WIDTH="38" HEIGHT="15"></TD>{slots if node.notation == "queue" else ""}</TR>'
        frame = f'BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="0" BGCOLOR="{PAPER}" COLOR="{INK}"'
        return f"shape=plain label=<{table([row], frame)}>"
    styles = {"external": 'style="filled" penwidth=1.6', "stub": 'style="rounded,dashed,filled" penwidth=0.9'}
    style = styles.get(node.notation, 'style="rounded,filled" penwidth=0.9')
    return f'shape=box fixedsize=true width=0.62 height=0.26 label="" {style} fillcolor="{PAPER}" color="{INK}"'


def label_line(arrow: Arrow, settings: Settings, *, terse: bool) -> str:
    """The label of a flow, a node on its line; a dot where only the line matters."""
    muted = " muted" if arrow.muted else " hop" if arrow.hop else ""
    name = f'"{arrow.anchor}" [id="{arrow.anchor}" class="pill {arrow.protection}{muted}"'
    if arrow.muted and settings.words and len(arrow.flows) > 1:
        return f"{name} shape=plain label=<{run(f'{len(arrow.flows)} flows', 8, MUTED)}>]"
    if arrow.muted or not settings.words:
        colour = MUTED_LINE if arrow.muted else RED if arrow.protection is Protection.CLEAR else INK
        return f'{name} shape=point width=0.05 label="" color="{colour}" fillcolor="{colour}"]'
    if arrow.hop:
        return f"{name} shape=plain label=<{_hop_label(arrow)}>]"
    return f"{name} shape=plain label=<{_number_only(arrow) if terse else _full_label(arrow, settings.label)}>]"


def _number_only(arrow: Arrow) -> str:
    """Above twenty flows: white on red when unprotected, `?` and dashed when nobody stated it."""
    clear, unstated = arrow.protection is Protection.CLEAR, arrow.protection is Protection.UNSTATED
    mark, colour = "?" if unstated else "", PAPER if clear else INK
    if len(arrow.flows) > 1:
        rows = [f"<TR><TD>{run(f'{len(arrow.flows)} flows{mark}', 8, colour, bold=True)}</TD></TR>"]
        rows.append(f"<TR><TD>{run(numbers(arrow.flows), 7, colour)}</TD></TR>")
    else:
        rows = [f"<TR><TD>{run(f'{arrow.number}{mark}', 8, colour, bold=True)}</TD></TR>"]
    return table(rows, _frame(arrow, padding=2, ground=RED if clear else PAPER))


def _full_label(arrow: Arrow, width: int) -> str:
    rows = []
    for text, bold in _headings(arrow, width):
        number, _, rest = text.partition(SPACE * 2) if bold else ("", "", text)
        gap = SPACE * 2 if number and rest else ""
        rows.append(line(run(number + gap, 9, INK, bold=True) + run(rest, 9, INK), text, 9))
    clear, unstated = arrow.protection is Protection.CLEAR, arrow.protection is Protection.UNSTATED
    said = "clear text" if clear else "not stated" if unstated else ""
    details = packed((*([said] if said else []), *arrow.details), width)
    for index, text in enumerate(details):
        marked = run(said, 8, RED if clear else GREY, bold=True) if said and index == 0 else ""
        rows.append(line(marked + run(text.removeprefix(said) if marked else text, 8, GREY), text, 8))
    return table([f"<TR>{with_badge(table(rows, PLAIN), arrow.badge)}</TR>"], _frame(arrow, padding=3, ground=PAPER))


def _headings(arrow: Arrow, width: int) -> list[tuple[str, bool]]:
    """The first lines of a label, each with whether it begins with a number and two spaces, in bold."""
    if len(arrow.flows) > LISTED:
        return [(f"{len(arrow.flows)} flows", True), (numbers(arrow.flows), False)]
    found = []
    for part in arrow.flows:
        first, *rest = wrapped(part.title, width, 4 if len(arrow.flows) == 1 else 2) or ("",)
        found.append((f"{part.number}{SPACE * 2 if first else ''}{first}", True))
        found += [(text, False) for text in rest]
    return found


def _hop_label(arrow: Arrow) -> str:
    """A step of an attack path: what the flow is for, and what the step hangs on."""
    rows = []
    several = len(arrow.flows) > 1
    said, lead = (numbers(arrow.flows), f"{len(arrow.flows)} flows") if several else (arrow.title, str(arrow.number))
    for index, text in enumerate(wrapped(said, HOP_WIDTH, 2) or ("",)):
        number = run(f"{lead}{SPACE * 2 if text else ''}", 9, INK, bold=True) if index == 0 else ""
        rows.append(line(number + run(text, 9, INK), f"{lead}  {text}", 9))
    rows += [line(run(text, 8, RED), text, 8) for text in wrapped(arrow.hop, HOP_WIDTH, MOST_LINES)]
    frame = f'BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" COLOR="{RED}" STYLE="ROUNDED" BGCOLOR="{PAPER}"'
    return table([f"<TR><TD>{table(rows, PLAIN)}</TD></TR>"], frame)


def _frame(arrow: Arrow, *, padding: int, ground: str) -> str:
    clear, unstated = arrow.protection is Protection.CLEAR, arrow.protection is Protection.UNSTATED
    return (
        f'BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}" COLOR="{RED if clear else LINE}" '
        f'STYLE="{"ROUNDED,DASHED" if unstated else "ROUNDED"}" BGCOLOR="{ground}"'
    )


def numbers(parts: tuple[Part, ...]) -> str:
    """The numbers of flows: `1, 4, 7, 9 +2`."""
    return some([str(part.number) for part in parts], NUMBERED)
