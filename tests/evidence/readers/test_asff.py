import json

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind, Waiver
from threatdsl.evidence.readers import asff
from threatdsl.model.level import Level

FOLDER = CORPUS / "asff"


def finding(**more: object) -> dict[str, object]:
    return {
        "SchemaVersion": "2018-10-08",
        "GeneratorId": "foundational/v/1.0.0/S3.9",
        "AwsAccountId": "111122223333",
        "Description": "password=hunter2",
        "Severity": {"Label": "HIGH"},
        "Resources": [
            {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::acme-uploads", "Details": {"Other": {"a": "hunter2"}}}
        ],
        "Compliance": {"Status": "FAILED"},
        "RecordState": "ACTIVE",
        "UpdatedAt": "2026-11-25T10:00:00.000000005Z",
    } | more


def written(*findings: dict[str, object]) -> bytes:
    return json.dumps({"Findings": findings}, indent=2).encode()


def test_a_finding_is_read_without_its_texts() -> None:
    reading = asff.read(written(finding()))
    (one,) = reading.observations
    assert (one.rule, one.aliases) == ("foundational/v/1.0.0/S3.9", ("S3.9",))
    assert (one.outcome, one.severity) == (Outcome.FAIL, Level.HIGH)
    assert one.subjects == (
        Subject(SubjectKind.RESOURCE, "arn:aws:s3:::acme-uploads"),
        Subject(SubjectKind.ACCOUNT, "111122223333"),
    )
    assert str(reading.time) == "2026-11-25 10:00:00+00:00"
    assert "hunter2" not in repr(reading)


def test_all_four_shapes_read_alike() -> None:
    findings = (finding(), finding(Compliance={"Status": "PASSED"}))
    expected = asff.read(written(*findings))
    assert len(expected.observations) == 2
    assert asff.read(json.dumps({"findings": findings}).encode()) == expected
    assert asff.read(json.dumps(findings).encode()) == expected
    assert asff.read("\n".join(json.dumps(one) for one in findings).encode()) == expected


@pytest.mark.parametrize(
    ("compliance", "outcome"),
    [
        ({"Status": "PASSED"}, Outcome.PASS),
        ({"Status": "PASSED", "StatusReasons": [{"ReasonCode": "CONFIG_EVALUATIONS_EMPTY"}]}, Outcome.NOT_APPLICABLE),
        ({"Status": "FAILED"}, Outcome.FAIL),
        ({"Status": "WARNING"}, Outcome.MANUAL),
        ({"Status": "NOT_AVAILABLE"}, Outcome.MANUAL),
        ({"Status": "OF_TOMORROW"}, Outcome.MANUAL),
        ({}, Outcome.FAIL),
        (None, Outcome.FAIL),
    ],
)
def test_only_passed_that_looked_at_something_passes(compliance: dict[str, object] | None, outcome: Outcome) -> None:
    (one,) = asff.read(written(finding(Compliance=compliance))).observations
    assert one.outcome is outcome


def test_an_archived_finding_is_dropped_a_suppressed_one_waived_and_a_resolved_one_still_fails() -> None:
    suppressed = finding(
        Workflow={"Status": "SUPPRESSED"}, Note={"Text": "public site", "UpdatedBy": "ana"}, Compliance=None
    )
    resolved = finding(Workflow={"Status": "RESOLVED"})
    passed = finding(Workflow={"Status": "SUPPRESSED"}, Compliance={"Status": "PASSED"})
    reading = asff.read(written(finding(RecordState="ARCHIVED"), suppressed, resolved, passed))
    assert [(one.outcome, one.waiver) for one in reading.observations] == [
        (Outcome.FAIL, Waiver("public site", "ana")),
        (Outcome.FAIL, None),
        (Outcome.PASS, None),
    ]


def test_the_control_is_the_rule_and_its_other_ids_are_aliases() -> None:
    compliance = {"Status": "FAILED", "SecurityControlId": "S3.9"}
    control, scanner, inspector = asff.read(
        written(
            finding(Compliance=compliance, ProductFields={"ControlId": "S3.9"}),
            finding(GeneratorId="prowler-s3_versioning"),
            finding(GeneratorId="AWSInspector", Vulnerabilities=[{"Id": "CVE-2026-0001"}]),
        )
    ).observations
    assert (control.rule, control.aliases) == ("S3.9", ("foundational/v/1.0.0/S3.9",))
    assert scanner.aliases == ("s3_versioning",)
    assert inspector.aliases == ("CVE-2026-0001",)


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        ({"Label": "INFORMATIONAL", "Normalized": 90}, Level.INFO),
        ({"Normalized": 0}, Level.INFO),
        ({"Normalized": 39}, Level.LOW),
        ({"Normalized": 40}, Level.MEDIUM),
        ({"Normalized": 90}, Level.CRITICAL),
        ({}, None),
        (None, None),
    ],
)
def test_the_label_goes_before_the_number(severity: dict[str, object] | None, level: Level | None) -> None:
    assert asff.read(written(finding(Severity=severity))).observations[0].severity is level


