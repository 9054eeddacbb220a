"""A diagram in the language of Mermaid, as GitHub and GitLab draw it in a README.

Text of a model stays text: what Mermaid, its Markdown or HTML could read as anything else is written as `#CODE;`.
"""

import re
from collections.abc import Iterable, Iterator

from threatdsl.report.diagram.dfd import Arrow, Badge, Diagram, Node
from threatdsl.report.diagram.labels import numbers
from threatdsl.report.diagram.palette import GREY, INK, MUTED, MUTED_LINE, PAPER, STUB, STUB_LINE, TINTS, UNSTATED
from threatdsl.report.diagram.protection import Protection

ALERT = "#C8432F"  # a red that stands out from white and from GitHub's black
SHAPES = {
    "external": '["{}"]',
    "process": '("{}")',
    "port": '{{{{"{}"}}}}',
    "store": '[("{}")]',
    "queue": '[["{}"]]',
    "stub": '(["{}"])',
}
PLAIN_MARKS = " ,-/()"
# Mermaid marks its codes by these while it works, so a model's own would be taken for one.
RESERVED = "\ufb02\u00b0\u00b6"
LINE_START = re.compile(r"^[-(]")  # a list, to its Markdown
LABELLED = 3  # flows of one arrow that are named


def mermaid(diagram: Diagram) -> str:
    """The diagram as a flowchart."""
    return "\n".join((*_lines(diagram), ""))


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "flowchart TB"
    yield f"  accTitle: {escaped(diagram.title)}, data-flow diagram"
    nodes = {node.id: f"n{place}" for place, node in enumerate(diagram.nodes, 1)}
    zones = {zone.id: f"z{place}" for place, zone in enumerate(diagram.zones, 1)}
    yield from _inside(diagram, None, nodes, zones, "  ")
    for arrow in diagram.arrows:
        label = _quoted(_label(arrow, terse=diagram.terse))
        yield f"  {nodes[arrow.source]} {_line(arrow)}|{label}| {nodes[arrow.target]}"
    yield from _styles(diagram, zones)


def _inside(
    diagram: Diagram, zone: str | None, nodes: dict[str, str], zones: dict[str, str], indent: str
) -> Iterator[str]:
    """What stands directly in a zone, and the zones in it."""
    for node in diagram.nodes:
        if node.zone == zone:
            yield f"{indent}{nodes[node.id]}{_shape(node)}"
    for child in diagram.zones:
        if child.parent == zone:
            yield f"{indent}subgraph {zones[child.id]}[{_quoted([f'{child.title}, {child.trust}'])}]"
            yield from _inside(diagram, child.id, nodes, zones, indent + "  ")
            yield f"{indent}end"


def _shape(node: Node) -> str:
    lines = (node.kind, node.title, node.technology, "" if node.muted else _found(node.badge))
    text = "<br/>".join(escaped(line) for line in lines if line)
    look = "muted" if node.muted else node.notation
    return f"{SHAPES[node.notation].format(text)}:::{look}"


def _found(badge: Badge) -> str:
    """The findings that ask for action, with the marks that reports give them."""
    parts = [f"\N{BLACK SQUARE} {badge.open} open"] if badge.open else []
    parts += [f"\N{DOTTED CIRCLE} {badge.unassessed} unassessed"] if badge.unassessed else []
    return ", ".join(parts)


def _line(arrow: Arrow) -> str:
    if arrow.protection is Protection.UNSTATED and not arrow.hop:
        return "-.->"
    return "==>" if arrow.hop or (arrow.crosses and not arrow.muted) else "-->"


def _label(arrow: Arrow, *, terse: bool) -> list[str]:
    said = {Protection.CLEAR: "clear text", Protection.UNSTATED: "not stated"}.get(arrow.protection, "")
    if arrow.muted:
        return [f"{len(arrow.flows)} flows"] if len(arrow.flows) > 1 else [str(arrow.number)]
    if len(arrow.flows) > LABELLED or (terse and len(arrow.flows) > 1):
        lines = [f"{len(arrow.flows)} flows", numbers(arrow.flows)]
    elif terse and not arrow.hop:
        lines = [str(arrow.number)]
    else:
        lines = [f"{part.number} {part.title}".strip() for part in arrow.flows]
    if arrow.hop:
        return [*lines, arrow.hop]
    details = () if terse else arrow.details
    return [line for line in (*lines, " \N{MIDDLE DOT} ".join(part for part in (said, *details) if part)) if line]


def _styles(diagram: Diagram, zones: dict[str, str]) -> Iterator[str]:
    """Colours that read on white and on black: every ground has its own ink."""
    yield f"  classDef external fill:{PAPER},stroke:{INK},stroke-width:3px,color:{INK}"
    yield f"  classDef process fill:{PAPER},stroke:{INK},color:{INK}"
    yield f"  classDef store fill:{PAPER},stroke:{INK},color:{INK}"
    yield f"  classDef queue fill:{PAPER},stroke:{INK},color:{INK}"
    yield f"  classDef port fill:{PAPER},stroke:{INK},color:{INK}"
    yield f"  classDef stub fill:{STUB},stroke:{STUB_LINE},color:{GREY},stroke-dasharray:5 3"
    yield f"  classDef muted fill:{PAPER},stroke:{MUTED_LINE},color:{MUTED}"
    used = {zone.tint.name for zone in diagram.zones}
    for tint in (*TINTS, UNSTATED):
        if tint.name in used:
            yield f"  classDef {tint.name} fill:{tint.fill},stroke:{tint.line},color:{tint.word},stroke-dasharray:5 3"
    for zone in diagram.zones:
        yield f"  class {zones[zone.id]} {zone.tint.name}"
    strokes: dict[str, list[str]] = {}
    for place, arrow in enumerate(diagram.arrows):
        strokes.setdefault(_stroke(arrow), []).append(str(place))
    for stroke, places in strokes.items():
        if stroke:
            yield f"  linkStyle {','.join(places)} {stroke}"


def _stroke(arrow: Arrow) -> str:
    if arrow.hop:
        return f"stroke:{ALERT},stroke-width:4px"
    if arrow.muted:
        return f"stroke:{MUTED_LINE},stroke-width:1px"
    return f"stroke:{ALERT},stroke-width:2px,stroke-dasharray:8 2 2 2" if arrow.protection is Protection.CLEAR else ""


def _quoted(lines: Iterable[str]) -> str:
    return '"' + "<br/>".join(escaped(line) for line in lines) + '"'


def escaped(text: str) -> str:
    """The text in one line, with a code for all that could be markup."""
    line = " ".join(text.split())
    safe = "".join(_escaped(line, place) for place in range(len(line)))
    return LINE_START.sub(lambda found: f"#{ord(found[0])};", safe)


def _escaped(line: str, place: int) -> str:
    character = line[place]
    if character in RESERVED:
        return f"#{ord(character)};"
    if character.isalnum() or character in PLAIN_MARKS or (not character.isascii() and character.isprintable()):
        return character
    if character == "." and line[place + 1 : place + 2] in ("", " ") and not line[:place].isdigit():
        return character
    return f"#{ord(character)};"
