"""Who cannot see, cannot use a mouse, or wants no colours of ours reads the page as well."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.report.shop import shop
from tests.report.test_page import opened, shown

PARTS = (
    "findings",
    "findings?by=rule",
    "view/overview",
    "paths",
    "questions",
    "decisions",
    "element/console",
    "flows",
    "data",
)


def barriers(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] != "minor"]


def active(page: Page) -> str:
    words = "() => { const a = document.activeElement; return a.id || a.dataset.tab || a.className || a.tagName; }"
    return str(page.evaluate(words))


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_no_part_has_a_barrier(browser: Browser, tmp_path: Path, width: int, theme: str) -> None:
    page = opened(browser, tmp_path, shop(), width=width).page
    page.evaluate("name => { document.documentElement.dataset.theme = name }", theme)
    for part in PARTS:
        page.evaluate("part => { location.hash = part }", part)
        page.wait_for_timeout(50)
        assert (part, barriers(page)) == (part, [])


def test_the_list_of_keys_has_no_barrier_and_gives_focus_back(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.locator("#keys").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#help")).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_focused()


def test_filters_on_a_telephone_have_no_barrier(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), width=390).page
    page.locator("#filters").click()
    expect(page.locator("#filters")).to_have_attribute("aria-expanded", "true")
    assert barriers(page) == []


def test_the_keyboard_alone_leads_from_the_head_to_a_filtered_finding(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    visited = []
    for _ in range(40):
        page.keyboard.press("Tab")
        visited.append(active(page))
        if page.locator("#facets input[value=unassessed]:focus").count():
            break
    assert visited[:4] == ["keys", "theme", "findings", "diagram"]
    assert "q" in visited
    page.keyboard.press("Space")
    expect(page.locator("#facets input[value=unassessed]")).to_be_focused()
    assert len(shown(page)) == 2
    page.keyboard.press("j")
    expect(page.locator("#items .item[aria-current]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_be_focused()


def test_the_number_of_findings_is_announced(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.get_by_label("Unassessed").check()
    assert page.get_by_role("status").first.inner_text() == "2 of 6 findings, by declared severity"


def test_with_colours_of_the_system_bars_and_the_chosen_finding_can_be_seen(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.emulate_media(forced_colors="active")
    item = page.locator("#items .item[aria-current]")
    assert item.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    bar = item.locator(".bar")
    assert bar.evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"
    assert bar.locator("i").evaluate("one => getComputedStyle(one).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_without_javascript_the_page_says_what_is_missing(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), script=False).page
    assert "need JavaScript, which is off" in page.locator("p.noscript").inner_text()
    assert page.locator(".plain article:visible").count() == 6
