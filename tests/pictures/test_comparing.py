"""What the comparison of pictures lets through, another rasteriser, and what it does not: lost or recoloured things."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.cli.running import BOUTIQUE, DAY, threatdsl
from tests.pictures.comparing import ON_PAPER, ON_SCREEN, compared, difference
from tests.pictures.making import drawing_of, page_of, screen_of

CHANGES = {
    "a chip recoloured": "document.querySelector('#items .chip').style.background = '#1F4E74'",
    "a row missing": "document.querySelectorAll('#items .item')[3].remove()",
    "a heading missing": "document.querySelector('header').style.visibility = 'hidden'",
    "a column moved": "document.querySelector('#items').style.paddingLeft = '24px'",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("compared")
    outputs = ("-o", "report.pdf", "-o", "report.html")
    assert threatdsl("report", BOUTIQUE, "--now", DAY, *outputs, cwd=made).code == 0
    assert threatdsl("diagram", BOUTIQUE, "--now", DAY, "-o", "drawing.svg", cwd=made).code == 0
    return made


@pytest.mark.parametrize("page", [1, 2, 3])
def test_another_resolution_of_the_rasteriser_is_no_difference(page: int, folder: Path) -> None:
    pdf = folder / "report.pdf"
    assert not difference(page_of(pdf, page), page_of(pdf, page, 150)).visible(ON_PAPER)


def test_another_page_is_one(folder: Path) -> None:
    pdf = folder / "report.pdf"
    assert difference(page_of(pdf, 5), page_of(pdf, 6)).visible(ON_PAPER)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_page_is_seen(change: str, folder: Path, browser: Browser) -> None:
    before = screen_of(browser, folder / "report.html", 1440, "light")
    after = screen_of(browser, folder / "report.html", 1440, "light", change=CHANGES[change])
    assert difference(before, after).visible(ON_SCREEN)


def test_each_missing_line_of_a_drawing_is_seen(folder: Path, browser: Browser) -> None:
    source = (folder / "drawing.svg").read_text(encoding="utf-8")
    before = drawing_of(browser, source)
    for flow in ("f1", "f7", "f19"):
        without = re.sub(rf'<g id="[^"]*" class="edge[^"]* {flow}".*?</g>', "", source, flags=re.DOTALL)
        assert without != source
        assert difference(before, drawing_of(browser, without)).visible(ON_SCREEN), flow


def test_what_differs_is_written_beside_and_named(folder: Path, tmp_path: Path) -> None:
    reviewed = tmp_path / "page.png"
    assert "is missing" in compared(page_of(folder / "report.pdf", 5), reviewed, tmp_path, ON_PAPER, update=False)
    assert compared(page_of(folder / "report.pdf", 5), reviewed, tmp_path, ON_PAPER, update=True) == ""
    assert "page.png differs" in compared(page_of(folder / "report.pdf", 6), reviewed, tmp_path, ON_PAPER, update=False)
    assert {path.name for path in tmp_path.iterdir()} == {"page.png", "page.new.png", "page.difference.png"}
