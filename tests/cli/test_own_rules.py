"""A team's pack from end to end: imported, rated, called its own way, tested, switched off, adjusted."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Done, threatdsl, write

PACK = """\
library house "House rules" {
  rates-with weights
  finding-id "house/{elements}"
}
rating weights "Weights" {
  levels [green, yellow, amber, red, black]
  table "green yellow amber red black"
  exposure no
}
rule house.hidden "A service that nobody describes" {
  stride tampering
  likelihood 3
  for service s
  when s.serves
  unless s has patching
  message "{s} is there"
}
"""
TEST = """\
model t "T" { }
# open: house.hidden
service a "A" { serves [api]; lacks [patching] }
# mitigated: house.hidden
service b "B" { serves [api]; controls [patching] }
# none: house.hidden
service c "C" { serves [] }
# question: house.hidden@d
service d "D"
"""
MODEL = """\
model shop "Shop" { }
import "rules/house.threat"
service web "Web" { serves [api]; lacks [patching] }
"""
DAY, LAST, AFTER = "2026-11-24", "2026-12-31", "2027-01-01"
ADJUST = 'adjust house.hidden on web until 2026-12-31 { likelihood 1; reason "behind glass"; owner "ops" }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "rules/house.threat", PACK)
    write(tmp_path, "rules/house.test.threat", TEST)
    write(tmp_path, "threatdsl.root", "")
    return tmp_path


def run(folder: Path, more: str, *arguments: str, now: str = DAY, command: str = "check") -> Done:
    write(folder, "shop.threat", MODEL + more)
    return threatdsl(command, "shop.threat", *arguments, "--now", now, cwd=folder)


def result(folder: Path, more: str = "", now: str = DAY) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(folder, more, "--format", "json", now=now).out)
    return found


def finding(folder: Path, more: str = "", now: str = DAY) -> dict[str, Any]:
    (found,) = (one for one in result(folder, more, now)["findings"] if one["rule"] == "house.hidden")
    return found  # type: ignore[no-any-return]  # plain JSON


def test_the_pack_passes_its_test_with_every_clause_seen(folder: Path) -> None:
    write(folder, "shop.threat", MODEL)
    for path in ("rules", "."):
        done = threatdsl("test", path, cwd=folder)
        assert done.code == 0, done.out + done.err
        assert "1 rule tested, 0 clauses not seen both ways" in done.out


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("green yellow amber red black", "green yellow amber red red-hot", 2, "TM0302"),
        ("green yellow amber red black", "green yellow amber black red", 2, "TM0567"),
        ("house/{elements}", "house/{s}", 2, "TM0510"),
        ("house/{elements}", "house", 1, "TM0563"),
        ("rates-with weights", "rates-with wieghts", 2, "did you mean `weights`?"),
    ],
)
def test_a_test_says_what_is_wrong_with_a_rating_or_with_ids(
    old: str, new: str, code: int, said: str, folder: Path
) -> None:
    write(folder, "rules/house.threat", PACK.replace(old, new, 1))
    done = threatdsl("test", "rules", cwd=folder)
    assert (done.code, said in done.err) == (code, True), done.err


def test_findings_have_the_ids_and_levels_of_the_pack_everywhere(folder: Path) -> None:
    assert "amber (medium) open house/web" in run(folder, "").out
    found = finding(folder)
    assert found["id"] == "house/web"
    score = found["severity"]["declared"]
    assert (score["level"], score["level_name"], score["terms"].partition(";")[0]) == (
        "medium",
        "amber",
        "L 3 = base 3",
    )
    page = folder / "shop.html"
    assert threatdsl("report", "shop.threat", "-o", page, "--now", DAY, cwd=folder).code == 0
    text = page.read_text(encoding="utf-8")
    assert '"level":"medium","word":"amber"' in text
    assert '"id":"house/web"' in text
    assert '{"id":"medium","title":"Medium"' in text


def test_other_findings_have_one_name_for_their_level(folder: Path) -> None:
    more = 'threat t "Threat" { on web; stride tampering; likelihood 2; impact 4 }\n'
    others = [one["severity"]["declared"] for one in result(folder, more)["findings"] if one["rule"] == "manual.t"]
    assert others
    assert all(score["level"] == score["level_name"] for score in others)


def test_explain_takes_the_id_of_the_pack(folder: Path) -> None:
    said = run(folder, "", "house/web", command="explain").out
    assert "inherent  amber (medium)  L 3 = base 3" in said
    assert "in service web (shop.threat:3): controls [patching]" in said
    assert run(folder, "", "house.hidden@web", command="explain").code == 2


def test_the_gate_knows_its_own_levels_only(folder: Path) -> None:
    for level, fails in (("medium", True), ("high", False)):
        gate = result(folder, f'policy p "P" {{ fail-on {level}; unassessed ignore }}\n')["gate"]
        assert any("house/web" in reason["findings"] for reason in gate["reasons"]) is fails


def test_a_finding_that_grew_past_its_decision_is_told_in_both_words(folder: Path) -> None:
    more = 'accept house.hidden on web until 2026-12-31 { reason "x"; at-most low }\n'
    assert "does not hold: the finding is amber (medium) now" in run(folder, more).err
    assert finding(folder, more)["outcome"] == "open"
    assert finding(folder, more.replace("low", "medium"))["outcome"] == "accepted"


def test_a_pack_is_off_until_its_last_day_and_every_output_says_so(folder: Path) -> None:
    more = f'disable house until {LAST} {{ reason "We write it anew"; owner "ops" }}\n'
    found = result(folder, more, LAST)
    assert [one for one in found["findings"] if one["rule"] == "house.hidden"] == []
    assert found["switches"] == [
        {
            "rule": "house",
            "pack": True,
            "rules": ["house.hidden"],
            "until": LAST,
            "in_force": True,
            "reason": "We write it anew",
            "owner": "ops",
            "file": "shop.threat",
            "line": 4,
        }
    ]
    assert "pack house (1 rule) until 2026-12-31: We write it anew" in run(folder, more, now=LAST).out
    page = folder / "shop.html"
    threatdsl("report", "shop.threat", "-o", page, "--now", LAST, cwd=folder)
    assert "Pack switched off" in page.read_text(encoding="utf-8")
    assert finding(folder, more, AFTER)["outcome"] == "open"
    assert "`disable house` ended on 2026-12-31" in run(folder, more, now=AFTER).err


def test_an_adjustment_counts_until_its_last_day_and_its_terms_say_whose_it_is(folder: Path) -> None:
    score = finding(folder, ADJUST, LAST)["severity"]["inherent"]
    assert (score["likelihood"], score["level_name"]) == (1, "green")
    assert score["terms"].startswith("L 1 = 1, adjusted until 2026-12-31 by ops; I 3 = ")
    assert finding(folder, ADJUST, AFTER)["severity"]["inherent"]["likelihood"] == 3
    assert "TM0406" in run(folder, ADJUST, now=AFTER).err


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("likelihood 1", "likelihood 0", "TM0305"),
        ("likelihood 1", "likelihood 5", "TM0305"),
        ("likelihood 1; ", "", "TM0304"),
        ('reason "behind glass"; ', "", "TM0304"),
        ('; owner "ops"', "", "TM0304"),
        (" until 2026-12-31", "", "TM0401"),
        ("house.hidden", "house.hiden", "TM0403"),
    ],
)
def test_an_adjustment_needs_all_of_it(old: str, new: str, code: str, folder: Path) -> None:
    done = run(folder, ADJUST.replace(old, new))
    assert (done.code, f"error[{code}]" in done.err) == (2, True), done.err


def test_an_adjustment_of_what_is_not_found_is_a_warning(folder: Path) -> None:
    more = 'service calm "Calm" { serves [] }\n' + ADJUST.replace("on web", "on calm")
    assert "warning[TM0407]: `adjust house.hidden` matches no finding" in run(folder, more).err
