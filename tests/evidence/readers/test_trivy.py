import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Subject, SubjectKind, Waiver
from threatdsl.evidence.readers import trivy
from threatdsl.model.level import Level

FOLDER = CORPUS / "trivy-json"
FILES = sorted(FOLDER.glob("*.json"))
DIGEST = "sha256:" + "ab" * 32
VULNERABILITY = {
    "VulnerabilityID": "CVE-2026-1",
    "VendorIDs": ["DLA-1"],
    "CweIDs": ["CWE-79"],
    "PkgName": "lib",
    "InstalledVersion": "1.0",
    "PkgIdentifier": {"PURL": "pkg:deb/debian/lib@1.0"},
    "Severity": "HIGH",
    "Status": "fixed",
    "Description": "hunter2",
}
MISCONFIGURATION = {
    "ID": "DS-0002",
    "Namespace": "builtin.dockerfile.DS002",
    "Severity": "MEDIUM",
    "Status": "FAIL",
    "Message": "hunter2",
    "CauseMetadata": {"StartLine": 3, "Resource": "aws_s3_bucket.logs", "Code": {"Lines": [{"Content": "hunter2"}]}},
}
SECRET = {"RuleID": "aws-key", "Severity": "CRITICAL", "StartLine": 9, "Match": "key=hunter2", "Code": {"Lines": []}}
IMAGE = {
    "SchemaVersion": 2,
    "CreatedAt": "2026-11-20T10:00:00.123456789+01:00",
    "Trivy": {"Version": "0.70.0"},
    "ArtifactName": "shop:1",
    "ArtifactType": "container_image",
    "Metadata": {"RepoDigests": [f"registry.example/shop@{DIGEST}"], "RepoTags": None},
    "Results": [{"Target": "shop:1 (debian 12)", "Class": "os-pkgs", "Vulnerabilities": [VULNERABILITY]}],
}


def _report(*results: object) -> bytes:
    return json.dumps(
        {"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": results}
    ).encode()


def _misconfiguration(**changed: object) -> Observation:
    content = _report({"Target": "Dockerfile", "Class": "config", "Misconfigurations": [MISCONFIGURATION | changed]})
    return trivy.read(content).observations[0]


def test_a_vulnerability_of_an_image_fails_at_its_package_and_digest() -> None:
    reading = trivy.read(json.dumps(IMAGE).encode())
    (one,) = reading.observations
    image = (Subject(SubjectKind.IMAGE, "shop:1"), Subject(SubjectKind.IMAGE, DIGEST))
    assert (one.rule, one.outcome, one.severity, one.waiver) == ("CVE-2026-1", Outcome.FAIL, Level.HIGH, None)
    assert one.subjects == (Subject(SubjectKind.PACKAGE, "pkg:deb/debian/lib@1.0"), *image)
    assert one.aliases == ("DLA-1", "CWE-79")
    assert reading.scanned == image
    assert reading.digests == {DIGEST}
    assert (reading.tool, reading.tool_version) == ("trivy", "0.70.0")
    assert str(reading.time) == "2026-11-20 09:00:00.123456+00:00"
    assert "hunter2" not in repr(reading)


def test_a_package_without_a_url_is_named_and_stands_in_its_lock_file() -> None:
    found = VULNERABILITY | {"PkgIdentifier": {}, "Severity": "UNKNOWN"}
    (one,) = trivy.read(_report({"Target": "a\\p.lock", "Class": "lang-pkgs", "Vulnerabilities": [found]})).observations
    assert one.subjects == (Subject(SubjectKind.PACKAGE, "lib@1.0"), Subject(SubjectKind.FILE, "a/p.lock"))
    assert one.severity is None


@pytest.mark.parametrize(
    ("status", "outcome", "waived"),
    [
        ("FAIL", Outcome.FAIL, False),
        ("PASS", Outcome.PASS, False),
        ("EXCEPTION", Outcome.FAIL, True),
        ("", Outcome.MANUAL, False),
    ],
)
def test_a_misconfiguration_has_the_outcome_of_its_status(status: str, outcome: Outcome, *, waived: bool) -> None:
    one = _misconfiguration(Status=status)
    assert (one.outcome, one.waiver is not None) == (outcome, waived)


def test_a_misconfiguration_is_at_its_line_and_resource_and_known_by_the_ids_of_all_versions() -> None:
    one = _misconfiguration()
    assert one.subjects == (
        Subject(SubjectKind.FILE, "Dockerfile", 3),
        Subject(SubjectKind.RESOURCE, "aws_s3_bucket.logs"),
    )
    assert (one.rule, one.aliases) == ("DS-0002", ("AVD-DS-0002", "DS002"))
    older = _misconfiguration(ID="DS002", AVDID="AVD-DS-0002")
    assert (older.rule, set(older.aliases)) == ("DS002", {"AVD-DS-0002", "DS-0002"})
    assert _misconfiguration(ID="AVD-AWS-0086", Namespace="user.x").aliases == ("AWS-0086",)


