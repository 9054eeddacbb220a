"""The PDF of both examples for a reader who cannot see it: tags, headings, words for pictures, links that lead on."""

import io

import pikepdf
import pytest

from tests import pdf_structure as within
from tests.cli.running import BOUTIQUE, DAY, SHOP, threatdsl

EXAMPLES = {"shop": SHOP, "boutique": BOUTIQUE}


@pytest.fixture(scope="module", params=EXAMPLES)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> pikepdf.Pdf:
    folder = tmp_path_factory.mktemp("report")
    done = threatdsl("report", EXAMPLES[request.param], "--now", DAY, "-o", folder / "report.pdf", cwd=folder)
    assert done.code == 0, done.err
    return within.opened(io.BytesIO((folder / "report.pdf").read_bytes()))


def test_it_says_what_it_is(file: pikepdf.Pdf) -> None:
    assert str(file.Root["/Lang"]).startswith("en")
    assert file.Root["/MarkInfo"]["/Marked"]
    assert file.Root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert str(file.docinfo["/Title"]).endswith(": threat model")
    assert within.marker(file) == "1"


def test_headings_skip_no_level(file: pikepdf.Pdf) -> None:
    levels = within.headings(file)
    assert levels[0] == 1
    assert levels.count(2) > 5
    assert within.skipped(levels) == []


def test_each_picture_has_words_that_stand_for_it(file: pikepdf.Pdf) -> None:
    figures = within.figures(file)
    assert len(figures) > 3
    assert [number for number, words in enumerate(figures) if not words.strip()] == []


def test_each_table_with_a_head_has_heading_cells(file: pikepdf.Pdf) -> None:
    heads = within.structure(file).each("THead")
    assert len(heads) > 3
    assert [head for head in heads if not head.each("TH")] == []


def test_bookmarks_name_the_chapters_and_what_is_in_them(file: pikepdf.Pdf) -> None:
    depths = {depth for depth, _ in within.bookmarks(file)}
    assert depths == {0, 1}
    top = [words for depth, words in within.bookmarks(file) if depth == 0]
    assert {"Summary", "Threats", "Decisions"} <= set(top)


def test_each_link_leads_to_a_place_in_the_document(file: pikepdf.Pdf) -> None:
    links, places = within.links(file), within.places(file)
    assert len(links) > 10
    assert [link for link in links if not link.place or (link.place != "page" and link.place not in places)] == []


def test_all_fonts_are_inside_and_can_be_read_aloud(file: pikepdf.Pdf) -> None:
    assert within.loose_fonts(file) == set()
    assert within.mute_fonts(file) == set()
