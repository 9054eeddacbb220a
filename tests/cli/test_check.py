"""`threatdsl check`: what it prints, its JSON, and its exit codes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import BOUTIQUE, DAY, threatdsl, write

CLEAN = 'model calm "Calm" { }\n'
OPEN = """\
model shop "Shop" { }
data card "Card" { confidentiality restricted }
actor customer "Customer"
boundary cloud "Cloud" {
  trust internal
  service web "Web"
}
flow customer -> web "Pay" { protocol http; carries [card]; returns [] }
"""
SIX_MISTAKES = """\
model six "Six mistakes" { owner "x" }

data card "Card data {
  confidentiality restricted
}
boundary internet "Internet" {
  trust untrusted
  actor customer "Customer" ]
}
service web "Web" {
  technology = "nginx"
}
flow customer > web "Browse" { carries [card] }

accept disclosure.cleartext-crossing on customer -> web {
  reason "later"
}
service last "Last" {
  technology "x"
"""


def result_of(text: str, folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    path = write(folder, "model.threat", text)
    done = threatdsl("check", path, "--format", "json", "--now", DAY, *options, cwd=folder)
    return done.code, json.loads(done.out)


def test_six_mistakes_are_six_diagnostics(tmp_path: Path) -> None:
    path = write(tmp_path, "six.threat", SIX_MISTAKES)
    done = threatdsl("check", path, cwd=tmp_path)
    assert done.code == 2
    assert re.findall(r"--> six\.threat:(\d+):(\d+)", done.err) == [
        ("3", "11"),
        ("8", "29"),
        ("11", "14"),
        ("13", "15"),
        ("15", "8"),
        ("18", "21"),
    ]
    assert done.out == ""


def test_a_clean_model_passes(tmp_path: Path) -> None:
    done = threatdsl("check", write(tmp_path, "calm.threat", CLEAN), cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "gate (default): passed" in done.out


def test_a_finding_names_its_place_from_the_current_folder(tmp_path: Path) -> None:
    write(tmp_path, "deep/threatdsl.root", "")
    write(tmp_path, "deep/in/shop.threat", OPEN)
    done = threatdsl("check", "deep/in/shop.threat", cwd=tmp_path)
    assert done.code == 1
    assert "deep/in/shop.threat:8:1: critical open disclosure.cleartext-crossing@customer->web" in done.out


def test_the_json_of_a_model_with_findings(tmp_path: Path) -> None:
    code, result = result_of(OPEN, tmp_path)
    assert code == 1
    found = {finding["id"]: finding for finding in result["findings"]}
    cleartext = found["disclosure.cleartext-crossing@customer->web"]
    assert cleartext["outcome"] == "open"
    assert cleartext["elements"] == ["customer->web"]
    assert (cleartext["file"], cleartext["line"], cleartext["column"]) == ("model.threat", 8, 1)
    assert cleartext["severity"]["declared"]["level"] == "critical"
    assert cleartext["severity"]["verified"] is None
    assert result["gate"]["passed"] is False
    assert cleartext["id"] in result["gate"]["reasons"][0]["findings"]


def test_json_holds_no_questions_among_the_findings(tmp_path: Path) -> None:
    _, result = result_of(OPEN, tmp_path)
    assert {finding["outcome"] for finding in result["findings"]} <= {"open", "unassessed", "mitigated"}
    assert all(question["settles"] for question in result["questions"])


def test_the_json_of_a_wrong_model_is_json_with_its_diagnostics(tmp_path: Path) -> None:
    code, result = result_of(SIX_MISTAKES, tmp_path)
    assert code == 2
    assert len(result["diagnostics"]) == 6
    assert result["findings"] == []
    assert result["gate"]["passed"] is False


def test_one_wrong_model_of_several_does_not_hide_the_others(tmp_path: Path) -> None:
    wrong, right = write(tmp_path, "wrong.threat", "model\n"), write(tmp_path, "right.threat", CLEAN)
    done = threatdsl("check", wrong, right, cwd=tmp_path)
    assert done.code == 2
    assert "Calm" in done.out


def test_the_json_of_several_models_has_one_result_each_also_for_a_file_that_is_missing(tmp_path: Path) -> None:
    right = write(tmp_path, "right.threat", CLEAN)
    done = threatdsl("check", right, "missing.threat", "--format", "json", cwd=tmp_path)
    assert done.code == 2
    assert [(r["model"]["name"], r["gate"]["passed"]) for r in json.loads(done.out)] == [
        ("calm", True),
        ("missing", False),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "missing.threat"), "missing.threat"),
        (("check", "."), "Is a directory"),
        (("check", "calm.threat", "--now", "tomorrow"), "--now"),
        (("check", "calm.threat", "--policy", "release"), "release"),
        (("check", "calm.threat", "--root", "elsewhere"), "elsewhere"),
        (("check", "calm.threat", "--format", "xlsx"), "xlsx"),
        (("check",), "MODEL"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    write(tmp_path, "calm.threat", CLEAN)
    (tmp_path / "elsewhere").mkdir()
    done = threatdsl(*arguments, cwd=tmp_path)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_the_policy_decides_what_fails(tmp_path: Path) -> None:
    lenient = OPEN + 'policy start "Start" { fail-on critical; unassessed ignore; question ignore }\n'
    accept = 'accept {} on customer -> web until 2026-12-31 {{ reason "soon" }}\n'
    rules = ("disclosure.cleartext-crossing", "spoofing.impersonated-server")
    assert result_of(lenient, tmp_path)[0] == 1
    code, result = result_of(lenient + "".join(accept.format(rule) for rule in rules), tmp_path)
    assert code == 0
    accepted = [finding["rule"] for finding in result["findings"] if finding["outcome"] == "accepted"]
    assert sorted(accepted) == sorted(rules)


def test_escape_sequences_and_workflow_commands_of_a_model_stay_text(tmp_path: Path) -> None:
    text = OPEN.replace('"Web"', '"::error file=x::\\n::warning::\\n"')
    path = write(tmp_path, "model.threat", text)
    done = threatdsl("check", path, cwd=tmp_path)
    lines = done.out.splitlines() + done.err.splitlines()
    assert not [line for line in lines if line.lstrip().startswith("::")]
    assert "\x1b" not in done.out + done.err


def test_the_boutique_is_a_real_model_with_real_findings(tmp_path: Path) -> None:
    done = threatdsl("check", BOUTIQUE, "--now", DAY, cwd=tmp_path)
    assert done.code == 1
    assert "error" not in done.err
    assert "disclosure.cleartext-crossing" in done.out


def test_an_output_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = write(tmp_path, "calm.threat", CLEAN)
    old = write(tmp_path, "result.json", "old")
    done = threatdsl("check", path, "--format", "json", "-o", old, cwd=tmp_path)
    assert done.code == 0
    assert json.loads(old.read_text(encoding="utf-8"))["gate"]["passed"] is True
    assert sorted(p.name for p in tmp_path.iterdir()) == ["calm.threat", "result.json"]
    refused = threatdsl("check", path, "-o", path / "below" / "x.txt", cwd=tmp_path)
    assert refused.code == 2
    assert "there is no folder calm.threat/below" in refused.err.replace(f"{tmp_path}/", "")


UNTRUSTED_GUARD = """\
model shop "Shop" { }
data secret "Secret" { confidentiality restricted }
actor visitor "Visitor"
boundary phones "Phones" {
  trust untrusted
  mobile-app app "App" { controls [authorization, object-authorization] }
}
boundary cloud "Cloud" {
  trust internal
  service api "API" { lacks [authorization, object-authorization] }
  vault safe "Safe" { stores [secret]; lacks [authorization, object-authorization] }
}
flow visitor -> app { carries []; returns [] }
flow app -> api { carries []; returns [] }
flow api -> safe { carries []; returns [secret] }
"""


def test_what_an_untrusted_element_says_of_itself_stops_nobody(tmp_path: Path) -> None:
    _, result = result_of(UNTRUSTED_GUARD, tmp_path)
    outcomes = {finding["id"]: finding["outcome"] for finding in result["findings"]}
    assert outcomes["elevation.unguarded-way-in@safe"] == "open"
    guarded = UNTRUSTED_GUARD.replace('"API" { lacks', '"API" { controls')
    _, result = result_of(guarded, tmp_path)
    outcomes = {finding["id"]: finding["outcome"] for finding in result["findings"]}
    assert outcomes["elevation.unguarded-way-in@safe"] == "mitigated"


def test_only_the_chosen_policy_limits_how_long_a_decision_lasts(tmp_path: Path) -> None:
    accept = 'accept disclosure.cleartext-crossing on customer -> web until 2027-06-30 { reason "soon" }\n'
    strict = 'policy strict "Strict" { longest-acceptance 30d }\npolicy loose "Loose" { fail-on critical }\n'
    code, result = result_of(OPEN + accept + strict, tmp_path, "--policy", "loose")
    assert [diagnostic["code"] for diagnostic in result["diagnostics"]] == []
    code, result = result_of(OPEN + accept + strict, tmp_path, "--policy", "strict")
    assert (code, [diagnostic["code"] for diagnostic in result["diagnostics"]]) == (2, ["TM0405"])
