"""Labels that join or turn are set as whole lines over the drawing of a PDF, at their places, and as text."""

import xml.etree.ElementTree as ET

from tests.report.hostile import LABELS, hostile
from tests.report.shop import shop
from threatdsl.report.diagram.dot import Settings
from threatdsl.report.diagram.drawing import draw
from threatdsl.report.diagram.svg import Drawing
from threatdsl.report.document.overlay import overlaid
from threatdsl.report.view import view

SVG = "{http://www.w3.org/2000/svg}"


def drawing_of(hostile_labels: bool) -> Drawing:  # noqa: FBT001 - which of the two
    return draw(view(hostile() if hostile_labels else shop()).diagram, Settings(), linked=False)


def parts(page: str) -> tuple[ET.Element, str]:
    """The drawing, and what is laid over it."""
    svg, _, labels = page.partition("</svg>")
    return ET.fromstring(f"{svg}</svg>"), labels  # noqa: S314 - our own


def test_a_drawing_that_needs_none_is_left_as_it_is() -> None:
    drawing = drawing_of(hostile_labels=False)
    assert overlaid(drawing, 100) == drawing.text


def test_arabic_and_hebrew_leave_the_drawing_and_stand_over_it() -> None:
    drawing, labels = parts(overlaid(drawing_of(hostile_labels=True), 100))
    drawn = "".join(piece for label in drawing.iter(f"{SVG}text") for piece in label.itertext())
    for name in ("arabic", "hebrew"):
        words = LABELS[name].split()
        assert all(word not in drawn for word in words)
        assert all(word in labels for word in words)
    assert LABELS["chinese"].split()[0] in drawn


def test_what_stands_over_the_drawing_lies_within_it() -> None:
    drawing = drawing_of(hostile_labels=True)
    boxes = ET.fromstring(f"<over>{parts(overlaid(drawing, 100))[1]}</over>")  # noqa: S314 - our own
    height = drawing.height * 100 / drawing.width
    for box in boxes:
        styles = dict(part.split(":") for part in box.attrib["style"].split(";") if part)
        assert 0 <= float(styles["left"].removesuffix("mm")) <= 100
        assert 0 <= float(styles["top"].removesuffix("mm")) <= height
    assert len(boxes) > 4
