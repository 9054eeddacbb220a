"""`threatdsl check --format sarif` and `--format junit`, with what evidence decided."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml.ElementTree import fromstring

from tests.cli.running import threatdsl, write

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MODEL = """
model shop "Web shop" { owner "team-shop@example.org" }
data order "Order" { confidentiality confidential; integrity high }
boundary internet "Internet" { trust untrusted; actor customer "Customer" }
boundary cloud "Cloud" {
  trust internal
  service web "Web shop" { serves [api]; parses json; controls [input-validation, output-encoding] }
}
flow customer -> web "Order" { protocol https; carries [order]; returns [order] }
check abuse "Abuse" { format junit; file "build/abuse.xml"; proves input-validation; on [web]; counts ["abuse.*"] }
check pages "Pages" { format junit; file "build/pages.xml"; proves output-encoding; on [web]; counts ["abuse.*"] }
"""
PASSES = '<testsuite><testcase classname="abuse" name="huge_order"/></testsuite>'
FAILS = '<testsuite><testcase classname="abuse" name="huge_order"><failure>hunter2</failure></testcase></testsuite>'
FINDING = "tampering.unexpected-input@web"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")  # 2026-11-24 12:00 UTC
    (tmp_path / "threatdsl.root").touch()
    return write(tmp_path, "in here/shop.threat", MODEL)


def wrap(folder: Path, content: str) -> None:
    """Both checks have that result."""
    for check in ("abuse", "pages"):
        path = write(folder, f"build/{check}.xml", content)
        added = threatdsl("evidence", "add", check, path, "--commit", "abc12345", cwd=folder)
        assert (added.code, added.err) == (0, "")


def sarif(folder: Path, *models: str) -> tuple[int, list[dict[str, Any]]]:
    done = threatdsl("check", *models, "--format", "sarif", "--now", "2026-11-25", cwd=folder)
    return done.code, json.loads(done.out)["runs"]


def junit(folder: Path, *models: str) -> tuple[int, "Element"]:
    done = threatdsl("check", *models, "--format", "junit", "--now", "2026-11-25", cwd=folder)
    return done.code, fromstring(done.out)


@pytest.mark.parametrize(
    ("content", "kind", "verdict"), [(FAILS, "fail", "refuted"), (PASSES, "pass", "proven")], ids=["fails", "passes"]
)
def test_sarif_names_the_check_that_decided(content: str, kind: str, verdict: str, shop: Path) -> None:
    wrap(shop.parents[1], content)
    _, runs = sarif(shop.parents[1], "in here/shop.threat")
    result = next(one for one in runs[0]["results"] if one["properties"]["id"] == FINDING)
    assert result["kind"] == kind
    assert [(e["check"], e["verdict"]) for e in result["properties"]["evidence"]] == [("abuse", verdict)]
    assert f"Check abuse says {verdict}: abuse.huge_order" in result["message"]["text"]
    link = next(one for one in result["relatedLocations"] if one["physicalLocation"]["region"]["startLine"] == 10)
    assert f"[check abuse]({link['id']})" in result["message"]["text"]
    assert link["physicalLocation"]["artifactLocation"]["uri"] == "in%20here/shop.threat"
    assert "hunter2" not in json.dumps(runs)


def test_sarif_of_several_models_has_a_run_each_also_for_one_that_is_wrong(shop: Path) -> None:
    write(shop.parents[1], "bad.threat", "model\n")
    code, runs = sarif(shop.parents[1], "in here/shop.threat", "bad.threat", "missing.threat")
    assert code == 2
    assert [run["automationDetails"]["id"] for run in runs] == [
        "threatdsl/shop/",
        "threatdsl/bad/",
        "threatdsl/missing/",
    ]
    assert [run["invocations"][0]["executionSuccessful"] for run in runs] == [True, False, False]
    assert all(run["invocations"][0]["toolExecutionNotifications"] for run in runs[1:])


@pytest.mark.parametrize(
    ("content", "states"),
    [(FAILS, ["properties", "failure"]), (PASSES, ["properties"]), (None, ["properties", "skipped"])],
    ids=["fails", "passes", "absent"],
)
def test_junit_has_a_case_for_each_check_at_each_place(content: str | None, states: list[str], shop: Path) -> None:
    if content is not None:
        wrap(shop.parents[1], content)
    _, root = junit(shop.parents[1], "in here/shop.threat")
    case = next(one for one in root.iter("testcase") if one.get("classname") == "controls.shop")
    assert case.get("name") == "abuse input-validation on web"
    assert (case.get("file"), case.get("line")) == ("in here/shop.threat", "10")
    assert [child.tag for child in case] == states


def test_junit_of_a_wrong_model_is_an_error_and_exit_code_2(shop: Path) -> None:
    write(shop.parents[1], "bad.threat", "model\n")
    code, root = junit(shop.parents[1], "bad.threat")
    assert code == 2
    assert [suite.get("errors") for suite in root] == ["1"]
