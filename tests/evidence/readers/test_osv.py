import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import osv
from threatdsl.model.level import Level

FOLDER = CORPUS / "osv-scanner"
FILES = sorted(FOLDER.glob("*.json"))
VULNERABILITIES = [
    {
        "id": "GHSA-1",
        "aliases": ["CVE-2026-1"],
        "details": "hunter2",
        "affected": [
            {"package": {"name": "lib", "purl": "pkg:pypi/lib"}},
            {"package": {"name": "other", "purl": "pkg:pypi/other"}},
        ],
        "database_specific": {"severity": "MODERATE", "cwe_ids": ["CWE-22"]},
    },
    {"id": "PYSEC-1", "aliases": ["CVE-2026-1", "GHSA-1"]},
    {"id": "GHSA-2"},
]
GROUPS = [
    {"ids": ["GHSA-1", "PYSEC-1"], "aliases": ["CVE-2026-1", "GHSA-1", "PYSEC-1"], "max_severity": "9.8"},
    {"ids": ["GHSA-2"], "aliases": ["GHSA-2"], "max_severity": ""},
]


def _report(**changed: object) -> bytes:
    entry = {
        "package": {"name": "lib", "version": "1.0", "ecosystem": "PyPI"},
        "vulnerabilities": VULNERABILITIES,
        "groups": GROUPS,
    }
    source = {"path": "app\\poetry.lock", "type": "lockfile"}
    return json.dumps({"results": [{"source": source, "packages": [entry | changed]}]}).encode()


def test_a_group_counts_once_with_all_its_ids() -> None:
    reading = osv.read(_report())
    one, other = reading.observations
    assert (one.rule, one.outcome, one.severity) == ("GHSA-1", Outcome.FAIL, Level.CRITICAL)
    assert one.aliases == ("PYSEC-1", "CVE-2026-1", "CWE-22")
    assert (other.rule, other.aliases, other.severity) == ("GHSA-2", (), None)
    assert "hunter2" not in repr(reading)


def test_the_subjects_are_the_package_by_name_and_url_and_the_file() -> None:
    reading = osv.read(_report())
    file = Subject(SubjectKind.FILE, "app/poetry.lock")
    assert reading.observations[0].subjects == (
        Subject(SubjectKind.PACKAGE, "lib@1.0"),
        Subject(SubjectKind.PACKAGE, "pkg:pypi/lib@1.0"),
        file,
    )
    assert reading.scanned == (file,)
    assert reading.tool == "osv-scanner"


@pytest.mark.parametrize(
    ("score", "level"),
    [
        ("10.0", Level.CRITICAL),
        ("9.0", Level.CRITICAL),
        ("8.9", Level.HIGH),
        ("6.9", Level.MEDIUM),
        ("3.9", Level.LOW),
        ("0.0", Level.INFO),
        ("", Level.MEDIUM),
        ("nan", Level.MEDIUM),
    ],
)
def test_the_severity_is_that_of_the_score_or_else_of_the_database(score: str, level: Level) -> None:
    content = _report(groups=[GROUPS[0] | {"max_severity": score}], vulnerabilities=VULNERABILITIES[:2])
    assert [one.severity for one in osv.read(content).observations] == [level]


def test_a_vulnerability_in_no_group_is_observed_too() -> None:
    assert [one.rule for one in osv.read(_report(groups=None)).observations] == ["GHSA-1", "PYSEC-1", "GHSA-2"]
    assert [one.rule for one in osv.read(_report(groups=GROUPS[:1])).observations] == ["GHSA-1", "GHSA-2"]


def test_a_package_without_vulnerabilities_and_a_run_without_results_observe_nothing() -> None:
    assert osv.read(_report(vulnerabilities=None, groups=None)).observations == ()
    for results in ("[]", "null"):
        content = f'{{"results": {results}, "experimental_config": {{"licenses": {{}}}}}}'.encode()
        assert (osv.read(content).observations, osv.read(content).scanned) == ((), ())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (_report()[:200], "not JSON"),
        (b"<html/>", "not JSON"),
        (b"42", "not of this format"),
        (b"[]", "not of this format"),
        (b"{}", "not of this format"),
        (b'{"results": []}', "nothing says that OSV-Scanner"),
        (b'{"results": [], "errors": [], "paths": {"scanned": ["a"]}}', "nothing says that OSV-Scanner"),
        (b'{"results": [{"check_id": "a", "path": "b"}]}', "not of this format"),
        (_report(groups=[{"ids": []}]), "without ids"),
    ],
)
def test_what_is_no_report_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        osv.read(content)


def test_a_report_is_recognised() -> None:
    assert osv.recognises(_report())
    assert osv.recognises(b'{"results": [], "experimental_config": {}}')
    assert not osv.recognises(b'{"results": []}')


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_group_of_a_real_file_is_observed(file: Path) -> None:
    results = json.loads(file.read_bytes())["results"]
    groups = [group for result in results for package in result["packages"] for group in package["groups"]]
    found = osv.read(file.read_bytes()).observations
    assert [one.rule for one in found] == [group["ids"][0] for group in groups]
