"""From Graphviz's SVG to ours: our fonts, text in whole lines, boundary names above the lines, ids to link to."""

import re
from copy import deepcopy
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from threatdsl.report.diagram.dfd import Arrow, Diagram, Node
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.diagram.routing import crossings
from threatdsl.report.words import counted

Element = ET.Element
FAMILY = "'Source Sans 3','Source Sans Pro','Noto Sans',Arial,sans-serif"
NAMESPACE = re.compile(r"^\{[^}]*\}")
TEXT_STYLE: tuple[str, ...] = ("font-size", "font-weight", "fill")
SAME_LINE = 0.01  # points between two base lines


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: the `svg` element's text, its size in points, and the numbers of the flows that it shows.

    `through` are the halves of flows that run through an element that they have nothing to do with.
    """

    text: str
    width: float
    height: float
    flows: frozenset[int]
    nodes: frozenset[str]
    through: frozenset[str] = frozenset()


def redraw(raw: bytes, diagram: Diagram, *, label: str, linked: bool = True) -> Drawing:
    """The finished drawing. `label` is read aloud; without `linked` it has no ids, so that a page can hold several."""
    root = ET.fromstring(raw)  # noqa: S314 - nothing but what the layout program has just written
    for element in root.iter():
        element.tag = NAMESPACE.sub("", element.tag)
        element.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
    graph = root[0]
    graph.attrib.pop("id", None)
    for group in (graph, *graph):
        for title in group.findall("title"):
            group.remove(title)
        _join_runs(group)
    lines = {group.get("id") for group in graph if group.find("path") is not None}
    drawn = [arrow for arrow in diagram.arrows if {f"{arrow.anchor}-a", f"{arrow.anchor}-b"} <= lines]
    ids = {group.get("id") for group in graph if len(group)}
    flows = frozenset(part.number for arrow in drawn if arrow.anchor in ids for part in arrow.flows)
    nodes = frozenset(node.id for node in diagram.nodes if node.anchor in ids)
    through = crossings(graph, diagram)
    _describe(graph, diagram)
    _raise_zone_names(graph, diagram)
    if not linked:
        for element in graph.iter():
            for name in ("id", "data-ref", "data-view"):
                element.attrib.pop(name, None)
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    root.attrib.clear()
    root.attrib |= {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {width:g} {height:g}",
        "role": "img",
        "aria-label": label,
        "font-family": FAMILY,
    }
    return Drawing(ET.tostring(root, encoding="unicode"), width, height, flows, nodes, through)


def _join_runs(group: Element) -> None:
    """One `text` for each line: Graphviz places every run by itself, by measures of another font."""
    line: Element | None = None
    box: Element | None = None
    for element in list(group):
        if element.tag != "text":
            line, box = None, element
            continue
        element.attrib.pop("font-family", None)
        if element.get("font-weight") == "bold":
            element.set("font-weight", "700")
        if line is not None and abs(float(line.attrib["y"]) - float(element.attrib["y"])) < SAME_LINE:
            _append_run(line, element)
            group.remove(element)
            continue
        if line is None and box is not None and box.tag == "polygon" and _is_badge(box, element):
            _centre(element, box)
        line = element


def _append_run(line: Element, run: Element) -> None:
    style: dict[str, str] = {name: run.attrib[name] for name in TEXT_STYLE if name in run.attrib}
    style.setdefault("font-weight", "400")
    base = {name: line.get(name, "400") for name in style}
    if style == base and not len(line):
        line.text = f"{line.text or ''}{run.text or ''}"
        return
    part = ET.SubElement(line, "tspan", style)
    part.text = run.text


def _points(polygon: Element) -> tuple[tuple[float, ...], tuple[float, ...]]:
    pairs = [point.split(",") for point in polygon.attrib["points"].split()]
    return tuple(float(x) for x, _ in pairs), tuple(float(y) for _, y in pairs)


def _is_badge(box: Element, text: Element) -> bool:
    """Whether the box is the small square with the number of findings."""
    xs, _ = _points(box)
    return (text.text or "").isdigit() and max(xs) - min(xs) < 40  # noqa: PLR2004 - points; elements are wider


def _centre(text: Element, box: Element) -> None:
    xs, _ = _points(box)
    text.set("text-anchor", "middle")
    text.set("x", f"{(min(xs) + max(xs)) / 2:g}")


def _describe(graph: Element, diagram: Diagram) -> None:
    """Titles for readers' tools, and the ids of the model for scripts: of a stub or a merged flow all, with spaces."""
    groups: dict[str, Element] = {group.get("id", ""): group for group in graph}
    described = [(node.anchor, " ".join(node.ids), _node_title(node)) for node in diagram.nodes]
    for arrow in diagram.arrows:
        ids = " ".join(part.id for part in arrow.flows)
        described.append((arrow.anchor, ids, _arrow_title(arrow)))
        for half in "ab":
            line = groups.get(f"{arrow.anchor}-{half}")
            if line is not None:
                line.set("data-ref", ids)
    for group_id, ids, text in described:
        if group_id in groups:
            group = groups[group_id]
            group.set("data-ref", ids)
            title = ET.Element("title")
            title.text = text
            group.insert(0, title)
    for node in diagram.nodes:
        if node.view and node.anchor in groups:
            groups[node.anchor].set("data-view", node.view)


def _node_title(node: Node) -> str:
    found = [counted(node.badge.open, "open finding")] if node.badge.open else []
    found += [f"{node.badge.unassessed} unassessed"] if node.badge.unassessed else []
    return ", ".join((node.title, node.kind, *found))


def _arrow_title(arrow: Arrow) -> str:
    said = {Protection.CLEAR: "clear text", Protection.UNSTATED: "protection not stated"}.get(arrow.protection, "")
    flows = "; ".join(", ".join((f"{part.number} {part.title}".strip(), part.way)) for part in arrow.flows)
    count = counted(len(arrow.flows), "flow") if len(arrow.flows) > 1 else ""
    return ", ".join(part for part in (count, flows, *arrow.details, said, arrow.hop) if part)


def _raise_zone_names(graph: Element, diagram: Diagram) -> None:
    """Boundary names to the end, with a halo of their tint, so that a line that crosses them leaves them readable."""
    zones = {zone.anchor: zone for zone in diagram.zones}
    names = []
    for group in graph:
        zone = zones.get(group.get("id", ""))
        if zone is None:
            continue
        for outline in group.findall("path"):
            outline.set("stroke-dasharray", zone.tint.dash)
        for text in group.findall("text"):
            group.remove(text)
            halo = deepcopy(text)  # by itself, since not every reader of SVG knows paint-order
            halo.attrib |= {
                "class": f"halo {zone.tint.name}",
                "stroke": zone.tint.fill,
                "stroke-width": "3.5",
                "stroke-linejoin": "round",
                "aria-hidden": "true",
            }
            names += [halo, text]
    graph.extend(names)
