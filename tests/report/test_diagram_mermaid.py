"""Mermaid text for READMEs: the same parts as the drawing, and no text of a model is anything but text."""

import re

import pytest

from tests.report.building import assessment, flow, model, thing
from tests.report.hostile import LABELS, hostile, odd_shapes
from tests.report.nested import nested
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.attack.search import attack_paths
from threatdsl.report.diagram.dfd import plan
from threatdsl.report.diagram.mermaid import escaped, mermaid
from threatdsl.report.diagram.views import views

TEXT = r'"(?:[^"#;{}<>`|\\%&*_~\[\]]|#\d+;|<br/>)*"'
NODE = re.compile(
    rf" *n\d+(?:\[{TEXT}\]|\({TEXT}\)|\[\({TEXT}\)\]|\[\[{TEXT}\]\]|\(\[{TEXT}\]\)|{{{{{TEXT}}}}}):::[a-z]+"
)
EDGE = re.compile(rf"  n\d+ (?:-->|==>|-\.->)\|{TEXT}\| n\d+")
ZONE = re.compile(rf" *subgraph z\d+\[{TEXT}\]")
FIXED = re.compile(r"flowchart TB| +end|  accTitle: (?:[^#;\n]|#\d+;)*|  (?:classDef|class|linkStyle) [\w ,:#-]+")
CASES = {"shop": shop(), "hostile": hostile(), "odd": assessment(odd_shapes()), "hundred": nested(100)}
EVIL = (
    'a"]; click n1 "javascript:alert(1)"',
    "%%{init: {'theme':'dark'}}%%",
    "end",
    "1. a list",
    "- a list",
    "`**bold** markdown`",
    "#quot; &quot; #35;",
    "<img src=x onerror=alert(1)>",
    "x\nclick n1 href",
    "https://example.org www.example.org a@b.example",
    "ﬂ°°35¶ß",
)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_line_is_a_node_an_edge_a_zone_or_a_fixed_word(case: Assessment) -> None:
    for view in views(case, attack_paths(case)):
        lines = mermaid(view.diagram).splitlines()
        odd = [text for text in lines if not any(form.fullmatch(text) for form in (NODE, EDGE, ZONE, FIXED))]
        assert odd == [], view.name
        assert sum(bool(EDGE.fullmatch(text)) for text in lines) == len(view.diagram.arrows)
        assert sum(bool(NODE.fullmatch(text)) for text in lines) == len(view.diagram.nodes)


@pytest.mark.parametrize("text", [*EVIL, *LABELS.values()])
def test_text_stays_text_and_can_be_read_back(text: str) -> None:
    written = escaped(text)
    assert re.fullmatch(TEXT, f'"{written}"')
    assert re.sub(r"#(\d+);", lambda code: chr(int(code[1])), written) == " ".join(text.split())
    assert not re.match(r"[-+*>]|\d+[.)]", written)
    assert "www." not in written
    assert "://" not in written


def test_the_notation_shows_in_the_shapes() -> None:
    text = mermaid(plan(shop()))
    assert 'n1["actor<br/>Support agent<br/>laptop, home network"]:::external' in text
    assert '[("database<br/>Orders database' in text
    assert '[["queue<br/>Order events' in text
    assert 'subgraph z3["Edge subnet, partner"]' in text


def test_a_line_says_what_is_known_of_its_protection() -> None:
    text = mermaid(plan(shop()))
    assert re.search(r'-\.->\|"3 Place order<br/>not stated', text)
    assert re.search(r'==>\|"7 Write order<br/>clear text', text)
    assert re.search(r"linkStyle 6,7 stroke:#C8432F", text)


def test_elements_with_the_words_of_mermaid_as_names_are_no_words_of_mermaid() -> None:
    case = assessment(model([thing("end", "service", "end"), thing("graph", "service", "graph"), flow("end", "graph")]))
    assert "  n1 -.->" in mermaid(plan(case))


def test_the_title_for_readers_aloud_keeps_its_characters() -> None:
    head, title = mermaid(plan(hostile())).splitlines()[:2]
    assert head == "flowchart TB"
    assert "script#62;alert(#39;x#39;)" in title


def test_clear_text_and_a_crossing_look_different_where_labels_are_numbers() -> None:
    lines = mermaid(plan(shop())).splitlines()
    (clear,) = [line for line in lines if line.startswith("  linkStyle 6,7 ")]
    assert "stroke-dasharray" in clear


def test_a_port_is_a_hexagon() -> None:
    text = mermaid(plan(assessment(model([thing("usb", "port", "USB socket")]))))
    assert 'n1{{"port<br/>USB socket"}}:::port' in text
