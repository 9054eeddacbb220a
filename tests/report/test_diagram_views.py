"""Views show a part of a model each, stay small enough to read, and together lose no flow."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attack.walking import taken, walked
from tests.report.building import assessment, flow, model, thing
from tests.report.hostile import hostile, large, odd_shapes
from tests.report.nested import nested
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPaths
from threatdsl.attack.search import attack_paths
from threatdsl.model.things import Flow
from threatdsl.report.diagram.dfd import Diagram, Node, plan
from threatdsl.report.diagram.dot import Settings
from threatdsl.report.diagram.drawing import draw, draw_all
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.diagram.reduce import merged
from threatdsl.report.diagram.views import View, views
from threatdsl.report.diagram.zones import MOST_NODES
from threatdsl.report.names import ARROW

NO_PATHS = AttackPaths((), (), (), (), (), (), (), (), ())
CASES = {
    "shop": shop(),
    "hostile labels": hostile(),
    "odd shapes": assessment(odd_shapes()),
    "twenty": nested(20),
    "a hundred": nested(100),
    "three hundred": nested(300),
    "without depth": assessment(large(100, 150)),
}


def named(case: Assessment, paths: AttackPaths = NO_PATHS) -> dict[str, View]:
    return {view.name: view for view in views(case, paths)}


def nodes(diagram: Diagram) -> dict[str, Node]:
    return {node.id: node for node in diagram.nodes}


def refs(text: str) -> set[str]:
    """The ids that a drawing carries on its labels of flows."""
    root = ET.fromstring(text)  # noqa: S314 - what we have just written
    labels = (element for element in root.iter() if re.fullmatch(r"flow-\d+", element.get("id", "")))
    return {id_ for label in labels for id_ in label.attrib["data-ref"].split()}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_overview_and_boundary_views_together_draw_every_flow(case: Assessment) -> None:
    some = [view for name, view in named(case).items() if name == "overview" or name.startswith("boundary:")]
    drawn = draw_all([view.diagram for view in some])
    assert set().union(*(refs(drawing.text) for drawing in drawn)) == {flow.id for flow in case.model.flows}


@pytest.mark.parametrize("case", list(CASES.values())[:5], ids=list(CASES)[:5])
def test_each_drawing_shows_each_flow_of_its_view_once(case: Assessment) -> None:
    some = views(case, attack_paths(case))
    for view, drawing in zip(some, draw_all([view.diagram for view in some]), strict=True):
        expected = [part.number for arrow in view.diagram.arrows for part in arrow.flows]
        assert len(expected) == len(set(expected))
        assert drawing.flows == set(expected), view.name


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-1, 12), min_size=1, max_size=14),
    st.lists(st.integers(-1, 13), min_size=1, max_size=70),
    st.lists(st.tuples(st.integers(0, 69), st.integers(0, 69)), max_size=90),
)
def test_no_view_loses_a_flow_of_any_model(around: list[int], places: list[int], calls: list[tuple[int, int]]) -> None:
    zones = [thing(f"z{n}", "boundary", f"Z{n}", parent=f"z{p}" if 0 <= p < n else None) for n, p in enumerate(around)]
    made = [
        thing(f"e{n}", "service", f"E{n}", parent=f"z{p}" if 0 <= p < len(zones) else None)
        for n, p in enumerate(places)
    ]
    flows = [flow(f"e{a % len(made)}", f"e{b % len(made)}", id_=f"f{n}") for n, (a, b) in enumerate(calls)]
    case = assessment(model([*zones, *made, *flows]))
    seen: set[str] = set()
    for name, view in named(case).items():
        if name == "overview" or name.startswith("boundary:"):
            seen |= {part.id for arrow in view.diagram.arrows for part in arrow.flows}
    assert seen == {f.id for f in case.model.flows}


def test_a_model_of_fifty_is_shown_whole_and_a_larger_one_behind_stubs() -> None:
    assert not any(node.members for node in named(nested(20))["overview"].diagram.nodes)
    large_one = named(nested(300))["overview"].diagram
    assert len(large_one.nodes) <= MOST_NODES
    assert {id_ for node in large_one.nodes for id_ in node.ids} == {f"e{n}" for n in range(300)}


def test_a_boundary_view_has_its_elements_in_full_and_its_neighbours_as_stubs_where_they_stand() -> None:
    shown = nodes(named(shop())["boundary:edge"].diagram)
    assert shown["gateway"].notation == "process"
    stub = shown["account"]
    assert (stub.notation, stub.kind, stub.title) == ("stub", "2 of 4 elements", "Checkout service, Catalogue service")
    assert (stub.zone, stub.view) == ("account", "boundary:account")
    assert "fulfilment" not in {id_ for node in shown.values() for id_ in node.ids}


def test_a_data_view_is_the_whole_journey_and_nothing_else() -> None:
    diagram = named(shop())["data:card"].diagram
    assert set(nodes(diagram)) == {"customer", "gateway", "checkout", "psp", "card-vault"}
    assert [arrow.number for arrow in diagram.arrows] == [1, 3, 5, 6]
    assert {zone.id for zone in diagram.zones} == {"internet", "account", "edge", "vaults"}


def test_levels_open_one_more_depth_each() -> None:
    case = named(shop())
    assert all(node.members for node in case["level:0"].diagram.nodes)
    assert "gateway" not in nodes(case["level:1"].diagram)
    assert "checkout" in nodes(case["level:1"].diagram)
    assert "level:2" not in case


def test_a_path_view_lights_the_hops_with_their_reasons_and_mutes_the_rest() -> None:
    case = walked([("in", "a"), ("a", "store"), ("a", "b")], [taken("a"), taken("store", likelihood=2)])
    view = named(case, attack_paths(case))["path:1"]
    arrows = {arrow.id: arrow for arrow in view.diagram.arrows}
    assert view.title == "From in to Card"
    assert arrows["in->a"].hop == "hop 1, the weakest: Callers change what it does"
    assert arrows["a->store"].hop == "hop 2: Callers change what it does"
    assert (arrows["a->b"].hop, arrows["a->b"].muted) == ("", True)
    assert nodes(view.diagram)["b"].muted
    text = draw(view.diagram).text
    assert text.count('class="edge flow unstated hop') == 4  # two halves of each hop
    assert "hop 1, the weakest: Callers change" in text


def test_all_paths_together_say_which_paths_use_a_flow() -> None:
    case = walked([("in", "a"), ("a", "store")], [taken("a"), taken("store")])
    arrows = {arrow.id: arrow for arrow in named(case, attack_paths(case))["paths"].diagram.arrows}
    assert arrows["in->a"].hop == "path 1"


def test_parallel_flows_are_one_arrow_that_carries_them_all() -> None:
    case = assessment(model([thing("a", "service", "A"), thing("b", "service", "B"), *_calls(5)]))
    (arrow,) = merged(plan(case)).arrows
    assert [part.id for part in arrow.flows] == [f"f{n}" for n in range(5)]
    text = draw(merged(plan(case))).text
    assert refs(text) == {f"f{n}" for n in range(5)}
    assert ">5 flows<" in text
    assert ">1, 2, 3, 4 +1<" in text


def test_two_flows_of_one_arrow_keep_their_titles() -> None:
    case = assessment(model([thing("a", "service", "A"), thing("b", "service", "B"), *_calls(2)]))
    text = draw(merged(plan(case))).text
    assert "Call 0" in text
    assert "Call 1" in text


def _calls(count: int) -> list[Flow]:
    return [flow("a", "b", f"Call {n}", id_=f"f{n}") for n in range(count)]


def test_the_worst_protection_shows_where_flows_of_different_protection_are_one_arrow() -> None:
    between = [arrow for arrow in named(shop())["level:0"].diagram.arrows if len(arrow.flows) > 1]
    assert [arrow.protection for arrow in between] == [Protection.FINE]
    whole = named(nested(300))["overview"].diagram
    mixed = [arrow for arrow in whole.arrows if any(part.id in ("f0", "f11") for part in arrow.flows)]
    assert {arrow.protection for arrow in mixed} == {Protection.CLEAR}


def test_a_stub_counts_a_finding_on_two_of_its_elements_once() -> None:
    shown = nodes(named(shop())["level:0"].diagram)
    whole = nodes(named(shop())["overview"].diagram)
    counted = [node.badge.open for node in whole.values() if node.id in shown["account"].members]
    assert 0 < shown["account"].badge.open <= sum(counted) + 4


def test_a_picture_without_words_is_of_the_overview() -> None:
    drawing = draw(plan(nested(100)), Settings(words=False), linked=False)
    assert len(drawing.nodes) <= MOST_NODES
    assert "<text" not in drawing.text


def test_the_name_of_a_flow_at_a_stub_is_that_of_its_real_ends() -> None:
    view = named(shop())["level:0"]
    root = ET.fromstring(draw(view.diagram).text)  # noqa: S314 - what we have just written
    titles = " ".join(element.text or "" for element in root.iter() if element.tag.endswith("title"))
    assert f"1 Browse and order, Customer{ARROW}API gateway" in titles


def test_muted_flows_that_are_one_arrow_say_how_many_they_are() -> None:
    made = [thing("a", "service", "A"), thing("b", "service", "B"), *_calls(3)]
    whole = plan(assessment(model(made)))
    muted = replace(whole, arrows=tuple(replace(arrow, muted=True) for arrow in whole.arrows))
    assert ">3 flows<" in draw(merged(muted)).text
