"""SARIF: valid, complete, at the right lines, and the same alerts after a change that changes no threat."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.evidence.corpus import CORPUS, needs_corpus
from tests.report.building import span
from tests.report.hostile import LABELS, hostile
from tests.report.shop import ACCEPTED, shop
from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import Assessment
from threatdsl.assess.comparison import Change, Comparison, Fixed
from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.model.level import Level
from threatdsl.model.load import load
from threatdsl.report.checked import Checked
from threatdsl.report.pipeline.sarif import sarif
from threatdsl.rules.finding import Hop, Told

SCHEMA = CORPUS / "schemas" / "sarif-schema-2.1.0.oasis.json"
PARTS = (
    'data card "Card" { confidentiality restricted }',
    'boundary net "Net" { trust untrusted; actor customer "Customer" }',
    'boundary cloud "Cloud" { trust internal; service web "Web" { serves [api]; parses json } }',
    'flow customer -> web "Pay" { protocol http; carries [card]; returns [] }',
    'database store "Store" { stores [card] }',
)
RENAMED = (
    'boundary cloud "Cloud" { trust internal; service shop "Web" { was web; serves [api]; parses json } }',
    'flow customer -> shop "Pay" { protocol http; carries [card]; returns [] }',
)


def log_of(*models: Checked) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sarif(models))
    return found


def checked(assessment: Assessment, texts: dict[str, str] | None = None) -> Checked:
    return Checked("shop", "shop.threat", assessment, assessment.diagnostics, str, texts or {})


def run_of(assessment: Assessment) -> dict[str, Any]:
    run: dict[str, Any] = log_of(checked(assessment))["runs"][0]
    return run


def result_of(run: dict[str, Any], id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(result for result in run["results"] if result["properties"]["id"] == id_)
    return found


def compared(base: Assessment, changes: dict[str, Change], *fixed: Fixed, files: tuple[str, ...] = ()) -> Assessment:
    why = {"repudiation.unlogged-action@console": "The audit log was removed"}
    return replace(base, comparison=Comparison("main", changes, why, fixed, (), (), frozenset(files)))


def wrong() -> Checked:
    diagnostic = Diagnostic(
        "TM0101", Severity.ERROR, "no `[x](https://e.example)` here\n::error", span(3), help="mend it"
    )
    return Checked("bad", "my models/bad.threat", None, (diagnostic,), str)


@needs_corpus
@pytest.mark.parametrize("case", [shop(), hostile(), None], ids=["shop", "hostile", "wrong and unreadable"])
def test_the_log_is_valid_by_the_schema_of_oasis(case: Assessment | None) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    gone = Checked("gone", "gone.threat", None, (), str)
    models = (wrong(), gone) if case is None else (checked(compared(case, {case.findings[0].id: Change.NEW})),)
    wrong_parts = jsonschema.validators.validator_for(schema)(schema).iter_errors(log_of(*models))
    assert [error.message for error in wrong_parts] == []


def test_a_finding_is_a_result_of_its_rule_on_one_line_of_its_declaration() -> None:
    run = run_of(shop())
    result = result_of(run, "disclosure.cleartext-crossing@console->orders-db")
    assert (
        run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "disclosure.cleartext-crossing"
    )
    assert (result["kind"], result["level"], result["rank"]) == ("fail", "error", 80)
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "shop.threat", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 58, "startColumn": 3, "endLine": 58, "endColumn": 20},
            }
        }
    ]
    text = result["message"]["text"]
    assert text.split(". ")[0].endswith("without encryption")
    linked = {related["id"] for related in result["relatedLocations"]}
    assert linked
    assert all(f"]({number})" in text for number in linked)


def test_rules_are_sorted_and_say_what_github_shows() -> None:
    rules = run_of(shop())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
    rule = next(rule for rule in rules if rule["id"] == "disclosure.cleartext-crossing")
    assert rule["properties"]["tags"][:3] == ["security", "STRIDE:information-disclosure", "external/cwe/cwe-319"]
    assert rule["properties"]["security-severity"] == "8.0"
    assert rule["helpUri"].endswith("/319.html")
    assert all(rule[field]["text"] for rule in rules for field in ("shortDescription", "fullDescription", "help"))


def test_the_worst_to_act_on_comes_first_and_what_is_held_last() -> None:
    run = run_of(shop())
    assert [result["properties"]["outcome"] for result in run["results"]] == [
        *("open", "open", "unassessed", "unassessed"),
        *("accepted", "mitigated"),
    ]
    held = run["results"][-1]
    assert (held["kind"], held["level"]) == ("pass", "none")


def test_an_accepted_finding_is_suppressed_with_its_reason_and_the_others_are_not() -> None:
    suppressions = {r["properties"]["outcome"]: r["suppressions"] for r in run_of(shop())["results"]}
    assert suppressions["open"] == []
    accepted = suppressions["accepted"][0]
    assert (accepted["kind"], accepted["status"]) == ("external", "accepted")
    assert accepted["justification"] == ACCEPTED.text("reason")


def test_a_path_is_a_code_flow_with_a_location_a_hop() -> None:
    base = shop()
    first = base.findings[0]
    path = (Hop("agent", "console", "agent->console"), Hop("console", "orders-db", "console->orders-db"))
    told = replace(first, finding=replace(first.finding, account=Told("It leaks", path=path)))
    result = result_of(run_of(replace(base, findings=(told,))), first.id)
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [
        "agent",
        "agent -> console",
        "console -> orders-db",
    ]


def test_a_change_is_told_and_no_place_is_in_a_file_of_the_baseline() -> None:
    base = shop()
    ids = [found.id for found in base.findings]
    gone = replace(base.findings[0].finding, id="old.rule@gone", elements=("gone",), span=span(9, "main-shop.threat"))
    changes = dict(zip(ids, (Change.NEW, Change.WORSE, Change.KEPT, Change.UNCHANGED), strict=False))
    fixed = Fixed(gone, Level.HIGH, "the element is gone")
    run = run_of(compared(base, changes, fixed, files=("main-shop.threat",)))
    states = {result["properties"]["id"]: result.get("baselineState") for result in run["results"]}
    assert [states[id_] for id_ in ids[:4]] == ["new", "updated", "unchanged", "unchanged"]
    assert states["old.rule@gone"] == "absent"
    assert "The audit log was removed." in result_of(run, ids[1])["message"]["text"]
    assert "main-shop" not in json.dumps(run["results"])


def test_a_wrong_model_is_a_run_that_did_not_succeed_and_says_why() -> None:
    invocation = log_of(wrong())["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    told = invocation["toolExecutionNotifications"][0]
    assert told["descriptor"] == {"id": "TM0101"}
    assert told["message"]["text"] == "no `[x] (https://e.example)` here : :error (mend it)"


def test_a_model_that_cannot_be_read_is_named_by_its_encoded_path() -> None:
    run = log_of(Checked("bad", "my models/ä:#?.threat", None, (), str))["runs"][0]
    place = run["invocations"][0]["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20models/%C3%A4%3A%23%3F.threat"


def test_columns_count_in_units_of_utf16() -> None:
    base = shop()
    text = "\n" * 57 + '🔥🔥 flow a -> b "Title" { }'
    result = log_of(checked(base, {"shop.threat": text}))["runs"][0]["results"][0]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"]) == (5, 22)


def test_a_declaration_over_lines_is_shown_on_its_first() -> None:
    base = shop()
    first = base.findings[0]
    long = Span("shop.threat", 58, 3, 61, 2, 0, 90)
    changed = replace(base, findings=(replace(first, finding=replace(first.finding, span=long)),))
    text = "\n" * 57 + "  flow a -> b {\n\n\n}"
    result = log_of(checked(changed, {"shop.threat": text}))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 58,
        "startColumn": 3,
        "endLine": 58,
        "endColumn": 16,
    }


def test_what_github_would_refuse_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threatdsl.report.pipeline.sarif.MOST_RESULTS", 2)
    base = shop()
    first = base.findings[0]
    references = tuple(f"CWE-{number}" for number in range(30))
    talkative = replace(first.finding.rule, title="Word " * 300, text="Word " * 300, references=references)
    changed = replace(first, finding=replace(first.finding, rule=talkative))
    run = run_of(replace(base, findings=(changed,) * 6, rules=()))
    assert [result["properties"]["outcome"] for result in run["results"]] == ["open", "open"]
    told = run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
    assert told == "left out, since a file holds 2 results: 4"
    rule = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]
    assert len(rule["properties"]["tags"]) == 20
    assert max(len(rule[field]["text"]) for field in ("shortDescription", "fullDescription")) <= 1024


def test_titles_are_no_links_and_rules_no_markup() -> None:
    run = run_of(hostile())
    for result in run["results"]:
        for other in result["message"]["text"].split("](")[1:]:
            assert other.split(")")[0].isdigit()
    help_ = run["tool"]["driver"]["rules"][0]["help"]["markdown"]
    assert LABELS["image"] not in help_
    assert r"\<img" in help_


def prints(parts: tuple[str, ...], folder: Path, gap: int = 0) -> dict[str, str]:
    """The fingerprints of the findings of a model by what they are called with the oldest names."""
    path = folder / "m.threat"
    path.write_text('model m "M" { }\n' + ("\n" * (gap + 1)).join(parts), encoding="utf-8")
    loaded = load(path, root=folder)
    assert loaded.model is not None, loaded.diagnostics
    assessed = assess(loaded.model, now=date(2026, 11, 24)).assessment
    assert assessed is not None
    results = run_of(assessed)["results"]
    keys = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert len(set(keys)) == len(keys)
    return dict(zip((result["properties"]["id"] for result in results), keys, strict=True))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(PARTS), gap=st.integers(0, 5))
def test_moving_lines_changes_no_fingerprint(order: list[str], gap: int, tmp_path: Path) -> None:
    assert prints(tuple(order), tmp_path, gap) == prints(PARTS, tmp_path)


def test_other_findings_change_no_fingerprint(tmp_path: Path) -> None:
    fewer = prints(PARTS[:4], tmp_path)
    assert fewer
    assert fewer.items() < prints(PARTS, tmp_path).items()


def test_a_renamed_element_and_its_flows_keep_their_fingerprints(tmp_path: Path) -> None:
    before = prints(PARTS, tmp_path)
    after = prints((*PARTS[:2], *RENAMED, PARTS[4]), tmp_path)
    assert set(after) != set(before)
    assert set(after.values()) == set(before.values())
    assert set(prints((*PARTS[:2], RENAMED[0].replace("was web;", ""), RENAMED[1]), tmp_path).values()) != set(
        before.values()
    )
