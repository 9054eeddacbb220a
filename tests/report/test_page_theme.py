"""A team's own look on the page: its style sheet, its logo, its banner. Nothing of it loads from outside or escapes."""

from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.report.shop import shop
from tests.report.test_trend import changed
from threatdsl.assess.comparison import Change
from threatdsl.report.edition import Edition, Theme
from threatdsl.report.page.html import html

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
LOGO = f"data:image/svg+xml;base64,{b64encode(PICTURE).decode()}"


@dataclass(frozen=True, slots=True)
class Themed:
    """A page with what went wrong in it, what it asked for, and what it was refused, with the reason."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def themed(browser: Browser, folder: Path, look: Theme) -> Themed:
    file = folder / "report.html"
    file.write_bytes(html(shop(), Edition(theme=look)))
    watched = Themed(browser.new_context().new_page())
    watched.page.on("pageerror", lambda error: watched.said.append(str(error)))
    watched.page.on("dialog", lambda dialog: watched.said.append(dialog.message))
    watched.page.on("requestfailed", lambda request: watched.refused.append((request.url, request.failure or "")))
    watched.page.on("request", lambda request: watched.asked.append(request.url))
    watched.page.goto(file.as_uri())
    return watched


def test_the_style_sheet_of_a_team_has_the_last_word(browser: Browser, tmp_path: Path) -> None:
    page = themed(browser, tmp_path, Theme(css="header h1 { color: rgb(1, 2, 3) }")).page
    assert page.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(1, 2, 3)"


def test_the_logo_is_shown_and_the_banner_takes_the_place_of_the_classification(
    browser: Browser, tmp_path: Path
) -> None:
    page = themed(browser, tmp_path, Theme(logo=LOGO, classification="Secret <b>")).page
    assert page.locator("header .cls").inner_text() == "Secret <b>"
    assert page.locator("header img").evaluate("picture => picture.naturalWidth") == 40


def test_without_a_logo_the_page_may_show_no_pictures() -> None:
    assert b"img-src" not in html(shop())
    assert b"img-src data:;" in html(shop(), Edition(theme=Theme(logo=LOGO)))


def test_a_logo_from_elsewhere_is_left_out() -> None:
    for address in ("https://example.org/x.png", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x"):
        assert b"<img" not in html(shop(), Edition(theme=Theme(logo=address)))


def test_a_style_sheet_loads_nothing_and_cannot_end_its_element(browser: Browser, tmp_path: Path) -> None:
    css = (
        "@import 'https://example.org/a.css'; @import 'file:///etc/passwd'; "
        "body { background: url(https://example.org/b.png) } "
        "@font-face { font-family: x; src: url(https://example.org/c.woff2) } h1 { font-family: x } "
        "</style><script>alert(1)</script></STYLE ><img src=x onerror=alert(2)>"
    )
    watched = themed(browser, tmp_path, Theme(css=css))
    assert watched.said == []
    assert watched.page.locator("img").count() == 0
    assert {why for url, why in watched.refused if url.startswith("https:")} == {"csp"}
    assert {url for url, _ in watched.refused} == {url for url in watched.asked if not url.endswith("report.html")}


def test_what_changed_since_the_baseline_stands_beneath_the_verdict() -> None:
    assert b'class="trend"' not in html(shop())
    page = html(changed(Change.NEW, Change.NEW, baseline="origin/<main>")).decode()
    assert '<p class="trend">Since origin/&lt;main&gt; two findings are new.' in page


def test_a_public_version_has_no_headings_over_nothing(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(html(shop(), Edition(public=True)))
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.locator("#items .item").count() > 0
    assert "Proof" not in page.locator("#detail h3").all_inner_texts()
    assert page.locator("#detail .terms p").count() == 0
