import json
from collections import Counter
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Subject, SubjectKind, Waiver
from threatdsl.evidence.readers import checkov
from threatdsl.model.level import Level

FILES = (*sorted(CORPUS.glob("checkov-json/*.json")), *sorted(CORPUS.glob("paired/*/checkov.json")))
LISTS = ("passed_checks", "failed_checks", "skipped_checks")


def check(result: str, **fields: object) -> dict[str, object]:
    return {
        "check_id": "CKV_AWS_53",
        "bc_check_id": None,
        "check_name": "password hunter2",
        "check_result": {"result": result},
        "code_block": [[1, "hunter2"]],
        "file_path": "/infra/app.yaml",
        "file_line_range": [3, 9],
        "resource": "AWS::S3::Bucket.Uploads",
        "severity": None,
    } | fields


def report(kind: str = "cloudformation", **lists: object) -> dict[str, object]:
    return {"check_type": kind, "results": lists, "summary": {"checkov_version": "3.3.30"}}


def observe(document: object) -> tuple[Observation, ...]:
    return checkov.read(json.dumps(document).encode()).observations


def test_a_check_has_its_file_without_the_leading_slash_its_resource_and_the_logical_id() -> None:
    found = observe(report(failed_checks=[check("FAILED", repo_file_path="\\repo\\infra\\app.yaml")]))
    assert found == (
        Observation(
            "CKV_AWS_53",
            Outcome.FAIL,
            (
                Subject(SubjectKind.FILE, "infra/app.yaml", 3),
                Subject(SubjectKind.FILE, "repo/infra/app.yaml", 3),
                Subject(SubjectKind.RESOURCE, "AWS::S3::Bucket.Uploads"),
                Subject(SubjectKind.RESOURCE, "Uploads"),
            ),
        ),
    )


def test_a_skipped_check_with_a_comment_is_a_waived_failure_and_without_one_skipped() -> None:
    waived = check("SKIPPED")
    waived["check_result"] = {"result": "SKIPPED", "suppress_comment": "public by design"}
    found = observe(report(skipped_checks=[waived, check("SKIPPED")]))
    assert [(one.outcome, one.waiver) for one in found] == [
        (Outcome.FAIL, Waiver("public by design")),
        (Outcome.SKIPPED, None),
    ]


def test_only_the_word_passed_is_a_pass_also_in_the_list_of_passes() -> None:
    found = observe(report(passed_checks=[check("PASSED"), check("UNKNOWN")]))
    assert [one.outcome for one in found] == [Outcome.PASS, Outcome.INFO]


def test_the_reports_of_a_list_are_read_in_order_and_a_quiet_one_lacks_passes() -> None:
    first, second = report(failed_checks=[check("FAILED", check_id="CKV_1")]), report(passed_checks=[check("PASSED")])
    reading = checkov.read(json.dumps([first, second]).encode())
    assert [one.rule for one in reading.observations] == ["CKV_1", "CKV_AWS_53"]
    assert reading.rules == {"CKV_1", "CKV_AWS_53"}
    assert reading.tool_version == "3.3.30"
    assert Subject(SubjectKind.FILE, "infra/app.yaml") in reading.scanned


@pytest.mark.parametrize(
    ("check_id", "resource", "outcome"),
    [
        ("CKV_K8S_91", "Deployment.default.paymentservice", Outcome.NOT_APPLICABLE),
        ("CKV_K8S_138", "Pod.default.kubernetes-dashboard", Outcome.NOT_APPLICABLE),
        ("CKV_K8S_91", "Pod.kube-system.kube-apiserver", Outcome.PASS),
        ("CKV_K8S_116", "Pod.kube-system.etcd-node-1", Outcome.PASS),
        ("CKV_K8S_16", "Deployment.default.paymentservice", Outcome.PASS),
        ("CKV_AWS_18", "aws_s3_bucket.data", Outcome.PASS),
    ],
)
def test_a_check_of_the_control_plane_does_not_apply_to_a_workload(
    check_id: str, resource: str, outcome: Outcome
) -> None:
    (found,) = observe(report("kubernetes", passed_checks=[check("PASSED", check_id=check_id, resource=resource)]))
    assert found.outcome is outcome


