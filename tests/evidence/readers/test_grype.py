import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind, Waiver
from threatdsl.evidence.readers import grype
from threatdsl.model.level import Level

FOLDER = CORPUS / "grype-json"
FILES = sorted(FOLDER.glob("*.json"))
DIGESTS = ["sha256:" + letter * 64 for letter in "abc"]
MATCH = {
    "vulnerability": {
        "id": "GHSA-1",
        "severity": "Negligible",
        "description": "hunter2",
        "cwes": [{"cve": "CVE-2026-1", "cwe": "CWE-22"}],
    },
    "relatedVulnerabilities": [{"id": "CVE-2026-1"}, {"id": "GHSA-1"}],
    "artifact": {
        "name": "lib",
        "version": "1.0",
        "purl": "pkg:npm/lib@1.0",
        "locations": [{"path": "/app/package-lock.json"}],
    },
}
DESCRIPTOR = {
    "name": "grype",
    "version": "0.90.0",
    "timestamp": "2026-11-20T10:00:00+01:00",
    "configuration": {"registry": {"auth": [{"password": "hunter2"}]}},
}
IMAGE = {
    "type": "image",
    "target": {
        "userInput": "shop:1",
        "imageID": DIGESTS[0],
        "manifestDigest": DIGESTS[1],
        "repoDigests": [f"registry.example/shop@{DIGESTS[2]}", "x@md5:1"],
    },
}


def _report(**changed: object) -> bytes:
    return json.dumps({"matches": [MATCH], "source": IMAGE, "descriptor": DESCRIPTOR} | changed).encode()


def test_a_match_fails_at_its_package_file_and_image() -> None:
    reading = grype.read(_report())
    (one,) = reading.observations
    assert (one.rule, one.outcome, one.severity, one.waiver) == ("GHSA-1", Outcome.FAIL, Level.INFO, None)
    assert one.aliases == ("CVE-2026-1", "CWE-22")
    images = tuple(Subject(SubjectKind.IMAGE, name) for name in ("shop:1", *DIGESTS))
    assert one.subjects == (
        Subject(SubjectKind.PACKAGE, "pkg:npm/lib@1.0"),
        Subject(SubjectKind.FILE, "/app/package-lock.json"),
        *images,
    )
    assert reading.scanned == images
    assert reading.digests == set(DIGESTS)
    assert (reading.tool, reading.tool_version, str(reading.time)) == ("grype", "0.90.0", "2026-11-20 09:00:00+00:00")
    assert "hunter2" not in repr(reading)


def test_a_package_without_a_url_is_named_and_an_unknown_severity_is_none() -> None:
    match = {"vulnerability": {"id": "CVE-1", "severity": "Unknown"}, "artifact": {"name": "lib", "version": "1.0"}}
    (one,) = grype.read(_report(matches=[match], source=None)).observations
    assert one.subjects == (Subject(SubjectKind.PACKAGE, "lib@1.0"),)
    assert one.severity is None


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (
            [{"vex-status": "not_affected", "vex-justification": "code_not_present"}],
            "not_affected: code_not_present",
        ),
        ([{"vulnerability": "GHSA-1", "reason": "agreed"}], "agreed"),
        ([{"fix-state": "not-fixed"}], "fix not-fixed"),
        ([{"vulnerability": "GHSA-1"}], "ignored"),
        (None, "ignored"),
    ],
)
def test_an_ignored_match_fails_with_a_waiver(rules: object, reason: str) -> None:
    ignored = [MATCH | {"appliedIgnoreRules": rules}]
    one, other = grype.read(_report(ignoredMatches=ignored)).observations
    assert (one.outcome, one.waiver) == (Outcome.FAIL, None)
    assert (other.outcome, other.waiver) == (Outcome.FAIL, Waiver(reason))


@pytest.mark.parametrize("target", ["src\\app", '"src/app"'])
def test_a_folder_is_scanned_and_has_no_digest(target: str) -> None:
    reading = grype.read(_report(source={"type": "directory", "target": target}, matches=[]))
    assert reading.observations == ()
    assert reading.scanned == (Subject(SubjectKind.FILE, "src/app"),)
    assert reading.digests == frozenset()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (_report()[:200], "not JSON"),
        (b"<html/>", "not JSON"),
        (b"42", "not of this format"),
        (b"[]", "not of this format"),
        (b"{}", "not of this format"),
        (b'{"matches": []}', "not of this format"),
        (_report(descriptor={"name": "syft"}), "not of this format"),
        (_report(matches=None), "not of this format"),
    ],
)
def test_what_is_no_report_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        grype.read(content)


def test_a_report_is_recognised() -> None:
    assert grype.recognises(_report())
    assert grype.recognises(_report(matches=[]))
    assert not grype.recognises(b'{"results": []}')


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_match_of_a_real_file_is_observed(file: Path) -> None:
    report = json.loads(file.read_bytes())
    found = grype.read(file.read_bytes()).observations
    assert len(found) == len(report["matches"]) + len(report.get("ignoredMatches") or ())
    assert sum(one.waiver is None for one in found) == len(report["matches"])
