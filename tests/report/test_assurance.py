"""The assurance chapter: what proves each control, where, how fresh; and what nothing proves."""

import re

from tests.report.building import thing
from tests.report.proving import check, environments, proven_shop, ruling
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.evidence.verdict import Verdict
from threatdsl.report.assurance import GLYPHS, CellView, assurance
from threatdsl.report.document.pdf import document
from threatdsl.report.edition import Audience, Edition


def cell(case: Assessment, column: int = 0) -> CellView | None:
    return assurance(case).checked[0].checks[0].cells[column]


def shown(case: Assessment, column: int = 0) -> CellView:
    found = cell(case, column)
    assert found is not None
    return found


def chapter(case: Assessment, audience: Audience = Audience.REVIEW) -> str:
    found = re.search(r'<section id="assurance".*?</section>', document(case, Edition(audience=audience)), re.DOTALL)
    assert found
    return found[0]


def test_each_environment_has_a_column_and_a_check_is_empty_where_it_did_not_look() -> None:
    tls = check("tls-scan", "tls", ("gateway",), "staging")
    case = proven_shop([ruling(tls, "gateway", Verdict.PROVEN)], *environments())
    assert assurance(case).environments == ("Staging", "Production")
    assert shown(case).verdict == "proven"
    assert cell(case, 1) is None
    assert "not run here" in chapter(case)


def test_a_check_of_no_environment_speaks_for_all_of_them() -> None:
    tls, other = check("tls-scan", "tls", ("gateway",)), check("quota", "quota", ("gateway",), "prod")
    case = proven_shop(
        [ruling(tls, "gateway", Verdict.PROVEN), ruling(other, "gateway", Verdict.STALE)], *environments()
    )
    assert 'colspan="2"' in chapter(case)
    assert [one.checks[0].everywhere for one in assurance(case).checked] == [True, False]


def test_too_many_environments_for_a_page_share_one_column_and_are_named_beside_the_check() -> None:
    many = [thing(f"e{n}", "environment", f"Region {n}") for n in range(5)]
    rulings = [ruling(check("tls-scan", "tls", ("gateway",), one.id), "gateway", Verdict.PROVEN) for one in many]
    view = assurance(proven_shop(rulings, *many))
    assert view.environments == ()
    assert len(view.checked[0].checks) == 5
    assert "Region 4" in view.checked[0].checks[4].where


def test_the_worst_place_decides_and_is_named() -> None:
    made = check("limits", "quota", ("gateway", "checkout", "console"))
    case = proven_shop(
        [
            ruling(made, "gateway", Verdict.PROVEN),
            ruling(made, "checkout", Verdict.REFUTED, "T9 fails on line 4"),
            ruling(made, "console", Verdict.PROVEN),
        ]
    )
    found = shown(case)
    assert (found.verdict, found.counts) == ("refuted", "1 of 3 places")
    assert found.why == "Checkout service: T9 fails on line 4."
    assert 'class="vd refuted">✗ refuted' in chapter(case)


def test_age_commit_and_run_stand_in_the_cell() -> None:
    made = check("limits", "quota", ("gateway",))
    found = shown(proven_shop([ruling(made, "gateway", Verdict.PROVEN, run_url="https://ci.example/run/7")]))
    assert (found.age, found.commit, found.run) == ("2 days old", "4f1c9e2", "https://ci.example/run/7")
    assert shown(proven_shop([ruling(made, "gateway", Verdict.PROVEN, day=4)])).age == "today"


def test_the_address_of_a_run_is_a_link_only_on_the_web() -> None:
    made = check("limits", "quota", ("gateway",))
    for address in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"):
        case = proven_shop([ruling(made, "gateway", Verdict.PROVEN, run_url=address)])
        assert shown(case).run == ""
        assert address not in chapter(case)


def test_a_sentence_counts_every_control_once_by_its_worst_verdict() -> None:
    scan, audit = check("scan", "tls", ("gateway",)), check("audit", "tls", ("gateway",))
    quota = check("limits", "quota", ("gateway",))
    case = proven_shop(
        [
            ruling(scan, "gateway", Verdict.PROVEN),
            ruling(audit, "gateway", Verdict.STALE),
            ruling(quota, "gateway", Verdict.PROVEN),
        ],
        controls=("tls", "quota", "waf"),
    )
    assert "Two of three controls have a check: one is proven and one is stale." in assurance(case).lead


def test_controls_without_a_check_are_named_those_that_hold_most_first() -> None:
    base = proven_shop([], controls=("aaa", "corp.quota"))
    view = assurance(base)
    assert {control.id for control in view.unchecked} == {"aaa", "corp.quota"}
    assert "No check is bound to the two controls" in chapter(base)
    assert "Control without a check" in chapter(base)


def test_the_chapter_is_there_when_nothing_was_read_and_nothing_is_stated() -> None:
    assert "The model states no control." in chapter(shop())


def test_hundreds_of_controls_are_cut_in_a_review_and_whole_in_an_audit() -> None:
    names = tuple(f"control-{n}" for n in range(300))
    rulings = [ruling(check(f"check-{n}", f"control-{n}", ("gateway",)), "gateway", Verdict.PROVEN) for n in range(200)]
    bad = ruling(check("last", "control-200", ("gateway",)), "gateway", Verdict.REFUTED)
    case = proven_shop([*rulings, bad], controls=names)
    review, audit = chapter(case), chapter(case, Audience.AUDIT)
    assert "161 more with a check and 87 more without one: the edition for an audit holds all controls." in review
    assert "✗ refuted" in review
    assert review.count("<tr") < 60
    assert all(f">{name}<" in audit for name in names)


def test_each_verdict_has_a_glyph_of_its_own() -> None:
    assert len(set(GLYPHS.values())) == len(Verdict)