def test_accounts_images_and_packages_are_subjects() -> None:
    digest = "sha256:" + "b" * 64
    resources = [
        {"Type": "AwsAccount", "Id": "AWS::::Account:111122223333"},
        {"Type": "AwsEcrContainerImage", "Id": f"arn:aws:ecr:eu-west-1:111122223333:repository/shop/{digest}"},
        {"Type": "Container", "Id": "shop", "Details": {"Other": {"PkgName": "zlib", "Installed Package": "1.2"}}},
    ]
    packages = [{"VulnerablePackages": [{"Name": "curl", "Version": "8.1"}]}]
    reading = asff.read(written(finding(Resources=resources, Vulnerabilities=packages)))
    (one,) = reading.observations
    assert one.subjects[0] == Subject(SubjectKind.ACCOUNT, "111122223333")
    assert Subject(SubjectKind.IMAGE, digest) in one.subjects
    assert [one.id for one in one.subjects if one.kind is SubjectKind.PACKAGE] == ["zlib@1.2", "curl@8.1"]
    assert reading.digests == {digest}


def test_a_page_with_more_behind_it_is_not_complete() -> None:
    assert not asff.read(b'{"Findings": [], "NextToken": "more"}').completed


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{}", "no findings"),
        (b"[]", "no findings"),
        (b'{"findings": []}', "no findings"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (written(finding())[:-4], "not JSON"),
        (b'{"findings": [{"rule": "a"}]}', "SchemaVersion"),
        (written(finding(SchemaVersion="1")), "other than"),
        (json.dumps(finding()).encode() + b"\n{", "line 2"),
    ],
)
def test_what_is_no_result_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        asff.read(content)


def test_security_hub_without_findings_observes_nothing() -> None:
    assert asff.read(b'{"Findings": []}').observations == ()
    assert asff.recognises(b'{ "Findings": [] }')
    assert asff.recognises(written(finding()))
    assert not asff.recognises(b'{"findings": []}')


@needs_corpus
@pytest.mark.parametrize("name", ["asff_sample.json", "config_many_findings.json", "trivy-alpine-310.asff.json"])
def test_every_finding_of_the_samples_is_read(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    (findings,) = json.loads(content).values()
    outcomes = [one.outcome for one in asff.read(content).observations]
    assert len(outcomes) == sum(one["RecordState"] == "ACTIVE" for one in findings)
    passed = [one for one in findings if one.get("Compliance", {}).get("Status") == "PASSED"]
    looked = [one for one in passed if "EVALUATIONS_EMPTY" not in json.dumps(one)]
    assert outcomes.count(Outcome.PASS) == len(looked)
    assert outcomes.count(Outcome.FAIL) == len(findings) - len(passed)
    assert asff.recognises(content)
