"""What a pipeline sees: exit codes, and decisions in the JSON result."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.assess.judging import threat, widget
from threatdsl.cli.main import app
from threatdsl.model.level import Level

Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.setenv("THREATDSL_CACHE", "off")
    (tmp_path / "threatdsl.root").touch()

    def run(text: str, *options: str) -> tuple[int, str]:
        path = tmp_path / "tested.threat"
        path.write_text(f'model tested "Tested" {{ }}\n{text}', encoding="utf-8")
        done = CliRunner().invoke(app, ["check", str(path), "--now", "2026-10-01", *options])
        return done.exit_code, done.stdout

    return run


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (widget(), 0),
        (widget() + threat(Level.MEDIUM), 0),
        (widget() + threat(Level.HIGH), 1),
        ('policy strict "Strict" { fail-on medium }\n' + widget() + threat(Level.MEDIUM), 1),
        ('policy lax "Lax" { fail-on critical }\n' + widget() + threat(Level.HIGH), 0),
        ('service "No name"\n', 2),
        (widget() + 'accept t.unsaef on w until 2026-12-31 { reason "x" }\n', 2),
        (widget() + 'accept t.unsafe on w { reason "x" }\n', 2),
        ('policy a "A" { fail-on low }\npolicy b "B" { fail-on low }\n' + widget(), 2),
    ],
)
def test_clean_is_0_a_failed_gate_1_and_a_wrong_model_2(check: Check, text: str, code: int) -> None:
    assert check(text)[0] == code
    assert check(text, "--format", "json")[0] == code


def test_the_named_policy_decides(check: Check) -> None:
    text = 'policy a "A" { fail-on low }\npolicy b "B" { fail-on critical }\n' + widget() + threat(Level.HIGH)
    assert check(text, "--policy", "a")[0] == 1
    assert check(text, "--policy", "b")[0] == 0
    assert check(text, "--policy", "c")[0] == 2


DECIDED = (
    widget("live no; safe no")
    + threat(Level.HIGH, "covered")
    + threat(Level.HIGH, "late")
    + threat(Level.HIGH, "grown")
    + threat(Level.HIGH, "held", "mitigated-by [patching]")
    + """
accept manual.covered on w until 2026-10-01 { reason "x" }
accept manual.late on w until 2026-09-30 { reason "x" }
accept manual.grown on w until 2026-12-31 { reason "x"; at-most low }
dismiss manual.held on w until 2026-12-31 { reason "x" }
transfer t.unsafe on w until 2026-12-31 { reason "x" }
"""
)


def test_the_state_of_each_decision_is_in_the_json_result(check: Check) -> None:
    code, out = check(DECIDED, "--format", "json")
    states = {found["finding"]: found["state"] for found in json.loads(out)["decisions"]}
    assert code == 1
    assert states == {
        "manual.covered@w": "in force",
        "manual.late@w": "expired",
        "manual.grown@w": "outgrown",
        "manual.held@w": "not needed",
        "t.unsafe@w": "stale",
    }


def test_the_json_result_shows_what_a_decision_made_of_its_finding(check: Check) -> None:
    findings = {found["id"]: found for found in json.loads(check(DECIDED, "--format", "json")[1])["findings"]}
    outcomes = {id_: (found["outcome"], found["decision"]) for id_, found in findings.items()}
    assert outcomes == {
        "manual.covered@w": ("accepted", "accept"),
        "manual.late@w": ("open", None),
        "manual.grown@w": ("open", None),
        "manual.held@w": ("mitigated", None),
    }


def test_a_wrong_model_still_gives_json_with_its_diagnostics(check: Check) -> None:
    code, out = check("service unfinished", "--format", "json")
    result = json.loads(out)
    assert (code, result["findings"], result["gate"]["passed"]) == (2, [], False)
    assert result["diagnostics"]
