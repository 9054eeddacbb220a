"""Texts of a model that try to become more than text: on each part of the page they stay what they are."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.report.building import LACKS, assessment, finding, flow, model, refs, rule, span, thing, word
from tests.report.test_page import opened
from threatdsl.assess.assessment import Assessment
from threatdsl.model.level import Level
from threatdsl.rules.finding import Outcome, Question, Stride

TEXTS = (
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "[here](javascript:alert(1)) <a href='javascript:alert(1)'>here</a>",
    "</style><style>*{display:none}</style>",
    "x;background:url(https://example.org/a.png)",
    "<iframe src='file:///etc/passwd'></iframe>",
    "</script><script>alert(1)</script>",
    "</template></noscript></select><svg onload=alert(1)>",
    '" onmouseover="alert(1)" x=\'',
)
PARTS = ("findings?by=rule", "findings?by=element", "diagram", "view/data%3Aitem", "paths", "questions", "elements")


def evil(text: str) -> Assessment:
    things = [
        thing("zone", "boundary", text, trust=word("trust", "internal")),
        thing("one", "service", text, parent="zone", technology=text),
        thing("two", "database", text, parent="zone", stores=refs("item")),
        thing("item", "data", text, confidentiality=word("confidentiality", "restricted")),
        flow("one", "two", text, carries=refs("item"), lacks=LACKS),
    ]
    info = rule("evil.text", text, Stride.TAMPERING, text, (text,))
    found = finding(info, ("one->two",), Outcome.OPEN, text, text, levels=(Level.HIGH, Level.HIGH))
    head = thing("evil", "model", text, summary=text, classification=text)
    return assessment(model(things, head), (found,), (Question("one", text, text, (), span(9)),))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_text_on_each_part(browser: Browser, tmp_path: Path, text: str) -> None:
    watched = opened(browser, tmp_path, evil(text))
    page = watched.page
    page.on("dialog", lambda dialog: watched.said.append(dialog.message))
    assert page.locator("#detail h2").inner_text() == text
    for part in PARTS:
        page.evaluate("part => { location.hash = part }", part)
        page.wait_for_timeout(30)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("img, iframe, object, embed, base, [style], [onerror], [onload], [onmouseover]").count() == 0
    assert page.locator("a:not([href^='#'])").count() == 0
    assert page.locator("script").count() == 2
    assert page.locator("style").count() == 1
    assert watched.said == []
    assert [url for url in watched.asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in watched.asked if url.startswith("file:")]) == 1
