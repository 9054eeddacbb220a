"""The comment on a pull request: what changed, short enough to be posted, and text stays text."""

import re

from msgspec.structs import replace

from tests.report.building import large_findings, span
from tests.report.comparing import HOSTILE, checked, compared, mistake
from tests.report.hostile import hostile, large
from tests.report.shop import shop
from threatdsl.assess.comparison import Change
from threatdsl.report.checked import Checked
from threatdsl.report.pipeline.markdown import markdown
from threatdsl.report.pipeline.markup_text import link, text
from threatdsl.rules.finding import ACT


def comment(*models: Checked) -> str:
    return markdown(models).decode()


def headings(told: str) -> list[str]:
    return re.findall(r"^#### (.+)$", told, re.MULTILINE)


def test_a_bot_finds_its_comment_and_a_reader_the_verdict() -> None:
    first, second, *_ = comment(checked(shop())).splitlines()
    assert first == "<!-- threatdsl:shop -->"
    assert second.endswith(": the gate failed")


def test_a_name_cannot_end_the_marker() -> None:
    assert comment(checked(None, "a --> <b>")).splitlines()[0] == "<!-- threatdsl:a-b -->"


def test_without_a_baseline_open_and_unassessed_findings_are_listed_with_their_lines() -> None:
    told = comment(checked(shop()))
    assert [heading.partition(" ")[0] for heading in headings(told)] == ["Open", "Unassessed"]
    assert "([`shop.threat:58`](shop.threat#L58))" in told


def test_with_a_baseline_it_says_what_changed() -> None:
    told = comment(checked(compared()))
    assert headings(told) == [
        "New (1)",
        "Kept: nothing that was said makes it better (1)",
        "Fixed (1)",
        "Pending: counted after the merge (1)",
        "Defences removed (1)",
    ]
    assert "compared with `origin/main`" in told
    assert "Nobody says why it would be better" in told
    assert "baseline/shop.threat" not in told


def test_it_is_never_too_long() -> None:
    told = comment(checked(large_findings(large(20, 0), 5000)))
    assert 60_000 < len(told) < 65_000
    shown, left = told.count("\n- "), int(re.findall(r"and (\d+) more\n$", told)[0])
    assert shown + left == 5000


def test_many_models_are_not_too_long_either() -> None:
    told = comment(*(checked(hostile(), f"evil-{number}") for number in range(400)))
    assert len(told.encode()) < 65_000


def test_hostile_text_stays_text() -> None:
    told = comment(checked(hostile()), checked(None, "bad", mistake(HOSTILE)))
    outside = re.sub(r"`[^`\n]*`", "", told.replace("\\`", ""))
    assert re.findall(r"(?<!^)<\w|@\w|://|\x1b|\]\(http", outside) == []
    assert re.findall(r"^(?!- |#|<!-- |Policy |$).+", told, re.MULTILINE) == []


def test_signs_of_markdown_are_escaped() -> None:
    assert text("a|b `c` *d* <e> &f") == r"a\|b \`c\` \*d\* &lt;e&gt; &amp;f"
    assert text("@team #12") == r"@&#8203;team \#&#8203;12"


def test_the_mistakes_of_a_wrong_model_are_listed() -> None:
    told = comment(checked(None, "shop", mistake("no such property")))
    assert "- TM0204 ([`shop.threat:3`](shop.threat#L3)) no such property." in told
    assert "`shop.threat` cannot be read." in comment(checked(None))


def test_a_path_cannot_end_its_link() -> None:
    assert link("in here/a) [b](x.threat", 3) == "[`in here/a) [b](x.threat:3`](in%20here/a%29%20%5Bb%5D%28x.threat#L3)"


def test_a_new_finding_that_a_control_holds_is_not_listed() -> None:
    base = compared()
    assert base.comparison is not None
    every = {found.id: Change.NEW for found in base.findings}
    told = comment(checked(replace(base, comparison=replace(base.comparison, changes=every))))
    assert f"New ({sum(found.outcome in ACT for found in base.findings)})" in headings(told)


def test_a_place_in_the_baseline_is_no_link() -> None:
    base = compared()
    first, *rest = base.findings
    gone = replace(first, finding=replace(first.finding, span=span(58, "baseline/shop.threat")))
    told = comment(checked(replace(base, findings=(gone, *rest))))
    assert first.id in told
    assert "baseline/shop.threat" not in told
