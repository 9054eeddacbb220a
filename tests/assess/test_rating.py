"""Ratings of packs: their table, their names, what they leave out, and what is wrong with one."""

from datetime import date
from pathlib import Path

import pytest

from tests.assess.judging import finding, widget
from tests.cli.running import write
from threatdsl.assess.assess import Assessed, assess
from threatdsl.assess.assessment import AssessedFinding
from threatdsl.model.load import load

LEVELS = "low, medium, elevated, high, critical"
TABLE = "low medium\n    medium elevated\n    elevated critical"
PACK = """
library house "House rules" {{ rates-with ours }}
rating ours "Ours" {{
  levels [{levels}]
  table \"\"\"
    {table}
  \"\"\"
  {more}
}}
rule house.named "A service is there" {{
  stride tampering
  likelihood {likelihood}
  {impact}
  for service s
  message "{{s}} is there"
}}
"""
MODEL = """
model m "M" { }
import "house.threat"
actor a "A"
data d "D" { integrity critical; confidentiality restricted }
boundary b "B" { trust internal; service s "S" { holds [d] } }
flow a -> s
"""


def judged(
    folder: Path, *, levels: str = LEVELS, table: str = TABLE, more: str = "", likelihood: int = 1, impact: str = ""
) -> Assessed:
    pack = PACK.format(levels=levels, table=table, more=more, likelihood=likelihood, impact=impact)
    write(folder, "house.threat", pack)
    loaded = load(write(folder, "m.threat", MODEL))
    assert loaded.model is not None, loaded.diagnostics
    return assess(loaded.model, now=date(2026, 10, 1), diagnostics=loaded.diagnostics)


def rated(folder: Path, **given: str | int) -> AssessedFinding:
    found = judged(folder, **given)  # type: ignore[arg-type]  # each of its own type
    assert found.assessment is not None, found.diagnostics
    return {one.finding.rule.id: one for one in found.assessment.findings}["house.named"]


def test_a_pack_rates_its_findings_by_its_table_and_calls_the_levels_its_way(tmp_path: Path) -> None:
    score = rated(tmp_path, impact="impact 2", more="exposure no").severity.inherent
    assert (score.likelihood, score.impact, score.word, score.level.word) == (1, 2, "medium", "low")
    assert score.words == "medium (low)"


def test_what_is_off_the_table_counts_as_its_end(tmp_path: Path) -> None:
    score = rated(tmp_path, likelihood=4).severity.inherent
    assert (score.likelihood, score.impact, score.word) == (5, 5, "critical")
    assert score.terms.startswith("L 5 = base 4 + reachable from outside 1 + crosses a boundary 1, at most 5;")


def test_exposure_counts_unless_the_rating_leaves_it_out(tmp_path: Path) -> None:
    assert rated(tmp_path).severity.inherent.likelihood == 3
    assert rated(tmp_path, more="exposure yes").severity.inherent.likelihood == 3
    score = rated(tmp_path, more="exposure no").severity.inherent
    assert (score.likelihood, score.terms.partition(";")[0]) == (1, "L 1 = base 1")


def test_other_packs_keep_their_rating(tmp_path: Path) -> None:
    found = judged(tmp_path).assessment
    assert found is not None
    others = [one.severity.inherent for one in found.findings if one.finding.rule.pack != "house"]
    assert others
    assert all(score.word == score.level.word for score in others)


def test_an_impact_of_a_rule_counts_instead_of_that_of_the_data() -> None:
    text = widget("live yes; safe no").replace("likelihood 2", "likelihood 2\n  impact 4")
    score = finding(text, "t.unsafe@w").severity.inherent
    assert (score.impact, score.terms) == (4, "L 2 = base 2; I 4 = stated by the rule 4")


@pytest.mark.parametrize("impact", ["0", "6", "2.5"])
def test_an_impact_is_a_whole_number_from_1_to_5(impact: str, tmp_path: Path) -> None:
    assert [d.code for d in judged(tmp_path, impact=f"impact {impact}").diagnostics] == ["TM0305"]


@pytest.mark.parametrize(
    ("levels", "table", "code", "said"),
    [
        ("low, medium, high", TABLE, "TM0565", "there are 3"),
        ("low, medium, medium, high, critical", TABLE, "TM0565", "there are 5"),
        ('low, medium, "very high", high, critical', TABLE, "TM0565", "`very high` is not one short word"),
        (LEVELS, "low medum", "TM0302", "did you mean `medium`?"),
        (LEVELS, "low medium\n    high", "TM0566", "its lines have 2, 1 levels"),
        (LEVELS, "low low low low low low", "TM0566", "its lines have 6 levels"),
        (LEVELS, "\n    ".join(["low"] * 6), "TM0566", "its lines have 1, 1, 1, 1, 1, 1 levels"),
        (LEVELS, "", "TM0566", "its lines have no levels"),
        (LEVELS, "low medium low", "TM0567", "`low` in line 1, column 3 is less than `medium` before it"),
        (LEVELS, "medium high\n    high medium", "TM0567", "`medium` in line 2, column 2 is less than `high` above it"),
    ],
)
def test_a_wrong_rating_is_an_error_that_says_what_is_wrong(
    levels: str, table: str, code: str, said: str, tmp_path: Path
) -> None:
    found = [d for d in judged(tmp_path, levels=levels, table=table).diagnostics if d.code != "TM0307"]
    assert [d.code for d in found] == [code]
    assert said in (found[0].label, found[0].help, found[0].message)
