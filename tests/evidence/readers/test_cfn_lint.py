import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import cfn_lint
from threatdsl.model.level import Level

FILES = (*sorted(CORPUS.glob("cfn-lint/*.json")), *sorted(CORPUS.glob("paired/*/cfn-lint.json")))


def match(rule: str = "W3037", level: str = "Warning", path: object = ("Resources", "Uploads", 2)) -> dict[str, object]:
    return {
        "Filename": ".\\infra\\app.yaml",
        "Level": level,
        "Location": {"Start": {"ColumnNumber": 1, "LineNumber": 7}, "End": {"LineNumber": 7}, "Path": path},
        "Message": "hunter2",
        "Rule": {"Id": rule, "Description": "hunter2"},
    }


def content(*matches: object) -> bytes:
    return json.dumps(matches).encode()


def test_a_match_is_a_failure_at_its_line_and_logical_id_without_its_message() -> None:
    reading = cfn_lint.read(content(match()))
    subjects = (Subject(SubjectKind.FILE, "infra/app.yaml", 7), Subject(SubjectKind.RESOURCE, "Uploads"))
    assert reading.observations == (Observation("W3037", Outcome.FAIL, subjects, severity=Level.MEDIUM),)
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize("path", [None, [], ["Resources"], ["Outputs", "Url"], ["Resources", 3]])
def test_a_match_outside_of_resources_has_its_file_alone(path: object) -> None:
    (found,) = cfn_lint.read(content(match(path=path))).observations
    assert found.subjects == (Subject(SubjectKind.FILE, "infra/app.yaml", 7),)


def test_the_three_levels_are_severities_and_all_fail() -> None:
    found = cfn_lint.read(content(*(match(level=one) for one in ("Error", "Warning", "Informational")))).observations
    assert [one.severity for one in found] == [Level.HIGH, Level.MEDIUM, Level.INFO]
    assert {one.outcome for one in found} == {Outcome.FAIL}


def test_a_template_that_could_not_be_parsed_is_an_error_and_the_run_not_complete() -> None:
    reading = cfn_lint.read(content(match(), match("E0000", "Error")))
    assert [one.outcome for one in reading.observations] == [Outcome.FAIL, Outcome.ERROR]
    assert not reading.completed


def test_clean_templates_observe_nothing_and_cover_nothing() -> None:
    reading = cfn_lint.read(b"[]")
    assert (reading.observations, reading.scanned, reading.rules) == ((), (), frozenset())
    assert reading.completed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "empty"),
        (b"{}", "not of this format"),
        (b"[{}]", "Filename"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (content(match())[:-4], "not JSON"),
    ],
)
def test_what_is_no_result_says_why(text: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        cfn_lint.read(text)


def test_matches_are_recognised() -> None:
    assert cfn_lint.recognises(content(match()))
    assert not cfn_lint.recognises(b"[]")


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_files_have_an_observation_for_each_match(path: Path) -> None:
    matches = json.loads(path.read_bytes())
    found = cfn_lint.read(path.read_bytes()).observations
    assert [one.rule for one in found] == [one["Rule"]["Id"] for one in matches]
    assert [one.subjects[0].line for one in found] == [one["Location"]["Start"]["LineNumber"] for one in matches]