def test_a_failure_of_a_check_of_the_control_plane_stays_one() -> None:
    failed = check("FAILED", check_id="CKV_K8S_91", resource="Deployment.default.own-apiserver")
    assert observe(report("kubernetes", failed_checks=[failed]))[0].outcome is Outcome.FAIL


def test_severity_and_other_names_of_the_rule_and_the_package_are_kept() -> None:
    details = {"id": "CVE-2021-1", "package_name": "django", "package_version": "1.2", "description": "hunter2"}
    fields = {"severity": "MODERATE", "bc_check_id": "BC_AWS_1", "vulnerability_details": details}
    (found,) = observe(report("sca_package", failed_checks=[check("FAILED", **fields)]))
    assert found.severity is Level.MEDIUM
    assert found.aliases == ("BC_AWS_1", "CVE-2021-1")
    assert found.subjects[-1] == Subject(SubjectKind.PACKAGE, "django@1.2")


def test_a_file_that_could_not_be_parsed_is_an_error_and_not_scanned() -> None:
    reading = checkov.read(json.dumps(report(parsing_errors=["/broken.yaml"])).encode())
    assert [(one.outcome, one.subjects[0].id) for one in reading.observations] == [(Outcome.ERROR, "broken.yaml")]
    assert reading.scanned == ()
    assert reading.rules == frozenset()


def test_no_secret_is_kept_neither_of_the_code_nor_the_hash_of_one_found() -> None:
    secret = report("secrets", failed_checks=[check("FAILED", resource="5f4dcc3b5aa765d61d8327deb882cf99")])
    reading = checkov.read(json.dumps([report(passed_checks=[check("PASSED")]), secret]).encode())
    assert len(reading.observations) == 2
    assert "hunter2" not in repr(reading)
    assert "5f4dcc3b" not in repr(reading)


def test_a_summary_alone_observes_nothing_and_one_with_unparsed_files_is_not_complete() -> None:
    summary = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "checkov_version": "3.2.1"}
    reading = checkov.read(json.dumps(summary).encode())
    assert (reading.observations, reading.tool_version, reading.completed) == ((), "3.2.1", True)
    assert not checkov.read(json.dumps(summary | {"parsing_errors": 2}).encode()).completed


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{}", "no `results`"),
        (b"[]", "lacks"),
        (b"[{}]", "lacks"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (json.dumps([report()]).encode()[:-9], "not JSON"),
        (b'{"passed": 3, "failed": 0, "checkov_version": "3"}', "a summary alone"),
        (b'{"passed": 0, "failed": 0}', "no `results`"),
        (b'{"results": {"failed_checks": []}}', "lacks"),
        (b'{"check_type": "terraform", "results": {"failed_checks": [{"id": 1}]}}', "check_id"),
    ],
)
def test_what_is_no_result_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        checkov.read(content)


def test_reports_and_summaries_are_recognised_and_other_json_is_not() -> None:
    assert checkov.recognises(json.dumps([report()]).encode())
    assert checkov.recognises(b'\xef\xbb\xbf{"passed": 0, "checkov_version": "3"}')
    assert not checkov.recognises(b'{"results": []}')
    assert not checkov.recognises(b"")


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_files_have_as_many_checks_of_each_outcome_as_their_lists(path: Path) -> None:
    document = json.loads(path.read_bytes())
    reports = [one for one in (document if isinstance(document, list) else [document]) if "results" in one]
    expected = [sum(len(one["results"][name]) for one in reports) for name in LISTS]
    found = Counter(one.outcome for one in checkov.read(path.read_bytes()).observations)
    assert [
        found[Outcome.PASS] + found[Outcome.NOT_APPLICABLE],
        found[Outcome.FAIL],
        found[Outcome.SKIPPED],
    ] == expected
    assert checkov.recognises(path.read_bytes())
