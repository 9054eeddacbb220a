"""The trend: what changed since the baseline, in one or two lines of the summary."""

from msgspec.structs import replace

from tests.report.comparing import compared
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.assess.comparison import Before, Change
from threatdsl.model.level import Level
from threatdsl.report.document.pdf import document
from threatdsl.report.trend import trend
from threatdsl.rules.finding import ACT, Outcome


def changed(*changes: Change, fixed: int = 0, baseline: str = "origin/main") -> Assessment:
    """The shop with the first findings changed in turn; those of the baseline were open."""
    base, made = shop(), compared().comparison
    assert made is not None
    told = {one.id: Change.UNCHANGED for one in base.findings}
    told |= {one.id: change for one, change in zip(base.findings, changes, strict=False)}
    there = {
        one.id: Before(one.outcome if one.outcome not in ACT else Outcome.OPEN, Level.HIGH)
        for one in base.findings
        if told[one.id] is not Change.NEW
    }
    comparison = replace(made, baseline=baseline, changes=told, before=there, fixed=made.fixed * fixed)
    return replace(base, comparison=comparison)


def words(case: Assessment) -> str:
    found = trend(case)
    assert found is not None
    return f"{found.changes} {found.standing}"


def test_without_a_baseline_there_is_no_trend() -> None:
    assert trend(shop()) is None
    assert 'class="trend"' not in document(shop())


def test_what_is_new_worse_and_fixed_is_told_with_what_there_was_to_act_on() -> None:
    assert words(changed(Change.NEW, Change.WORSE, Change.BETTER, fixed=1)) == (
        "Since origin/main one finding is new, one got worse, one got better and one is fixed. "
        "Four are open or unassessed, as before."
    )
    assert words(changed(Change.NEW, Change.NEW)) == (
        "Since origin/main two findings are new. Four are open or unassessed; there were two."
    )


def test_no_change_is_said_as_such() -> None:
    assert words(changed()) == "Since origin/main nothing has changed. Four are open or unassessed, as before."


def test_a_new_finding_that_a_control_holds_is_no_news() -> None:
    *_, last = shop().findings
    case = changed()
    assert case.comparison is not None
    held = replace(case.comparison, changes={**case.comparison.changes, last.id: Change.NEW})
    assert words(replace(case, comparison=held)).startswith("Since origin/main nothing has changed.")


def test_what_only_a_statement_makes_better_is_not_counted_as_better() -> None:
    assert "one finding is better without proof" in words(changed(Change.CLAIMED))


def test_the_summary_tells_it() -> None:
    assert "Since origin/main one finding is new." in document(changed(Change.NEW))


def test_a_long_name_of_a_baseline_is_cut() -> None:
    found = trend(changed(baseline="results/" + "x" * 300))
    assert found is not None
    assert len(found.baseline) <= 64
