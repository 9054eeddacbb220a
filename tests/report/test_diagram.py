"""The diagram never lies: every flow and element is drawn, nothing overlaps, and text is drawn as written."""

import json
from xml.etree import ElementTree as ET

import pytest

from tests.report.building import assessment, flow, model, thing, word
from tests.report.hostile import LABELS, hostile, large, odd_shapes
from tests.report.nested import nested
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.attack.search import attack_paths
from threatdsl.report.diagram.dfd import Diagram, plan
from threatdsl.report.diagram.dot import Settings, dot
from threatdsl.report.diagram.drawing import draw
from threatdsl.report.diagram.export import diagram, diagram_dot
from threatdsl.report.diagram.layout import find_dot, lay_out
from threatdsl.report.diagram.views import views
from threatdsl.report.errors import DiagramError

SVG = "{http://www.w3.org/2000/svg}"
CASES = {
    "shop": shop(),
    "hostile labels": hostile(),
    "odd shapes": assessment(odd_shapes()),
    "nothing": assessment(model([])),
    "one element": assessment(model([thing("only", "service", "Only")])),
    "a hundred elements": assessment(large(100, 150)),
}
FIFTY = nested(50)


def drawn(case: Assessment) -> ET.Element:
    return ET.fromstring(draw(plan(case)).text)  # noqa: S314 - what we have just written


def by_id(root: ET.Element) -> dict[str, ET.Element]:
    return {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}