def test_a_secret_fails_at_its_line_and_is_not_kept() -> None:
    reading = trivy.read(_report({"Target": ".env", "Class": "secret", "Secrets": [SECRET]}))
    (one,) = reading.observations
    assert (one.rule, one.outcome, one.severity) == ("aws-key", Outcome.FAIL, Level.CRITICAL)
    assert one.subjects == (Subject(SubjectKind.FILE, ".env", 9),)
    assert "hunter2" not in repr(reading)


def test_what_was_taken_out_fails_with_a_waiver() -> None:
    modified = [
        {
            "Type": kind,
            "Status": "not_affected",
            "Source": ".trivyignore.yaml",
            "Statement": "not called",
            "Finding": finding,
        }
        for kind, finding in (
            ("vulnerability", VULNERABILITY),
            ("misconfiguration", MISCONFIGURATION),
            ("secret", SECRET),
            ("license", {"Name": "MIT"}),
        )
    ]
    found = trivy.read(_report({"Target": "x", "ExperimentalModifiedFindings": modified})).observations
    assert [one.rule for one in found] == ["CVE-2026-1", "DS-0002", "aws-key"]
    assert {(one.outcome, one.waiver) for one in found} == {
        (Outcome.FAIL, Waiver("not_affected: not called", ".trivyignore.yaml"))
    }


def test_a_vulnerability_that_its_vendor_denies_is_waived() -> None:
    found = VULNERABILITY | {"Status": "not_affected"}
    (one,) = trivy.read(_report({"Target": "x", "Vulnerabilities": [found]})).observations
    assert (one.outcome, one.waiver) == (Outcome.FAIL, Waiver("not_affected"))


def test_a_report_without_results_scanned_nothing() -> None:
    reading = trivy.read(json.dumps({**IMAGE, "Results": None}).encode())
    assert (reading.observations, reading.scanned, reading.digests) == ((), (), frozenset((DIGEST,)))


def test_the_old_list_is_read_and_its_null_is_nothing_found() -> None:
    old = [{"Target": "a.lock", "Type": "npm", "Vulnerabilities": [VULNERABILITY]}, {"Target": "b", "Type": "npm"}]
    assert [one.rule for one in trivy.read(json.dumps(old).encode()).observations] == ["CVE-2026-1"]
    assert trivy.read(b'[{"Target": "a", "Vulnerabilities": null}]').observations == ()
    assert trivy.read(b"null\n").observations == ()


def test_the_results_of_a_cluster_are_at_their_resources() -> None:
    resource = {"Namespace": "shop", "Kind": "Deployment", "Name": "web"}
    resource_results = [{"Target": "Deployment/web", "Class": "config", "Misconfigurations": [MISCONFIGURATION]}]
    cluster = {"ClusterName": "c", "Resources": [resource | {"Results": resource_results}, resource | {"Name": "db"}]}
    reading = trivy.read(json.dumps(cluster).encode())
    assert [one.rule for one in reading.observations] == ["DS-0002"]
    assert Subject(SubjectKind.RESOURCE, "shop/Deployment/web") in reading.observations[0].subjects
    assert reading.scanned == (Subject(SubjectKind.RESOURCE, "shop/Deployment/web"),)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (json.dumps(IMAGE).encode()[:300], "not JSON"),
        (b"<html/>", "not JSON"),
        (b"42", "not of this format"),
        (b"{}", "not of this format"),
        (b"[]", "not one of Trivy's targets"),
        (b'[{"check_type": "terraform"}]', "not one of Trivy's targets"),
        (b'{"SchemaVersion": 3, "ArtifactName": "a"}', "not of this format"),
        (b'{"SchemaVersion": 2}', "names no artefact"),
        (b'{"matches": [], "descriptor": {"name": "grype"}}', "not of this format"),
        (_report({"Target": "a", "Vulnerabilities": [{"ID": "x"}]}), "without an id"),
        (_report({"Target": "a", "Vulnerabilities": {}}), "not of this format"),
    ],
)
def test_what_is_no_report_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        trivy.read(content)


def test_a_report_is_recognised() -> None:
    assert trivy.recognises(json.dumps(IMAGE).encode())
    assert trivy.recognises(b'[{"Target": "a", "Vulnerabilities": null}]')
    assert trivy.recognises(b"null\n")
    assert not trivy.recognises(b'{"results": []}')


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_finding_of_a_real_file_is_observed(file: Path) -> None:
    results = json.loads(file.read_bytes()).get("Results") or []
    kinds = ("Vulnerabilities", "Misconfigurations", "Secrets", "ExperimentalModifiedFindings")
    expected = [one for result in results for kind in kinds for one in result.get(kind) or ()]
    found = trivy.read(file.read_bytes()).observations
    assert len(found) == len(expected)
    passes = sum(one.get("Status") == "PASS" for one in expected)
    assert sum(one.outcome is Outcome.PASS for one in found) == passes
