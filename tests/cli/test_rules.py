"""`threatdsl rules list` and `rules show`: which rules there are, what each says, where it comes from."""

import json
from pathlib import Path

from tests.cli.running import DAY, threatdsl, write
from threatdsl.rules.finding import Stride

OWN = """\
library own "Our rules" { }
rule own.badge "Nobody knows who is there" {
  stride spoofing
  likelihood 2
  cwe 287
  nist [AC-3]
  for service s
  when (s.replicas > 1
    and some f in s.inbound where (f.crosses and f.from.trust <= untrusted))
  unless s has authorization
  message "Anybody may be {s}"
  question "Does {s} run more than once?"
  fix "Ask for a badge"
}
"""
MODEL = """\
model shop "Shop" { }
import "rules/own.threat" as own
disable elevation.overwritten-memory until 2027-06-30 { reason "Elsewhere" }
disable denial.only-copy until 2026-01-31 { reason "Over" }
"""


def team(folder: Path) -> Path:
    write(folder, "rules/own.threat", OWN)
    return write(folder, "shop.threat", MODEL)


def test_the_shipped_rules_are_listed_by_file(tmp_path: Path) -> None:
    done = threatdsl("rules", "list", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("threatdsl:rules/")
    (line,) = (line for line in lines if " disclosure.cleartext-crossing " in line)
    title = "Sensitive data crosses a trust boundary in clear text"
    assert line.split(maxsplit=2) == ["disclosure.cleartext-crossing", "information-disclosure", title]
    assert lines[-1] == f"{sum(line.startswith('  ') for line in lines)} rules"


def test_a_model_adds_the_rules_of_its_team_and_says_what_is_switched_off(tmp_path: Path) -> None:
    team(tmp_path)
    done = threatdsl("rules", "list", "shop.threat", "--now", DAY, cwd=tmp_path)
    assert done.code == 0
    assert "\nrules/own.threat\n  own.badge " in done.out
    assert [line.split()[0] for line in done.out.splitlines() if "switched off until 2027-06-30" in line] == [
        "elevation.overwritten-memory"
    ]
    assert done.out.count("switched off") == 1


def test_the_list_can_be_narrowed_to_a_letter_and_to_a_file(tmp_path: Path) -> None:
    team(tmp_path)
    done = threatdsl("rules", "list", "shop.threat", "--stride", "spoofing", "--format", "json", cwd=tmp_path)
    rules = json.loads(done.out)["rules"]
    assert {rule["stride"] for rule in rules} == {Stride.SPOOFING.value}
    assert len(rules) > 1
    for name in ("own", "own.threat", "rules/own.threat"):
        done = threatdsl("rules", "list", "shop.threat", "--file", name, cwd=tmp_path)
        assert done.out.splitlines()[-1] == "1 rule"
    done = threatdsl("rules", "list", "--file", "parsin", cwd=tmp_path)
    assert (done.code, done.err) == (2, "error: no rule stands in parsin; did you mean `parsing`?\n")


def test_a_rule_is_shown_as_it_is_written(tmp_path: Path) -> None:
    team(tmp_path)
    done = threatdsl("rules", "show", "own.badge", "shop.threat", cwd=tmp_path)
    assert done.code == 0
    assert (
        done.out
        == """\
own.badge
Nobody knows who is there.
spoofing, likelihood 2 of 4
rules/own.threat:2:6

  for service s
  when (s.replicas > 1
    and some f in s.inbound where (f.crosses and f.from.trust <= untrusted))
  unless s has authorization

message     Anybody may be {s}
question    Does {s} run more than once?
fix         Ask for a badge

see  CWE-287, NIST AC-3
"""
    )


def test_a_rule_as_json(tmp_path: Path) -> None:
    team(tmp_path)
    done = threatdsl("rules", "show", "own.badge", "shop.threat", "--format", "json", "--now", DAY, cwd=tmp_path)
    assert json.loads(done.out) == {
        "schema": "threatdsl/rules/1",
        "id": "own.badge",
        "title": "Nobody knows who is there",
        "stride": "spoofing",
        "likelihood": 2,
        "impact_of": None,
        "gives": "nothing",
        "text": "",
        "clauses": [
            "for service s",
            "when (s.replicas > 1\n  and some f in s.inbound where (f.crosses and f.from.trust <= untrusted))",
            "unless s has authorization",
        ],
        "sentences": {
            "message": "Anybody may be {s}",
            "question": "Does {s} run more than once?",
            "fix": "Ask for a badge",
        },
        "references": [{"scheme": "cwe", "id": "287"}, {"scheme": "nist", "id": "AC-3"}],
        "shipped": False,
        "off_until": None,
        "file": "rules/own.threat",
        "line": 2,
        "column": 6,
    }


def test_every_shipped_rule_can_be_shown(tmp_path: Path) -> None:
    rules = json.loads(threatdsl("rules", "list", "--format", "json", cwd=tmp_path).out)["rules"]
    for rule in rules[::7]:
        done = threatdsl("rules", "show", rule["id"], cwd=tmp_path)
        assert done.code == 0
        assert f"{rule['file']}:{rule['line']}:{rule['column']}, ships with threatdsl" in done.out
        assert rule["clauses"]
        assert rule["shipped"]


def test_a_misspelt_rule_gets_a_suggestion_and_a_wrong_model_its_diagnostics(tmp_path: Path) -> None:
    done = threatdsl("rules", "show", "denial.only-cpoy", cwd=tmp_path)
    assert (done.code, done.err) == (2, "error: there is no rule denial.only-cpoy; did you mean `denial.only-copy`?\n")
    write(tmp_path, "wrong.threat", 'model wrong "Wrong" { ownr "x" }\n')
    done = threatdsl("rules", "list", "wrong.threat", cwd=tmp_path)
    assert done.code == 2
    assert "did you mean `owner`?" in done.err
