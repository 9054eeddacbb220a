"""The page's diagram: a chooser of views, and ways to move about in one with mouse, wheel and keyboard."""

import dataclasses
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from tests.attack.walking import taken, walked
from tests.report.building import with_model
from tests.report.shop import shop
from tests.report.test_page import opened, shown
from threatdsl.report.diagram.dfd import plan
from threatdsl.report.diagram.views import View
from threatdsl.report.edition import STANDARD
from threatdsl.report.page.drawings import drawings_of, grouped
from threatdsl.report.view import view

HOSTILE = "</template><img src=x onerror=alert(1)>"


def box(page: Page) -> list[float]:
    page.wait_for_timeout(80)  # drawn with the next frame
    return [float(number) for number in (page.locator("#canvas svg").get_attribute("viewBox") or "").split()]


def test_views_are_grouped_by_what_they_show() -> None:
    shown = view(shop(), STANDARD)
    diagram = plan(shop())
    names = ("overview", "boundary:edge", "boundary:data", "data:order", "path:1", "level:1")
    drawings = drawings_of(dataclasses.replace(shown, views=tuple(View(name, name, diagram) for name in names)))
    groups = [(group.title, len(group.drawings)) for group in grouped(drawings)]
    assert groups == [("Overview", 1), ("Boundaries", 2), ("Data", 1), ("Attack paths", 1), ("Levels", 1)]
    assert {"console", "events->fulfilment"} <= set(drawings[0].things)


def test_choosing_a_view_draws_it_and_changes_the_address(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#diagram").page
    names = page.locator("#view option").evaluate_all("options => options.map(one => one.value)")
    assert len(names) > 1
    before = page.locator("#canvas svg").get_attribute("aria-label")
    page.locator("#view").select_option(names[1])
    assert page.url.endswith(f"#view/{names[1].replace(':', '%3A')}")
    assert page.locator("#canvas svg").get_attribute("aria-label") != before
    page.go_back()
    expect(page.locator("#view")).to_have_value(names[0])


def test_a_drawing_that_is_not_shown_is_not_in_the_page(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#questions").page
    assert page.locator("#drawings template").count() == page.locator("#view option").count()
    assert page.locator("svg").count() <= 1


def test_keys_move_and_size_the_diagram(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#diagram").page
    page.locator("#canvas").focus()
    whole = box(page)
    page.keyboard.press("+")
    closer = box(page)
    assert closer[2] < whole[2]
    page.keyboard.press("ArrowRight")
    assert box(page)[0] > closer[0]
    page.keyboard.press("0")
    assert box(page) == pytest.approx(whole)


def test_the_wheel_with_ctrl_comes_closer_to_where_the_pointer_is(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#diagram").page
    whole = box(page)
    edge = page.locator("#canvas").bounding_box()
    assert edge is not None
    page.mouse.move(edge["x"] + 0.6 * edge["width"], edge["y"] + 0.5 * edge["height"])
    page.mouse.wheel(0, -300)
    assert box(page) == whole
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    closer = box(page)
    assert closer[2] < whole[2] / 2
    assert closer[0] == pytest.approx(whole[0] + 0.6 * (whole[2] - closer[2]), abs=0.5)


def test_dragging_moves_and_chooses_nothing(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#diagram").page
    before = box(page)
    at = page.locator("#canvas g.el[data-ref=gateway]").bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + 20, at["y"] + 10)
    page.mouse.down()
    page.mouse.move(at["x"] + 90, at["y"] + 60, steps=5)
    page.mouse.up()
    assert box(page)[0] < before[0]
    expect(page.locator("#diagram")).to_be_visible()


def test_a_flow_leads_to_its_findings(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#diagram").page
    page.locator("#canvas g.pill[data-ref='events->fulfilment']").click()
    assert shown(page) == ["Order events → Fulfilment worker"]
    assert page.url.endswith("#findings?flow=events-%3Efulfilment")


def test_a_shape_can_be_chosen_with_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#diagram").page
    shape = page.locator("#canvas g.el[data-ref=events]")
    shape.focus()
    assert "Order events" in (shape.get_attribute("aria-label") or "")
    page.keyboard.press("Enter")
    assert shown(page) == ["Order events → Fulfilment worker"]


def test_a_shape_that_the_keyboard_reaches_comes_into_sight(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#diagram").page
    page.locator("#canvas").focus()
    for _ in range(6):
        page.keyboard.press("+")
    for _ in range(8):
        page.keyboard.press("Tab")
        page.wait_for_timeout(60)
        expect(page.locator("#canvas g:focus")).to_be_in_viewport()


def test_what_has_no_finding_says_so(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#diagram").page
    page.locator("#canvas g.el[data-ref=catalogue]").click()
    expect(page.locator("#told")).to_contain_text("No finding is about Catalogue service")
    expect(page.locator("#diagram")).to_be_visible()


def test_an_attack_path_is_shown_in_the_diagram(browser: Browser, tmp_path: Path) -> None:
    case = walked((("in", "web"), ("web", "store")), (taken("web", likelihood=2), taken("store", likelihood=5)))
    page = opened(browser, tmp_path, case, "#paths").page
    page.get_by_text("Show in the diagram").first.click()
    expect(page.locator("#view")).to_have_value("path:1")
    assert page.url.endswith("#view/path%3A1")


def test_titles_of_views_stay_text(browser: Browser, tmp_path: Path) -> None:
    made = shop().model
    edge = replace(made.things["edge"], title=HOSTILE)
    case = with_model(shop(), replace(made, things={**made.things, "edge": edge}))
    watched = opened(browser, tmp_path, case, "#diagram")
    assert watched.page.locator("img").count() == 0
    assert watched.said == []
    assert HOSTILE in "".join(watched.page.locator("#view option").all_inner_texts())
