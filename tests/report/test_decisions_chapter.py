"""The decisions chapter: what runs out first comes first, and what has run out stands out."""

import re
from datetime import date, timedelta

from msgspec.structs import replace

from tests.report.building import NOW, facts, span
from tests.report.shop import ACCEPTED, CALLER, CLEARTEXT, shop
from threatdsl.assess.assessment import AssessedDecision, AssessedSwitch, Assessment
from threatdsl.model.things import Decision, Switch
from threatdsl.report.document.decisions import BAR
from threatdsl.report.document.pdf import document
from threatdsl.report.edition import Audience, Edition


def decided(*ends: date) -> Assessment:
    """The shop with a decision for each end, and a rule that is off for a month."""
    made = [
        Decision("accept", CLEARTEXT.id, (f"place-{n}",), end, ACCEPTED.facts, span(9)) for n, end in enumerate(ends)
    ]
    states = [AssessedDecision(one, "in force" if one.until >= NOW else "expired", None) for one in made]
    off = Switch(CALLER.id, NOW + timedelta(days=30), facts(9, {"reason": "Another model", "owner": "ops"}), span(9))
    switch = AssessedSwitch(off, (CALLER,), pack=False, in_force=True)
    return replace(shop(), decisions=tuple(states), switches=(switch,))


def chapter(case: Assessment, audience: Audience = Audience.REVIEW) -> str:
    found = re.search(r'<section id="decisions".*?</section>', document(case, Edition(audience=audience)), re.DOTALL)
    assert found
    return found[0]


def test_what_has_run_out_comes_first_then_what_ends_soonest_switches_among_them() -> None:
    text = chapter(decided(date(2027, 6, 30), date(2026, 11, 10), date(2026, 10, 1)))
    assert re.findall(r"<td><strong>(.*?)</strong>", text) == [
        "1 October 2026",
        "10 November 2026",
        "4 December 2026",
        "30 June 2027",
    ]
    assert "expired 34 days ago" in text
    assert "One has run out." in text


def test_a_bar_is_as_long_as_the_time_left() -> None:
    text = chapter(decided(NOW + timedelta(days=100), NOW + timedelta(days=50), NOW - timedelta(days=1)))
    assert re.findall(r"M0,4H([\d.]+)", text) == [str(round(BAR * 0.3, 2)), str(BAR / 2), str(float(BAR))]
    assert "the bar runs from today to 12 February 2027" in text


def test_a_decision_says_who_why_and_under_which_ticket() -> None:
    text = chapter(decided(date(2027, 6, 30)))
    for words in ("ciso@example.org", "SEC-482", "TLS arrives with the PostgreSQL 17 move", "Another model"):
        assert words in text


def test_without_the_chapter_of_threats_nothing_links_there() -> None:
    assert 'href="#finding-' in document(shop())
    assert 'href="#finding-' not in document(shop(), Edition(audience=Audience.MANAGEMENT))
