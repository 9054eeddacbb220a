"""The page's addresses: what a reader does is in them, so that it can be shared, reloaded and taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.report.building import large_findings
from tests.report.hostile import large
from tests.report.shop import shop
from tests.report.test_page import opened, shown

TWO = ["API gateway → Checkout service", "Order events → Fulfilment worker"]


def hash_of(page: Page) -> str:
    return page.url.partition("#")[2]


def test_a_filtered_list_can_be_shared(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.get_by_label("Unassessed").check()
    page.locator("#q").fill("checkout")
    page.wait_for_url("**#findings?outcome=unassessed&q=checkout")  # it follows a moment after the last letter
    page.reload()
    assert shown(page) == TWO[:1]
    assert page.locator("#q").input_value() == "checkout"
    assert page.get_by_label("Unassessed").is_checked()


def test_going_back_takes_back_the_last_filter(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#findings").page
    page.get_by_label("Unassessed").check()
    page.locator("#facets input[value='Repudiation']").check()
    assert shown(page) == []
    page.go_back()
    assert shown(page) == TWO
    page.go_back()
    assert len(shown(page)) == 6


def test_filters_stay_while_a_reader_looks_at_another_part(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#findings?outcome=unassessed").page
    page.locator("#tabs a[data-tab=flows]").click()
    page.locator("#tabs a[data-tab=findings]").click()
    assert shown(page) == TWO


@pytest.mark.parametrize(
    ("link", "tab", "words"),
    [
        ("element/console", "elements", "Support console"),
        ("flow/events-%3Efulfilment", "flows", "Order events → Fulfilment worker"),
        ("data/card", "data", "Cardholder data"),
    ],
)
def test_each_entry_of_a_table_has_an_address(
    browser: Browser, tmp_path: Path, link: str, tab: str, words: str
) -> None:
    page = opened(browser, tmp_path, shop(), f"#{link}").page
    expect(page.locator(f"#{tab}")).to_be_visible()
    marked = page.locator("tr.target")
    assert words in marked.inner_text()
    expect(marked).to_be_focused()


def test_a_rule_has_an_address(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#rule/repudiation.unlogged-action").page
    assert page.locator("#items .item").count() == 1
    assert page.locator("#detail .idline code").inner_text() == "repudiation.unlogged-action@console"


@pytest.mark.parametrize("link", ["nowhere", "element/nobody", "rule/none", "view/none", "%E0%A4%A", "findings?a=b&q="])
def test_an_address_that_leads_nowhere_does_no_harm(browser: Browser, tmp_path: Path, link: str) -> None:
    watched = opened(browser, tmp_path, shop(), f"#{link}")
    assert watched.said == []
    assert watched.page.locator("main:visible, section.tab:visible").count() == 1


def test_the_name_of_an_element_leads_to_its_findings(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#elements").page
    page.locator("#elements a", has_text="Order events").first.click()
    assert shown(page) == ["Order events → Fulfilment worker"]
    page.go_back()
    expect(page.locator("#elements")).to_be_visible()


def test_findings_can_be_grouped_and_groups_folded(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#findings?outcome=unassessed").page
    page.locator("#by").select_option("rule")
    assert "by=rule" in page.url
    group = page.locator("#items .group")
    assert group.count() == 1
    assert group.inner_text().endswith("2")
    group.click()
    assert shown(page) == []
    expect(page.locator("#items .group")).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#items .group")).to_be_focused()


def test_a_facet_can_be_folded_and_stays_so(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop()).page
    page.locator("#facets summary", has_text="STRIDE").click()
    page.get_by_label("Unassessed").check()
    expect(page.get_by_label("Spoofing")).not_to_be_visible()
    page.locator("#facets summary", has_text="STRIDE").click()
    expect(page.get_by_label("Spoofing")).to_be_visible()


def test_the_last_of_many_findings_can_be_reached(browser: Browser, tmp_path: Path) -> None:
    case = large_findings(large(20, 20), 1000)
    last = case.findings[-1].id
    page = opened(browser, tmp_path, case, f"#{last}").page
    assert page.locator("#detail .idline code").inner_text() == last
    expect(page.locator("#items .item[aria-current]")).to_be_in_viewport()


def test_scrolling_brings_more_of_a_long_list(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, large_findings(large(20, 20), 300)).page
    assert page.locator("#items .item").count() < 300
    for _ in range(12):
        page.locator("#list").evaluate("list => { list.scrollTop = list.scrollHeight }")
        page.wait_for_timeout(60)
    assert page.locator("#items .item").count() == 300


def test_on_a_telephone_focus_follows_into_a_finding_and_back(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), width=390).page
    item = page.locator("#items .item").nth(2)
    item.click()
    expect(page.locator("#detail")).to_be_focused()
    page.get_by_text("All findings").click()
    expect(page.locator("#items .item").nth(2)).to_be_focused()


def test_a_print_says_what_it_leaves_out(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, shop(), "#findings?outcome=unassessed&q=checkout").page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    head = page.locator("#print p").first.inner_text()
    assert "1 of 6 findings" in head
    assert "Only Outcome: Unassessed; with the words “checkout”." in head
    assert "model 9b417c0e5ad2" in head


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("#spoofing.gone@shop", "no finding spoofing.gone@shop."),
        ("#view/boundary:gone", "no view boundary:gone."),
        ("#view/path:99", "no attack path 99."),
        ("#rule/gone.rule", "no finding of the rule gone.rule."),
        ("#element/gone", "no element gone."),
    ],
)
def test_a_link_to_what_is_gone_says_so(browser: Browser, tmp_path: Path, link: str, told: str) -> None:
    page = opened(browser, tmp_path, shop(), link).page
    expect(page.locator("#missing")).to_contain_text(f"This report has {told}")
    page.locator("#tabs a").first.click()
    expect(page.locator("#missing")).to_be_hidden()


def test_links_to_what_is_there_say_nothing(browser: Browser, tmp_path: Path) -> None:
    for link in ("", "#findings", "#view/overview", "#paths", "#element/gateway"):
        expect(opened(browser, tmp_path, shop(), link).page.locator("#missing")).to_be_hidden()
