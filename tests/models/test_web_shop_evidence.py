"""The recorded pipeline of the web shop: what its results prove and refute, and that they fit what lies beside them."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import SHOP, threatdsl
from threatdsl.evidence.envelope import SUFFIX

FOLDER = SHOP.parent
EVIDENCE = FOLDER / "evidence"
RECORDED = (FOLDER / "recorded").read_text(encoding="utf-8").split()
WITHOUT_RESULT = {"tls-scan", "refund-tests"}  # their results are made in an environment, which a repository has not
REFUTED = {"network": "CKV2_K8S_6", "queries": "B608"}
VERIFIED = {
    "disclosure.unencrypted-store@orders-db",
    "elevation.escape-to-host@gateway",
    "elevation.missing-authorization@checkout",
    "elevation.other-peoples-records@checkout",
    "repudiation.unrecorded-action@checkout",
    "tampering.skipped-step@checkout",
}
REOPENED = {"elevation.flat-platform@fleet": "network", "tampering.query-injection@checkout->orders-db": "queries"}


def checked(model: Path, *arguments: str) -> Mapping[str, Any]:
    done = threatdsl("check", model, "--format", "json", *arguments, cwd=model.parent)
    return dict(json.loads(done.out))


@pytest.fixture(scope="module")
def recorded() -> Mapping[str, Any]:
    return checked(SHOP, *RECORDED)


@pytest.fixture
def away(tmp_path: Path) -> Path:
    """The example copied away, without its results."""
    shutil.copytree(FOLDER, tmp_path / "shop", ignore=shutil.ignore_patterns("evidence"))
    return tmp_path / "shop" / SHOP.name


def outcomes(result: Mapping[str, Any]) -> dict[str, str]:
    return {found["id"]: found["outcome"] for found in result["findings"]}


def verdicts(result: Mapping[str, Any]) -> dict[str, str]:
    return {ruling["check"]: ruling["verdict"] for ruling in result["evidence"]}


def of_checkov() -> Iterator[tuple[str, str, str]]:
    """Rule, file and resource of each of Checkov's results."""
    for file in sorted(EVIDENCE.glob("*.json")):
        report = json.loads(file.read_text(encoding="utf-8"))
        for one in report["results"].values() if "check_type" in report else ():
            for result in one:
                yield result["check_id"], result["repo_file_path"].lstrip("/"), result["resource"]


def test_every_check_with_a_result_is_decided(recorded: Mapping[str, Any]) -> None:
    found = verdicts(recorded)
    assert {check for check, verdict in found.items() if verdict == "unknown"} == WITHOUT_RESULT
    assert {check for check, verdict in found.items() if verdict == "refuted"} == set(REFUTED)
    assert set(found.values()) == {"unknown", "refuted", "proven"}


def test_exactly_these_findings_are_verified(recorded: Mapping[str, Any]) -> None:
    assert {id_ for id_, outcome in outcomes(recorded).items() if outcome == "verified"} == VERIFIED


def test_a_refuted_control_opens_its_finding_which_names_the_check(recorded: Mapping[str, Any], away: Path) -> None:
    before = outcomes(checked(away, *RECORDED))
    after = {found["id"]: found for found in recorded["findings"]}
    opened = {id_ for id_, found in after.items() if found["outcome"] == "open" and before[id_] != "open"}
    assert opened == set(REOPENED)
    for id_, check in REOPENED.items():
        assert f"check {check} refutes it" in json.dumps(after[id_]["proof"])


def test_the_result_says_which_rule_of_the_tool_refuted(recorded: Mapping[str, Any]) -> None:
    why = {ruling["check"]: ruling["why"] for ruling in recorded["evidence"]}
    assert {check: why[check].split()[0] for check in REFUTED} == REFUTED


def test_without_results_nothing_is_decided(away: Path) -> None:
    result = checked(away, *RECORDED)
    assert set(verdicts(result).values()) == {"unknown"}
    assert "verified" not in outcomes(result).values()


def test_at_another_commit_results_about_files_prove_nothing_and_still_refute() -> None:
    found = verdicts(checked(SHOP, "--now", RECORDED[1], "--commit", "0" * 12))
    assert {check for check, verdict in found.items() if verdict == "refuted"} == set(REFUTED)
    assert found["gateway-container"] == found["limits"] == found["orders-storage"] == "unknown"


def test_every_resource_that_checkov_names_stands_in_its_manifest() -> None:
    found = list(of_checkov())
    assert {rule for rule, _, _ in found} >= {"CKV_K8S_11", "CKV_AWS_16", REFUTED["network"]}
    for rule, file, resource in found:
        manifest = (FOLDER / file).read_text(encoding="utf-8")
        kind, *_, name = resource.removeprefix("AWS::").split(".")
        name = name.removeprefix("app-") if kind == "Pod" else name  # a pod is called by its labels
        assert re.search(rf"^(?:  name: {name}|  {name}:)$", manifest, re.MULTILINE), (rule, resource)


def test_bandit_points_at_the_query() -> None:
    [found] = json.loads((EVIDENCE / "queries.json").read_text(encoding="utf-8"))["results"]
    lines = (FOLDER / found["filename"]).read_text(encoding="utf-8").splitlines()
    assert "ORDER BY {column}" in lines[found["line_number"] - 1]


def test_every_abuse_case_has_a_result() -> None:
    results = "".join(file.read_text(encoding="utf-8") for file in EVIDENCE.glob("*.xml"))
    cases = (FOLDER / "services/checkout/test_abuse.py").read_text(encoding="utf-8")
    written = re.findall(r"^def (test_\w+)", cases, re.MULTILINE)
    assert sorted(re.findall(r' name="(test_\w+)"', results)) == sorted(written)


def test_the_envelopes_are_of_the_recorded_commit_and_day() -> None:
    envelopes = [json.loads(file.read_text(encoding="utf-8")) for file in EVIDENCE.glob(f"*{SUFFIX}")]
    assert len(envelopes) == len(list(EVIDENCE.iterdir())) / 2
    assert {(found["collected_at"][:10], found["commit"]) for found in envelopes} == {(RECORDED[1], RECORDED[3])}


def test_no_result_names_the_machine_it_was_made_on() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in EVIDENCE.iterdir())
    assert re.findall(r'hostname=|"/(?:tmp|home|root|Users|var)/', text) == []


def test_the_report_and_sarif_say_which_result_decided(tmp_path: Path) -> None:
    told = "B608 fails on services/checkout/orders.py:57"
    done = threatdsl("report", SHOP, *RECORDED, "-o", tmp_path / "shop.html", cwd=tmp_path)
    assert done.code == 0
    page = (tmp_path / "shop.html").read_text(encoding="utf-8")
    assert f"queries refuted (21 November 2026): {told}" in page
    assert all(
        f"[data-tab={tab}] #{tab}" in page for tab in re.findall(r'data-tab="([a-z]+)"', page) if tab != "findings"
    )
    runs = json.loads(threatdsl("check", SHOP, *RECORDED, "--format", "sarif", cwd=tmp_path).out)["runs"]
    texts = {one["properties"]["id"]: one["message"]["text"] for one in runs[0]["results"]}
    assert f"says refuted: {told}" in texts["tampering.query-injection@checkout->orders-db"]
