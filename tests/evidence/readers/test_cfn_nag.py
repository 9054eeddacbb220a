import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import cfn_nag
from threatdsl.model.level import Level

FILES = sorted((CORPUS / "cfn-nag").glob("*.json"))


def violation(rule: str = "W31", kind: str = "WARN", **fields: object) -> dict[str, object]:
    return {"id": rule, "name": "hunter2", "type": kind, "message": "hunter2"} | fields


def content(*violations: object, name: str = "./infra/app.yaml") -> bytes:
    results = {"failure_count": len(violations), "violations": violations}
    return json.dumps([{"filename": name, "file_results": results}]).encode()


def at(line: int, resource: str = "") -> tuple[Subject, ...]:
    file = Subject(SubjectKind.FILE, "infra/app.yaml", line)
    return (file, Subject(SubjectKind.RESOURCE, resource)) if resource else (file,)


def test_a_violation_is_a_failure_at_each_resource_with_its_own_line() -> None:
    reading = cfn_nag.read(content(violation(logical_resource_ids=["Uploads", "Logs"], line_numbers=[4, 9])))
    assert reading.observations == (
        Observation("W31", Outcome.FAIL, at(4, "Uploads"), severity=Level.MEDIUM),
        Observation("W31", Outcome.FAIL, at(9, "Logs"), severity=Level.MEDIUM),
    )
    assert reading.scanned == at(0)
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    ("fields", "subjects"),
    [
        ({"logical_resource_ids": ["A", "B"], "line_numbers": [4]}, [at(4, "A"), at(0, "B")]),
        ({"logical_resource_ids": ["A"], "line_numbers": [4, 5]}, [at(4, "A")]),
        ({"logical_resource_ids": ["A"], "line_numbers": [-1]}, [at(0, "A")]),
        ({"logical_resource_ids": ["A"]}, [at(0, "A")]),
        ({"logical_resource_ids": None, "line_numbers": None}, [at(0)]),
        ({"logical_resource_ids": [], "line_numbers": [3, 4]}, [at(3)]),
    ],
)
def test_lists_of_ids_and_lines_that_do_not_match_lose_no_resource(
    fields: dict[str, object], subjects: list[tuple[Subject, ...]]
) -> None:
    found = cfn_nag.read(content(violation("F3", "FAIL", **fields))).observations
    assert [one.subjects for one in found] == subjects
    assert {one.severity for one in found} == {Level.HIGH}


def test_a_template_that_could_not_be_read_is_an_error_and_not_scanned() -> None:
    reading = cfn_nag.read(content(violation("FATAL", "FAIL")))
    assert [one.outcome for one in reading.observations] == [Outcome.ERROR]
    assert reading.scanned == ()
    assert not reading.completed


def test_a_clean_template_observes_nothing_and_is_scanned() -> None:
    reading = cfn_nag.read(content(name="infra\\app.yaml"))
    assert (reading.observations, reading.scanned, reading.completed) == ((), at(0), True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "empty"),
        (b"[]", "names no template"),
        (b"{}", "not of this format"),
        (b'[{"filename": "a"}]', "file_results"),
        (b'[{"filename": "a", "file_results": {}}]', "violations"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (content()[:-4], "not JSON"),
    ],
)
def test_what_is_no_result_says_why(text: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        cfn_nag.read(text)


def test_results_are_recognised() -> None:
    assert cfn_nag.recognises(content())
    assert not cfn_nag.recognises(b"[]")


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_files_have_a_failure_for_each_resource_of_each_violation(path: Path) -> None:
    files = json.loads(path.read_bytes())
    violations = [one for file in files for one in file["file_results"]["violations"]]
    found = cfn_nag.read(path.read_bytes())
    assert len(found.observations) == sum(max(1, len(one["logical_resource_ids"])) for one in violations)
    assert len(found.scanned) == len(files)
