"""The coverage chapter: what no rule looked at, what nobody stated, what is left out on purpose."""

import re
from datetime import date

from msgspec.structs import replace

from tests.report.building import NOW, assessment, finding, model, span, thing, with_model
from tests.report.shop import CALLER, QUOTA, shop
from threatdsl.assess.assessment import Assessment
from threatdsl.model.level import Level
from threatdsl.model.things import Thing
from threatdsl.report.coverage import coverage
from threatdsl.report.document.pdf import document
from threatdsl.report.edition import Audience, Edition
from threatdsl.rules.finding import Outcome, Question


def with_things(*things: Thing) -> Assessment:
    base = shop()
    table = {**base.model.things, **{one.id: one for one in things}}
    return with_model(base, replace(base.model, things=table))


def chapter(case: Assessment, audience: Audience = Audience.REVIEW) -> str:
    found = re.search(r'<section id="coverage".*?</section>', document(case, Edition(audience=audience)), re.DOTALL)
    assert found
    return found[0]


def test_what_no_finding_and_no_question_names_is_listed_by_kind() -> None:
    unseen = {one.kind: one for one in coverage(shop()).unseen}
    assert unseen["vault"].names == ("Card vault",)
    assert unseen["actor"].of == 2
    assert "service" not in unseen  # each is named by a finding or a question
    assert "all 2" in chapter(shop())


def test_a_mitigated_threat_is_a_look_too() -> None:
    case = assessment(
        model([thing("a", "service", "A"), thing("b", "service", "B")]),
        (finding(QUOTA, ("a",), Outcome.MITIGATED, "It is held", "", levels=(Level.LOW, Level.LOW)),),
    )
    assert [one.names for one in coverage(case).unseen] == [("B",)]


def test_rules_that_say_nothing_are_counted() -> None:
    case = replace(shop(), rules=(*shop().rules, replace(CALLER, id="spoofing.other")))
    spoofing = coverage(case).asked[0]
    assert (spoofing.stride, spoofing.asked, spoofing.applied, spoofing.findings, spoofing.act) == (
        "Spoofing",
        2,
        1,
        2,
        2,
    )


def test_missing_facts_are_counted_by_element_the_most_first() -> None:
    asked = [Question("console", fact, "?", (), span(1)) for fact in ("language", "parses")]
    case = replace(shop(), questions=(*shop().questions, *asked))
    assert [(one.name, one.facts) for one in coverage(case).unsaid] == [
        ("Support console", ("language", "parses")),
        ("Catalogue service", ("stores",)),
    ]


def test_an_assumption_past_its_day_stands_out_with_who_answers_for_it() -> None:
    old = thing("old", "assumption", "The provider is audited", owner="legal@example.org", until=date(2026, 10, 1))
    new = thing("new", "assumption", "Nobody taps the wire", until=NOW, text="It is buried")
    text = chapter(with_things(old, new))
    assert '<strong class="act">1 October 2026, overdue</strong>' in text
    assert "legal@example.org" in text
    assert "It is buried." in text
    assert text.count("overdue") == 1


def test_what_is_out_of_scope_stands_with_its_reason() -> None:
    text = chapter(with_things(thing("office", "out-of-scope", "Office network", reason="Another model covers it")))
    assert "Left out on purpose" in text
    assert "Another model covers it." in text


def test_a_long_list_is_cut_in_a_review_and_whole_in_an_audit() -> None:
    case = assessment(model([thing(f"s{n}", "service", f"Service {n}") for n in range(300)]))
    assert "+292" in chapter(case)
    assert "Service 299" not in chapter(case)
    assert "Service 299" in chapter(case, Audience.AUDIT)
