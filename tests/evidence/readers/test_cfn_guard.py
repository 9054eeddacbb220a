import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import cfn_guard

FOLDER = CORPUS / "cfn-guard"
RESULTS = sorted(FOLDER.glob("validate-*.json"))
TESTS = sorted(FOLDER.glob("*.out"))


def clause(arity: str, check: object) -> dict[str, object]:
    return {"Clause": {arity: {"context": "hunter2", "messages": {"custom_message": "hunter2"}, "check": check}}}


def place(path: str) -> dict[str, object]:
    return {"path": path, "value": {"Password": "hunter2"}}


UNRESOLVED = {"UnResolved": {"value": {"traversed_to": place("/Resources/Uploads/Properties"), "reason": "hunter2"}}}
CHECKS = [
    clause("Unary", UNRESOLVED),
    clause("Unary", {"UnResolvedContext": "hunter2"}),
    clause("Binary", UNRESOLVED),
    clause("Unary", {"Resolved": {"value": place("/Resources/Logs/Properties/Acl"), "comparison": ["Exists", True]}}),
    {
        "Disjunctions": {
            "checks": [clause("Binary", {"Resolved": {"from": place("/Resources/Either"), "to": place("")}})]
        }
    },
    {"Rule": {"name": "inner", "checks": [clause("Binary", {"InResolved": {"from": place("/Resources/In/X")}})]}},
    {"Block": {"context": "x", "unresolved": {"traversed_to": place("/Resources/Blocked"), "reason": "hunter2"}}},
    {"Block": {"context": "x", "unresolved": None}},
    clause("Unary", {"Resolved": {"value": place("/Parameters/Password")}}),
]
FILE = {
    "name": "infra\\app.yaml",
    "metadata": {},
    "status": "FAIL",
    "not_compliant": [{"Rule": {"name": "S3_PRIVATE", "metadata": {}, "checks": CHECKS}}],
    "not_applicable": ["RDS_ENCRYPTED"],
    "compliant": ["S3_ENCRYPTED"],
}
TEMPLATE = Subject(SubjectKind.FILE, "infra/app.yaml")


def test_the_three_lists_are_failures_not_applicable_and_passes_at_the_template() -> None:
    reading = cfn_guard.read(json.dumps([FILE]).encode())
    assert [(one.rule, one.outcome, one.subjects[0]) for one in reading.observations] == [
        ("S3_PRIVATE", Outcome.FAIL, TEMPLATE),
        ("RDS_ENCRYPTED", Outcome.NOT_APPLICABLE, TEMPLATE),
        ("S3_ENCRYPTED", Outcome.PASS, TEMPLATE),
    ]
    assert reading.rules == {"S3_PRIVATE", "RDS_ENCRYPTED", "S3_ENCRYPTED"}
    assert reading.scanned == (TEMPLATE,)


def test_a_failure_names_each_resource_at_which_a_clause_failed_once() -> None:
    failure = cfn_guard.read(json.dumps([FILE]).encode()).observations[0]
    names = [subject.id for subject in failure.subjects if subject.kind is SubjectKind.RESOURCE]
    assert names == ["Uploads", "Logs", "Either", "In", "Blocked"]


def test_one_report_alone_reads_as_a_list_of_it_and_no_value_of_the_template_is_kept() -> None:
    alone = cfn_guard.read(json.dumps(FILE).encode())
    assert alone == cfn_guard.read(json.dumps([FILE]).encode())
    assert "hunter2" not in repr(alone)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"[]", "names no template"),
        (b"{}", "name"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (json.dumps([FILE]).encode()[:-5], "not JSON"),
        (b'[{"rule_file": "a.guard", "test_cases": []}]', "name"),
        (b'[{"name": "a", "status": "SKIP", "compliant": []}]', "not_compliant"),
        (json.dumps(FILE | {"not_compliant": [{"Other": 1}]}).encode(), "without a rule"),
    ],
)
def test_what_is_no_result_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        cfn_guard.read(content)


def test_results_are_recognised_and_tests_of_rules_are_not() -> None:
    assert cfn_guard.recognises(json.dumps([FILE | {"not_compliant": []}]).encode())
    assert not cfn_guard.recognises(b'[{"rule_file": "a.guard", "test_cases": []}]')


@needs_corpus
@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.name)
def test_real_files_have_as_many_rules_of_each_outcome_as_their_lists(path: Path) -> None:
    files = json.loads(path.read_bytes())
    outcomes = [one.outcome for one in cfn_guard.read(path.read_bytes()).observations]
    for key, outcome in (("compliant", Outcome.PASS), ("not_compliant", Outcome.FAIL)):
        assert outcomes.count(outcome) == sum(len(file[key]) for file in files)
    assert len(outcomes) == sum(len(file[key]) for file in files for key in file if key.endswith(("ant", "able")))


@needs_corpus
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_real_results_of_tests_of_rules_are_no_evidence(path: Path) -> None:
    with pytest.raises(Unreadable):
        cfn_guard.read(path.read_bytes())
