import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, SubjectKind
from threatdsl.evidence.readers import sarif
from threatdsl.model.level import Level

CORRUPT = "github-invalid.sarif"
RULES = [
    {"id": "A", "defaultConfiguration": {"level": "error"}, "properties": {"tags": ["external/cwe/cwe-079"]}},
    {"id": "B", "properties": {"security-severity": "9.8"}},
    {"id": "OFF", "defaultConfiguration": {"enabled": False}},
]


def log(*results: object, **run: object) -> bytes:
    tool = {"driver": {"name": "T", "rules": RULES}, "extensions": [{"name": "E", "rules": [{"id": "X"}]}]}
    return json.dumps({"version": "2.1.0", "runs": [{"tool": tool, "results": results, **run}]}).encode()


def at(uri: str, **more: object) -> list[object]:
    return [{"physicalLocation": {"artifactLocation": {"uri": uri, **more}, "region": {"startLine": 3}}}]


def test_a_rule_is_found_by_id_reference_index_and_in_an_extension() -> None:
    results = [
        {"ruleId": "A"},
        {"rule": {"id": "A"}},
        {"ruleIndex": 1},
        {"rule": {"index": 0, "toolComponent": {"index": 0}}},
        {"ruleId": "A/sub"},
    ]
    reading = sarif.read(log(*results))
    assert [one.rule for one in reading.observations] == ["A", "A", "B", "X", "A/sub"]
    levels = [one.severity for one in reading.observations]
    assert levels == [Level.HIGH, Level.HIGH, Level.CRITICAL, Level.MEDIUM, Level.HIGH]
    assert reading.observations[4].aliases == ("A", "CWE-79")
    assert reading.rules == {"A", "B", "X", "A/sub"}


def test_kind_gives_the_outcome_and_a_result_only_of_the_baseline_is_no_failure() -> None:
    kinds = ["pass", "fail", "open", "review", "notApplicable", "informational"]
    results = [*({"ruleId": "A", "kind": kind} for kind in kinds), {"ruleId": "A", "baselineState": "absent"}]
    observations = sarif.read(log(*results)).observations
    assert [one.outcome.value for one in observations] == [
        *("pass", "fail", "manual", "manual", "not-applicable", "info", "info")
    ]
    assert observations[0].severity is None


@pytest.mark.parametrize(
    ("suppressions", "waived"),
    [
        ([{"kind": "external", "status": "accepted"}], True),
        ([{"kind": "inSource"}], True),
        ([{"kind": "external", "status": "underReview"}], False),
        ([{"kind": "external"}, {"kind": "external", "status": "rejected"}], False),
        ([], False),
        (None, False),
    ],
)
def test_only_accepted_suppressions_waive(*, suppressions: object, waived: bool) -> None:
    (one,) = sarif.read(log({"ruleId": "A", "suppressions": suppressions})).observations
    assert one.outcome is Outcome.FAIL
    assert (one.waiver is not None) is waived


def test_places_become_paths_below_the_roots_of_the_run() -> None:
    bases = {"ROOT": {"uri": "file:///builds/shop/"}, "SRC": {"uri": "src/", "uriBaseId": "ROOT"}}
    locations = [
        at("a%20b.py", uriBaseId="SRC"),
        at("file:///builds/shop/c.py"),
        at("file:///C:/other/d.py"),
        at("lib\\e.py"),
        [{"physicalLocation": {"artifactLocation": {"index": 0}}}],
        at("https://user:hunter2@shop.example/pay?token=hunter2"),
    ]
    reading = sarif.read(
        log(
            *({"ruleId": "A", "locations": one} for one in locations),
            originalUriBaseIds=bases,
            artifacts=[{"location": {"uri": "f.py"}}],
        )
    )
    places = [(one.subjects[0].id, one.subjects[0].line) for one in reading.observations]
    assert places == [
        ("src/a b.py", 3),
        ("c.py", 3),
        ("C:/other/d.py", 3),
        ("lib/e.py", 3),
        ("f.py", 0),
        ("https://shop.example/pay", 0),
    ]
    assert reading.observations[5].subjects[0].kind is SubjectKind.URL
    assert [one.id for one in reading.scanned] == ["f.py"]
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    "run",
    [
        {"invocations": [{"executionSuccessful": False}]},
        {"invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [{"level": "error"}]}]},
        {"results": None},
    ],
)
def test_a_run_that_failed_is_not_complete(run: dict[str, object]) -> None:
    assert not sarif.read(log(**run)).completed
    assert sarif.read(log()).completed


def test_several_runs_are_as_old_as_the_oldest_and_keep_the_commit_and_no_text() -> None:
    runs = [
        {
            "tool": {"driver": {"name": "T"}},
            "results": [{"ruleId": "A", "message": {"text": "hunter2"}}],
            "invocations": [{"executionSuccessful": True, "endTimeUtc": f"2026-11-2{day}T10:00:00Z"}],
            "versionControlProvenance": [{"revisionId": "abc"}],
        }
        for day in (2, 1)
    ]
    reading = sarif.read(b"\xef\xbb\xbf" + json.dumps({"version": "2.1.0", "runs": runs}).encode())
    assert [str(one.time)[:10] for one in reading.observations] == ["2026-11-22", "2026-11-21"]
    assert (str(reading.time)[:10], reading.commit, reading.tool) == ("2026-11-21", "abc", "T")
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"42", b"<html/>", b'{"version": "2.0.0", "runs": []}', log({"ruleId": "A"})[:-9]],
)
def test_what_is_no_sarif_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        sarif.read(content)


def test_it_is_recognised() -> None:
    assert sarif.recognises(log())
    assert not sarif.recognises(b'{"results": []}')


@needs_corpus
@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.sarif")), ids=lambda path: path.name)
def test_each_result_of_the_corpus_is_read(path: Path) -> None:
    content = path.read_bytes()
    if path.name == CORRUPT:
        with pytest.raises(Unreadable):
            sarif.read(content)
        return
    results = [one for run in json.loads(content.decode("utf-8-sig"))["runs"] for one in run["results"]]
    observations = sarif.read(content).observations
    assert len(observations) == len(results)
    assert sum(one.waiver is not None for one in observations) == sum(bool(one.get("suppressions")) for one in results)
