"""The chapter on attack paths: what a reader sees of a way, and how much of many."""

import re

import pytest
from msgspec.structs import replace

from tests.attack.walking import taken, walked
from threatdsl.assess.assessment import Assessment
from threatdsl.report.document.pdf import document
from threatdsl.report.edition import Audience, Edition
from threatdsl.rules.finding import Outcome

LONG = ("a", "b", "c", "d", "e", "f")


def lane() -> Assessment:
    return walked((("in", "web"), ("web", "store")), (taken("web", likelihood=2), taken("store", likelihood=5)))


def chapter(case: Assessment, audience: Audience = Audience.REVIEW) -> str:
    found = re.search(r'<section id="paths".*?</section>', document(case, Edition(audience=audience)), re.DOTALL)
    assert found is not None
    return found[0]


def test_a_path_is_drawn_with_its_elements_flows_and_weakest_step() -> None:
    shown = chapter(lane())
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", shown)
    assert [text for text in texts if text in ("in", "web", "store")] == ["in", "web", "store"]
    assert texts.count("weakest") == 1


def test_a_path_is_told_to_those_who_cannot_see_it() -> None:
    said = re.search(r'role="img" aria-label="([^"]+)"', chapter(lane()))
    assert said is not None
    assert said[1].startswith("in (flow 1: ")
    assert said[1].endswith("store")


def test_what_hangs_on_unstated_facts_is_called_possible() -> None:
    case = walked((("in", "web"), ("web", "store")), (taken("web", outcome=Outcome.UNASSESSED), taken("store")))
    assert "critical, possible" in chapter(case) or "high, possible" in chapter(case)
    assert "possible</td>" not in chapter(lane())


def test_a_long_path_goes_on_in_the_next_row() -> None:
    ways = tuple(zip(("in", *LONG), (*LONG, "store"), strict=True))
    shown = chapter(walked(ways, tuple(taken(name) for name in (*LONG, "store"))))
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", shown)
    assert texts.count("c") == 2  # the last of the first row is the first of the second
    assert texts.count("weakest") == 1
    for x, width in re.findall(r'<rect x="([\d.]+)" y="[-\d.]+" width="([\d.]+)"', shown):
        assert float(x) + float(width) <= 482.0


@pytest.mark.parametrize(("audience", "drawn"), [(Audience.MANAGEMENT, 3), (Audience.REVIEW, 8), (Audience.AUDIT, 12)])
def test_of_many_paths_as_many_are_drawn_as_the_audience_reads(audience: Audience, drawn: int) -> None:
    doors = tuple(f"door{number}" for number in range(12))
    case = walked(tuple((door, "store") for door in doors), (taken("store"),), entries=doors)
    shown = chapter(case, audience)
    assert shown.count('class="way"') == drawn
    if audience is Audience.MANAGEMENT:
        assert "The HTML report draws nine more paths." in shown
    else:
        assert sum(f"From {door} to Card" in shown for door in doors) == 12


def test_without_a_path_one_sentence_says_why() -> None:
    shown = chapter(walked((("in", "web"), ("web", "store")), ()))
    assert "No way leads from where attacks begin to the data at stake." in shown
    assert "<table" not in shown
    assert "<svg" not in shown


def test_titles_on_a_path_stay_text() -> None:
    base = lane()
    web = replace(base.model.things["web"], title="<img src=x>\"'&")
    case = replace(base, model=replace(base.model, things={**base.model.things, "web": web}))
    assert "<img" not in chapter(case)
    assert "&lt;img" in chapter(case)
