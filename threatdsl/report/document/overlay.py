"""Labels that WeasyPrint's SVG cannot set: it draws a text letter by letter, which breaks scripts that join or turn.

Arabic, Hebrew, Indic scripts, combined marks and composed emoji are taken out of the drawing and set as HTML over it,
where Pango shapes whole lines. Browsers draw the SVG as it is and need none of this.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import escape

from threatdsl.report.diagram.svg import Drawing

JOINED = re.compile(
    "[\u0300-\u036f\u0590-\u109f\u1780-\u18af\u200c\u200d\ufb1d-\ufdff\ufe00-\ufe0f\ufe70-\ufeff"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]"
)
SPACE = ' xmlns="http://www.w3.org/2000/svg"'
MOVED = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\)")
RISE = 0.81  # of the font size: from the top of a line of that height to the baseline, in Source Sans 3


def overlaid(drawing: Drawing, width: float) -> str:
    """The drawing as HTML, `width` millimetres wide, in a box that is positioned: the SVG and the labels over it."""
    if not JOINED.search(drawing.text):
        return drawing.text
    root = ET.fromstring(drawing.text.replace(SPACE, "", 1))  # noqa: S314 - written by `redraw`
    scale = width / drawing.width
    labels = "".join(_taken(root, scale, _offset(root)))
    return ET.tostring(root, encoding="unicode").replace("<svg", f"<svg{SPACE}", 1) + labels


def _offset(root: ET.Element) -> tuple[float, float]:
    moved = next((m for e in root.iter() if (m := MOVED.search(e.get("transform", "")))), None)
    return (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0)


def _taken(root: ET.Element, scale: float, offset: tuple[float, float]) -> Iterator[str]:
    """Takes the labels out of the drawing, each as a box over it; the halo of a label goes with it."""
    for parent in root.iter():
        for label in [child for child in parent if child.tag == "text"]:
            if not JOINED.search("".join(label.itertext())):
                continue
            parent.remove(label)
            if label.get("aria-hidden") is None:
                yield _box(label, scale, offset)


def _box(label: ET.Element, scale: float, offset: tuple[float, float]) -> str:
    size = float(label.get("font-size", "9")) * scale
    left = (float(label.get("x", "0")) + offset[0]) * scale
    top = (float(label.get("y", "0")) + offset[1]) * scale - RISE * size
    runs = "".join(_run(run, scale) for run in label)
    place = f"left:{left:.3f}mm;top:{top:.3f}mm;font-size:{size:.3f}mm;{_look(label)}"
    return f'<div class="label" dir="ltr" style="{place}"><bdi>{escape(label.text or "")}</bdi>{runs}</div>'


def _run(run: ET.Element, scale: float) -> str:
    size = f"font-size:{float(run.attrib['font-size']) * scale:.3f}mm;" if "font-size" in run.attrib else ""
    return f'<span style="{size}{_look(run)}"><bdi>{escape(run.text or "")}</bdi></span>{escape(run.tail or "")}'


def _look(element: ET.Element) -> str:
    names = (("fill", "color"), ("font-weight", "font-weight"))
    return "".join(f"{css}:{element.attrib[name]};" for name, css in names if name in element.attrib)
