"""Evidence through the command line: wrapped by a step of the pipeline, judged by `check`."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import threatdsl, write
from tests.house.files import ROOT
from threatdsl.evidence.interface import formats

MODEL = """
model shop "Web shop" { owner "team-shop@example.org" }
data order "Order" { confidentiality confidential; integrity high }
boundary internet "Internet" { trust untrusted; actor customer "Customer" }
boundary cloud "Cloud" {
  trust internal
  service web "Web shop" { serves [api]; parses json; controls [input-validation] }
}
flow customer -> web "Order" { protocol https; carries [order]; returns [order] }
check abuse "Abuse cases" {
  format junit; file "build/abuse.xml"; proves input-validation; on [web]; counts ["abuse.*"]
}
"""
PASSES = '<testsuite><testcase classname="abuse" name="huge_order"/></testsuite>'
FAILS = '<testsuite><testcase classname="abuse" name="huge_order"><failure>hunter2</failure></testcase></testsuite>'
NOBODY = ("-c", "user.name=A", "-c", "user.email=a@shop.example")
FINDING = "tampering.unexpected-input@web"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")  # 2026-11-24 12:00 UTC
    (tmp_path / "threatdsl.root").touch()
    return write(tmp_path, "shop.threat", MODEL)


def result_of(shop: Path, now: str = "2026-11-25") -> dict[str, Any]:
    done = threatdsl("check", shop, "--format", "json", "--now", now, cwd=shop.parent)
    found: dict[str, Any] = json.loads(done.out)
    return found


def finding_in(result: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in result["findings"] if one["id"] == FINDING)
    return found


def wrap(shop: Path, content: str) -> None:
    write(shop.parent, "build/abuse.xml", content)
    added = threatdsl("evidence", "add", "abuse", "build/abuse.xml", "--commit", "abc12345", cwd=shop.parent)
    assert (added.code, added.err) == (0, "")


def test_a_stated_control_is_mitigated_proven_is_verified_refuted_is_open(shop: Path) -> None:
    before = finding_in(result_of(shop))
    wrap(shop, PASSES)
    proven = finding_in(result_of(shop))
    wrap(shop, FAILS)
    refuted = finding_in(result_of(shop))
    assert [one["outcome"] for one in (before, proven, refuted)] == ["mitigated", "verified", "open"]
    assert proven["severity"]["verified"]["level"] == proven["severity"]["declared"]["level"]
    assert before["severity"]["verified"]["likelihood"] > before["severity"]["declared"]["likelihood"]


def test_an_open_finding_names_the_result_that_refutes_below_its_sentence(shop: Path) -> None:
    wrap(shop, FAILS)
    lines = threatdsl("check", shop, "--now", "2026-11-25", cwd=shop.parent).out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.endswith(FINDING))
    assert lines[at + 2] == "    refuted by abuse: abuse.huge_order fails"
    assert sum("refuted by" in line for line in lines) == 1
    wrap(shop, PASSES)
    assert "refuted by" not in threatdsl("check", shop, "--all", "--now", "2026-11-25", cwd=shop.parent).out


def test_the_result_that_refutes_is_named_and_its_text_is_not_repeated(shop: Path) -> None:
    wrap(shop, FAILS)
    text = threatdsl("check", shop, "--now", "2026-11-25", cwd=shop.parent)
    why = threatdsl("explain", shop, FINDING, "--now", "2026-11-25", cwd=shop.parent)
    assert text.code == 1
    assert "refuted: input-validation on web, by abuse\n        abuse.huge_order fails [build/abuse.xml]" in text.out
    assert "1 refuted check: abuse" in text.out
    assert "check abuse refutes it" in why.out
    assert "hunter2" not in text.out + why.out + json.dumps(result_of(shop))


def test_a_stale_result_fails_the_default_gate_and_verifies_nothing(shop: Path) -> None:
    wrap(shop, PASSES)
    found = result_of(shop, now="2027-03-01")
    assert finding_in(found)["outcome"] == "mitigated"
    assert found["evidence"][0]["verdict"] == "stale"
    assert "1 stale check: abuse" in [reason["text"] for reason in found["gate"]["reasons"]]


def test_show_tells_the_origin_of_a_result(shop: Path) -> None:
    wrap(shop, PASSES)
    shown = threatdsl("evidence", "show", shop, "abuse", "--now", "2026-11-25", cwd=shop.parent)
    listed = threatdsl("evidence", "list", shop, "--now", "2026-11-25", "--format", "json", cwd=shop.parent)
    assert shown.out == (
        "proven: input-validation on web, by abuse\n"
        "    abuse.huge_order passes [build/abuse.xml]\n"
        "    collected 2026-11-24T12:00+00:00\n"
        "    commit abc12345\n"
        "    pass: abuse.huge_order at abuse.huge_order\n"
    )
    (ruling,) = json.loads(listed.out)["evidence"]
    assert (ruling["check"], ruling["verdict"], ruling["commit"]) == ("abuse", "proven", "abc12345")


def test_a_doctored_result_is_an_error_that_names_file_and_check(shop: Path) -> None:
    wrap(shop, FAILS)
    write(shop.parent, "build/abuse.xml", PASSES)
    done = threatdsl("check", shop, "--now", "2026-11-25", cwd=shop.parent)
    assert done.code == 2
    assert "error[TM0702]: build/abuse.xml of check `abuse`" in done.err
    assert "SHA-256" in done.err


@pytest.mark.parametrize(("content", "says"), [(None, "there is no file"), ("  \n", "is empty")])
def test_there_must_be_a_result_to_wrap(shop: Path, content: str | None, says: str) -> None:
    if content is not None:
        write(shop.parent, "build/abuse.xml", content)
    done = threatdsl("evidence", "add", "abuse", "build/abuse.xml", cwd=shop.parent)
    assert done.code == 2
    assert says in done.err
    assert not (shop.parent / "build/abuse.xml.evidence.json").exists()


def test_an_unknown_check_names_those_there_are(shop: Path) -> None:
    done = threatdsl("evidence", "show", shop, "abus", "--now", "2026-11-25", cwd=shop.parent)
    assert (done.code, done.err.splitlines()[-1]) == (2, "error: there is no check abus; checks of this model: abuse")


def test_the_page_names_every_format() -> None:
    page = (ROOT / "docs/evidence.md").read_text(encoding="utf-8").partition("## Formats")[2].partition("## ")[0]
    assert sorted(re.findall(r"`([a-z-]+)`", page)) == list(formats())


SCANNED = (
    MODEL.replace('format junit; file "build/abuse.xml"', 'format checkov; file "build/checkov.json"')
    .replace("serves [api];", 'serves [api]; source "deploy";')
    .replace('; counts ["abuse.*"]', "")
)
CHECKOV = json.dumps(
    {
        "check_type": "kubernetes",
        "results": {
            "passed_checks": [
                {
                    "check_id": "CKV_K8S_8",
                    "check_result": {"result": "PASSED"},
                    "file_path": "/deploy/web.yaml",
                    "file_line_range": [1, 9],
                    "resource": "Deployment.default.web",
                }
            ],
            "failed_checks": [],
            "skipped_checks": [],
        },
        "summary": {"passed": 1, "failed": 0, "skipped": 0, "parsing_errors": 0},
    }
)


def test_every_command_and_form_judges_the_commit_that_git_is_at(shop: Path) -> None:
    folder = shop.parent
    write(folder, "shop.threat", SCANNED)
    write(folder, "build/checkov.json", CHECKOV)
    for command in (
        ("init", "-q"),
        ("add", "-A"),
        (*NOBODY, "commit", "-qm", "a"),
        (*NOBODY, "commit", "-qm", "b", "--allow-empty"),
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    first, second = (
        subprocess.run(
            ["git", "rev-parse", name], cwd=folder, check=True, capture_output=True, text=True
        ).stdout.strip()
        for name in ("HEAD~1", "HEAD")
    )
    threatdsl("evidence", "add", "abuse", "build/checkov.json", "--commit", first, cwd=folder)
    day = ("--now", "2026-11-25")
    assert f"unknown: input-validation on web, by abuse\n        the result is of commit {first}" in (
        threatdsl("check", shop, *day, cwd=folder).out
    )
    assert result_of(shop)["evidence"][0]["verdict"] == "unknown"
    assert threatdsl("evidence", "list", shop, *day, cwd=folder).out.startswith("unknown")
    assert "mitigated" in threatdsl("explain", shop, FINDING, *day, cwd=folder).out.splitlines()[1]
    assert "verified" in threatdsl("explain", shop, FINDING, *day, "--commit", first, cwd=folder).out.splitlines()[1]
    threatdsl("evidence", "add", "abuse", "build/checkov.json", cwd=folder)
    assert (
        threatdsl("evidence", "show", shop, "abuse", *day, cwd=folder).out.splitlines()[3]
        == f"    commit {second[:12]}"
    )
    assert threatdsl("check", shop, "--all", *day, cwd=folder).out.count("verified tampering") == 1


def test_a_verified_finding_says_what_holds_it(shop: Path) -> None:
    wrap(shop, PASSES)
    why = threatdsl("explain", shop, FINDING, "--now", "2026-11-25", cwd=shop.parent)
    assert "held by, and what it would be without\n  input-validation on web" in why.out


def test_a_time_that_is_none_is_an_error(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(shop.parent, "build/abuse.xml", PASSES)
    for epoch in ("soon", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        done = threatdsl("evidence", "add", "abuse", "build/abuse.xml", cwd=shop.parent)
        assert done.code == 2
        assert "SOURCE_DATE_EPOCH" in done.err


def test_one_result_is_for_as_many_checks_as_it_is_added_for(shop: Path) -> None:
    write(shop.parent, "build/abuse.xml", PASSES)
    for check in ("other", "abuse", "abuse"):
        added = threatdsl("evidence", "add", check, "build/abuse.xml", "--commit", "abc12345", cwd=shop.parent)
        assert (added.code, added.err) == (0, "")
    assert json.loads((shop.parent / "build/abuse.xml.evidence.json").read_text())["checks"] == ["other", "abuse"]
    assert finding_in(result_of(shop))["outcome"] == "verified"


def test_a_new_result_forgets_what_the_old_one_was_for(shop: Path) -> None:
    write(shop.parent, "build/abuse.xml", FAILS)
    threatdsl("evidence", "add", "abuse", "build/abuse.xml", cwd=shop.parent)
    write(shop.parent, "build/abuse.xml", PASSES)
    threatdsl("evidence", "add", "other", "build/abuse.xml", cwd=shop.parent)
    done = threatdsl("check", shop, "--now", "2026-11-25", cwd=shop.parent)
    assert (done.code, "its envelope is that of 'other'" in done.err) == (2, True)