def words(element: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in element.iter(f"{SVG}text")]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_flow_and_element_is_drawn(case: Assessment) -> None:
    parts = by_id(drawn(case))
    for number, given in enumerate(case.model.flows, 1):
        for half in "ab":
            line = parts[f"flow-{number}-{half}"]
            assert line.attrib["data-ref"] == given.id
            assert line.find(f"{SVG}path") is not None
    shown = {element.get("data-ref") for id_, element in parts.items() if id_.startswith("el-")}
    assert shown == {element.id for element in case.model.elements}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_id_is_given_once(case: Assessment) -> None:
    ids = [element.attrib["id"] for element in drawn(case).iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_two_elements_or_labels_overlap(case: Assessment) -> None:
    assert overlaps(plan(case)) == []


@pytest.mark.parametrize("name", ["overview", "boundary:z1", "boundary:z6", "data:d0", "level:0"])
def test_no_two_elements_or_labels_overlap_at_fifty_elements(name: str) -> None:
    (view,) = [view for view in views(FIFTY, attack_paths(FIFTY)) if view.name == name]
    assert overlaps(view.diagram) == []


def overlaps(shown: Diagram) -> list[tuple[str, str]]:
    """The nodes of a layout that cover each other, of which labels are some."""
    boxes = []
    for node in json.loads(lay_out(dot(shown), "json")).get("objects", []):
        if "pos" in node:
            x, y = map(float, node["pos"].split(","))
            boxes.append((node["name"], x, y, float(node["width"]) * 36, float(node["height"]) * 36))
    return [
        (a[0], b[0])
        for index, a in enumerate(boxes)
        for b in boxes[:index]
        if abs(a[1] - b[1]) < a[3] + b[3] - 1 and abs(a[2] - b[2]) < a[4] + b[4] - 1
    ]


@pytest.mark.parametrize("name", LABELS)
def test_a_label_is_drawn_as_written(name: str) -> None:
    written = LABELS[name].replace(" ", "")
    shown = "".join(words(by_id(drawn(hostile()))[f"el-{name}"])).replace(" ", "")
    assert shown == f"service{written}{written}1"  # its kind, title and technology, and one open finding


def test_text_of_the_model_makes_no_elements() -> None:
    allowed = {"svg", "style", "rect", "g", "title", "path", "polygon", "polyline", "text", "tspan"}
    assert {element.tag.removeprefix(SVG) for element in drawn(hostile()).iter()} <= allowed


def test_a_line_says_what_is_known_of_its_protection() -> None:
    parts = by_id(drawn(shop()))
    assert words(parts["flow-7"]) == [
        "7\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}Write order",
        "clear text · postgres",
        "order",
    ]
    assert words(parts["flow-3"])[1:3] == ["not stated · grpc", "order, card"]
    assert words(parts["flow-1"])[1] == "https · order, card"
    assert len(parts["flow-7-a"].findall(f"{SVG}path")) == 2  # a double line
    path = parts["flow-3-a"].find(f"{SVG}path")
    assert path is not None
    assert path.get("stroke-dasharray")


def test_flows_across_a_boundary_are_heavier_than_those_inside() -> None:
    parts = by_id(drawn(shop()))
    widths = {}
    for name in ("flow-1-a", "flow-9-a"):
        path = parts[name].find(f"{SVG}path")
        assert path is not None
        widths[name] = float(path.attrib["stroke-width"])
    assert widths["flow-1-a"] > widths["flow-9-a"]


def test_the_number_of_open_and_unassessed_findings_stands_at_the_element() -> None:
    parts = by_id(drawn(shop()))
    assert words(parts["el-console"])[-1] == "1"
    assert words(parts["el-gateway"]) == ["service", "API gateway", "envoy 1.31"]
    assert parts["el-console"].findtext(f"{SVG}title") == "Support console, service, one open finding"


def test_above_twenty_flows_a_flow_shows_its_number_only() -> None:
    case = assessment(large(12, 21))
    assert words(by_id(drawn(case))["flow-5"]) == ["5?"]


def test_trust_rises_downwards_whoever_calls() -> None:
    things = [
        thing("out", "boundary", "Out", trust=word("trust", "untrusted")),
        thing("in", "boundary", "In", trust=word("trust", "restricted")),
        thing("inner", "service", "Inner", 10, "in"),
        thing("outer", "external", "Outer", 10, "out"),
        flow("inner", "outer", "Call out"),
    ]
    laid_out = json.loads(lay_out(diagram_dot(assessment(model(things))), "json"))
    heights = {node["name"]: float(node["pos"].split(",")[1]) for node in laid_out["objects"] if "pos" in node}
    assert heights["outer"] > heights["inner"]  # Graphviz counts from the bottom


def test_the_file_stands_alone() -> None:
    text = diagram(shop(), "svg").decode()
    assert text.count("@font-face") == text.count("url(data:font/woff2;base64,") == 2
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("https", "")


def test_the_file_has_a_key_to_what_it_shows_and_to_nothing_else() -> None:
    root = ET.fromstring(diagram(shop(), "svg"))  # noqa: S314 - what we have just written
    (key,) = [element for element in root.iter() if element.get("class") == "legend"]
    shown = words(key)
    assert {"external entity", "queue", "stated unprotected", "boundary, restricted", "open findings"} <= set(shown)
    assert "several elements" not in shown
    assert "legend" not in diagram(assessment(model([])), "svg").decode()
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    drawing = draw(plan(shop()))
    assert width == drawing.width
    assert drawing.height < height < drawing.height + 120


def test_text_of_the_model_in_the_key_makes_no_elements() -> None:
    case = assessment(model([thing("z", "boundary", LABELS["script"]), thing("a", "service", LABELS["image"], 1, "z")]))
    assert b"<script" not in diagram(case, "svg")


def test_a_png_is_a_picture_of_the_same_diagram() -> None:
    png = diagram(shop(), "png")
    assert png.startswith(b"\x89PNG")
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    drawing = draw(plan(shop()))
    assert width / height == pytest.approx(drawing.width / drawing.height, rel=0.01)


def test_a_flow_that_graphviz_drops_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(shown: Diagram, settings: Settings, name: str, steered: frozenset[str]) -> str:
        return "\n".join(line for line in dot(shown, settings, name, steered).splitlines() if "flow-4-b" not in line)

    monkeypatch.setattr("threatdsl.report.diagram.drawing.dot", forgetful)
    with pytest.raises(DiagramError, match="gateway->catalogue"):
        diagram(shop(), "svg")


def test_without_graphviz_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threatdsl.report.diagram.layout._bundled", lambda: None)
    with pytest.raises(DiagramError, match="pip install graphviz-pure"):
        find_dot({"PATH": ""})


def test_a_setting_that_names_no_program_is_an_error() -> None:
    with pytest.raises(DiagramError, match="THREATDSL_DOT names `no-such-dot`"):
        find_dot({"THREATDSL_DOT": "no-such-dot", "PATH": ""})


def test_an_unknown_form_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(DiagramError, match="choose svg, png, dot or mmd"):
        diagram(shop(), "gif")


def test_a_port_is_drawn_with_corners_and_a_process_is_round() -> None:
    case = assessment(model([thing("usb", "port", "USB socket"), thing("app", "service", "App")]))
    parts = by_id(drawn(case))
    assert parts["el-usb"].find(f"{SVG}polygon") is not None
    assert parts["el-app"].find(f"{SVG}polygon") is None


def test_trust_shows_without_colour() -> None:
    parts = by_id(drawn(shop()))
    dashes = {}
    for name, trust in (
        ("internet", "untrusted"),
        ("edge", "partner"),
        ("account", "internal"),
        ("vaults", "restricted"),
    ):
        path = parts[f"b-{name}"].find(f"{SVG}path")
        assert path is not None
        dashes[path.attrib["stroke-dasharray"]] = trust
    assert len(dashes) == 4
