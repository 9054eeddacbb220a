"""Where a drawn line runs through an element that it has nothing to do with."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from threatdsl.report.diagram.dfd import Arrow, Diagram

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
STEPS = 12  # points looked at on each curve
GRAZING = 2.0  # points of a box's edge that a line may touch


def crossings(graph: ET.Element, diagram: Diagram) -> frozenset[str]:
    """The halves of flows (`flow-7-a`) that run through a foreign element."""
    groups = {group.get("id", ""): group for group in graph}
    boxes = {node.id: box for node in diagram.nodes if (box := _box(groups.get(node.anchor))) is not None}
    return frozenset(half for arrow in diagram.arrows for half in _crossing(arrow, groups, boxes))


def _crossing(arrow: Arrow, groups: dict[str, ET.Element], boxes: dict[str, Box]) -> Iterator[str]:
    others = [box for id_, box in boxes.items() if id_ not in (arrow.source, arrow.target)]
    for half in ("a", "b"):
        name = f"{arrow.anchor}-{half}"
        path = groups[name].find("path") if name in groups else None
        if path is not None and any(_meets(curve, others) for curve in _curves(path.get("d", ""))):
            yield name


def _meets(curve: Curve, boxes: list[Box]) -> bool:
    """Whether a curve runs through one of the boxes. It stays inside the box of its four points."""
    xs, ys = [x for x, _ in curve], [y for _, y in curve]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    near = [box for box in boxes if box[0] < right and left < box[2] and box[1] < bottom and top < box[3]]
    return bool(near) and any(_within(point, box) for point in _points(curve) for box in near)


def _within(point: Point, box: Box) -> bool:
    left, top, right, bottom = box
    return left + GRAZING < point[0] < right - GRAZING and top + GRAZING < point[1] < bottom - GRAZING


def _box(group: ET.Element | None) -> Box | None:
    """What the shapes of an element cover."""
    if group is None:
        return None
    texts = (part.get("points") or part.get("d") or "" for part in group if part.tag in ("polygon", "polyline", "path"))
    numbers = [float(number) for text in texts for number in NUMBER.findall(text)]
    xs, ys = numbers[::2], numbers[1::2]
    return (min(xs), min(ys), max(xs), max(ys)) if xs else None


def _curves(path: str) -> Iterator[Curve]:
    """The cubic curves of a path, which is all that Graphviz draws."""
    numbers = [float(number) for number in NUMBER.findall(path)]
    ends = list(zip(numbers[::2], numbers[1::2], strict=False))
    for place in range(0, len(ends) - 3, 3):
        yield ends[place], ends[place + 1], ends[place + 2], ends[place + 3]


def _points(curve: Curve) -> Iterator[Point]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve
    for step in range(STEPS + 1):
        t = step / STEPS
        u = 1 - t
        a, b, c, d = u * u * u, 3 * t * u * u, 3 * t * t * u, t * t * t
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3
