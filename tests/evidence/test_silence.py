"""Silence proves only where the result says that the rule ran, that it looked there, and that it came to its end."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.rules.asking import model_of
from threatdsl.evidence.check import checks
from threatdsl.evidence.envelope import SUFFIX, seal
from threatdsl.evidence.judge import evidence_of
from threatdsl.evidence.verdict import Ruling
from threatdsl.model.problems import Problems

NOW = date(2026, 11, 25)
COMMIT = "0123456789ab"
RULES = [{"id": "R1"}, {"id": "R2"}]


def log(*, rules: object = RULES, file: str = "src/app.py", succeeded: bool = True, results: object = ()) -> str:
    run = {
        "tool": {"driver": {"name": "tool", "rules": rules}},
        "invocations": [{"executionSuccessful": succeeded}],
        "artifacts": [{"location": {"uri": file}}],
        "results": results,
    }
    return json.dumps({"version": "2.1.0", "runs": [run]})


def ruling(folder: Path, content: str, *, counts: str = 'counts ["R1"]', commit: str = COMMIT, day: int = 24) -> Ruling:
    model = model_of(f"""model m "M" {{ owner "a@b.example" }}
    service shop "Shop" {{ source "src"; controls [static-analysis] }}
    check scan "Scan" {{ format sarif; file "result"; proves static-analysis; on [shop]; {counts} }}""")
    (folder / "result").write_text(content, encoding="utf-8")
    collected = datetime(2026, 11, day, 12, tzinfo=UTC)
    sealed = seal(content.encode(), ("scan",), collected, commit=commit, environment="", run_url="")
    (folder / f"result{SUFFIX}").write_bytes(sealed)
    return evidence_of(model, checks(model), folder, NOW, COMMIT, Problems()).rulings[0]


def test_a_rule_that_ran_on_the_files_and_found_nothing_proves(tmp_path: Path) -> None:
    found = ruling(tmp_path, log())
    assert (found.verdict, found.why) == ("proven", "R1 found nothing that counts in src/app.py")


@pytest.mark.parametrize(
    "content",
    [
        log(rules=[{"id": "R2"}]),
        log(rules=[]),
        log(file="other/app.py"),
        log(file="old/src/app.py"),
        log(succeeded=False),
    ],
    ids=["rule not run", "no rules", "other folder", "folder of that name elsewhere", "failed run"],
)
def test_any_doubt_leaves_it_unknown(tmp_path: Path, content: str) -> None:
    assert ruling(tmp_path, content).verdict == "unknown"


def test_the_rules_have_to_be_named_the_commit_fit_and_the_result_be_fresh(tmp_path: Path) -> None:
    assert ruling(tmp_path, log(), counts="").verdict == "unknown"
    assert ruling(tmp_path, log(), counts='counts ["R1", "R9"]').verdict == "unknown"
    assert ruling(tmp_path, log(), commit="fedcba987654").verdict == "unknown"
    assert ruling(tmp_path, log(), counts='counts ["R1"]; max-age 1d', day=20).verdict == "stale"


def test_a_finding_refutes_and_one_of_another_rule_does_not(tmp_path: Path) -> None:
    place = {"physicalLocation": {"artifactLocation": {"uri": "src/app.py"}, "region": {"startLine": 3}}}
    assert ruling(tmp_path, log(results=[{"ruleId": "R1", "locations": [place]}])).verdict == "refuted"
    assert ruling(tmp_path, log(results=[{"ruleId": "R2", "locations": [place]}])).verdict == "proven"
