"""The HTML report: one file, no request, works with the keyboard, with links, and without JavaScript."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.report.building import large_findings
from tests.report.hostile import LABELS, hostile, large
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.report.page.html import html


@dataclass(frozen=True, slots=True)
class Watched:
    """A page with all that it said on the console and asked of the network."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def opened(
    browser: Browser, folder: Path, case: Assessment, link: str = "", *, script: bool = True, width: int = 1440
) -> Watched:
    file = folder / "report.html"
    file.write_bytes(html(case))
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    watched = Watched(context.new_page())
    watched.page.on("console", lambda message: watched.said.append(message.text))
    watched.page.on("pageerror", lambda error: watched.said.append(str(error)))
    watched.page.on("request", lambda request: watched.asked.append(request.url))
    watched.page.goto(f"{file.as_uri()}{link}")
    return watched


def shown(page: Page) -> list[str]:
    return page.locator("#items .item:visible .o").all_inner_texts()


@pytest.mark.parametrize("case", [shop(), hostile()], ids=["shop", "hostile labels"])
def test_nothing_is_asked_of_the_network_and_nothing_goes_wrong(
    browser: Browser, tmp_path: Path, case: Assessment
) -> None:
    watched = opened(browser, tmp_path, case)
    for key in ("j", "k", "o", "x", "d"):
        watched.page.keyboard.press(key)
    assert watched.said == []
    assert [url for url in watched.asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in watched.asked if url.startswith("file:")]) == 1


def test_the_policy_allows_nothing_from_outside() -> None:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', html(shop()).decode())
    assert found is not None
    policy = found[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_all_findings_are_listed_in_risk_order_and_the_first_is_open(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    assert shown(page)[:2] == ["Support console → Orders database", "Support console"]
    assert page.locator("#count span").inner_text() == "6 findings, by declared severity"
    assert page.locator("#detail h2").inner_text() == "Sensitive data crosses a trust boundary in clear text"


def test_filters_narrow_the_list_and_their_counts_say_what_a_click_would_give(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.get_by_label("Unassessed").check()
    assert shown(page) == ["API gateway → Checkout service", "Order events → Fulfilment worker"]
    assert page.locator("label", has_text="Spoofing").locator(".n").inner_text() == "2"
    assert page.locator("label", has_text="Repudiation").locator(".n").inner_text() == "0"
    page.locator("#clear").click()
    assert len(shown(page)) == 6


def test_there_is_no_filter_for_what_does_not_occur(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    words = page.locator("#facets label bdi").all_inner_texts()
    assert "Mitigated" in words
    assert "Verified" not in words
    assert "Elevation of privilege" not in words


def test_search_finds_words_of_messages_and_ids(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.keyboard.press("/")
    page.keyboard.type("corp.quota")
    assert shown(page) == ["API gateway"]


def test_choosing_an_element_in_the_diagram_filters(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.locator("#fig g.el[data-ref=events]").click()
    assert shown(page) == ["Order events → Fulfilment worker"]
    assert page.locator("#fig g.on[data-ref='events->fulfilment']").count() > 0


def test_the_id_of_a_finding_is_a_link_to_it(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#repudiation.unlogged-action@console").page
    assert page.locator("#detail .idline code").inner_text() == "repudiation.unlogged-action@console"
    page.keyboard.press("j")
    assert page.url.endswith("#spoofing.unauthenticated-caller%40gateway-%3Echeckout")


def test_the_other_parts_are_tabs(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    for tab, words in {
        "questions": "What does Catalogue service keep?",
        "decisions": "expired 35 days ago",
        "elements": "Support console",
        "flows": "clear text",
        "data": "Cardholder data",
    }.items():
        page.locator(f"#tabs a[data-tab={tab}]").click()
        expect(
            page.locator(f"#{tab}").get_by_text(words).first
        ).to_be_visible()  # a tab follows its click a moment later
        expect(page.locator("#findings")).not_to_be_visible()


def test_the_diagram_is_a_tab_where_choosing_an_element_leads_to_its_findings(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.locator("#tabs a[data-tab=diagram]").click()
    page.locator("#diagram g.el[data-ref=gateway]").click()
    expect(page.locator("#findings")).to_be_visible()
    assert shown(page) == ["API gateway → Checkout service", "API gateway"]


def test_a_wide_diagram_is_shown_around_what_the_finding_is_about(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, large_findings(large(30, 20), 3), "#denial.example@e2,x2").page
    whole, part = (
        [float(number) for number in (page.locator("#fig svg").get_attribute(name) or "").split()]
        for name in ("data-whole", "viewBox")
    )
    assert part[2] < whole[2]
    box = page.locator("#fig g.on").first.bounding_box()
    assert box is not None
    assert box["width"] > 40


def test_without_javascript_everything_can_be_read(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), script=False).page
    text = page.locator("body").inner_text()
    for words in ("Support console amends orders", "Add a flow console -> audit-log", "SEC-482", "Payment provider"):
        assert words in text


def test_on_a_telephone_a_finding_has_a_way_back(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), width=390).page
    page.locator("#items .item").first.click()
    expect(page.locator("#items")).not_to_be_visible()
    page.get_by_text("All findings").click()
    expect(page.locator("#items")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", LABELS)
def test_a_label_is_shown_as_written(browser: Browser, tmp_path: Path, name: str) -> None:
    page = opened(browser, tmp_path, hostile(), f"#evil.labels@{name}").page
    assert page.locator("#detail .where").inner_text() == LABELS[name]
    assert page.locator("img, iframe, object, link").count() == 0


def test_a_print_holds_the_findings_that_are_shown(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.keyboard.press("u")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#print article:visible").count() == 2
    expect(page.locator("#findings")).not_to_be_visible()
