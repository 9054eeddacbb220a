"""The page's attack paths, and what a screen reader meets on each of its tabs."""

import re
from pathlib import Path

from msgspec.structs import replace
from playwright.sync_api import Browser, expect

from tests.attack.walking import taken, walked
from tests.report.test_page import opened
from threatdsl.assess.assessment import Assessment
from threatdsl.report.page.html import html

HOSTILE = "<img src=x onerror=alert(1)>"
GRAVE = ("serious", "critical")


def lane() -> Assessment:
    return walked((("in", "web"), ("web", "store")), (taken("web", likelihood=2), taken("store", likelihood=5)))


def test_a_path_shows_its_stops_and_hops_and_marks_the_weakest(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, lane(), "#paths").page
    expect(page.locator("#paths")).to_be_visible()
    assert page.locator("#paths .stop").all_inner_texts() == ["in", "web", "store"]
    assert page.locator("#paths .hop").count() == 2
    assert "weakest" in page.locator("#paths .hop").nth(1).inner_text()
    assert "weakest" not in page.locator("#paths .hop").nth(0).inner_text()


def test_a_hop_leads_to_its_finding(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, lane(), "#paths").page
    page.locator("#paths .hop a").first.click()
    expect(page.locator("#detail code", has_text="tampering.example@web")).to_be_visible()


def test_without_a_path_there_is_one_sentence(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, walked((("in", "web"), ("web", "store")), ()), "#paths").page
    assert page.locator("#paths").inner_text().split("\n\n") == [
        "Attack paths",
        "No way leads from where attacks begin to the data at stake.",
    ]


def test_titles_on_a_path_stay_text() -> None:
    base = lane()
    web = replace(base.model.things["web"], title=HOSTILE)
    case = replace(base, model=replace(base.model, things={**base.model.things, "web": web}))
    paths = re.search(r'<section id="paths".*?</section>', html(case).decode(), re.DOTALL)
    assert paths is not None
    assert "<img" not in paths[0]
    assert "&lt;img src=x onerror=alert(1)&gt;" in paths[0]


def test_an_address_of_a_tab_shows_the_head_of_the_page(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, lane(), "#paths", width=390).page
    page.wait_for_timeout(100)
    expect(page.locator("h1")).to_be_in_viewport()
    assert page.locator("#paths:focus").count() == 0
