import json

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome
from threatdsl.evidence.readers import rubocop
from threatdsl.model.level import Level

FILE = b"""{"metadata": {"rubocop_version": "1.13.0"}, "files": [
{"path": "a.rb", "offenses": [{"severity": "warning", "message": "hunter2", "cop_name": "Security/Eval",
"corrected": true, "location": {"line": 2}}]}, {"path": "clean.rb", "offenses": []},
{"path": "b.rb", "offenses": [{"severity": "fatal", "cop_name": "Lint/Syntax", "location": {"start_line": 1}}]}],
"summary": {"offense_count": 2, "target_file_count": 3, "inspected_file_count": 3}}"""
EMPTY = b'{"files": [], "summary": {"target_file_count": 4, "inspected_file_count": 4}}'


def test_an_offence_fails_and_a_file_that_was_not_parsed_is_an_error() -> None:
    reading = rubocop.read(FILE)
    first, second = reading.observations
    assert (first.rule, first.outcome, first.severity) == ("Security/Eval", Outcome.FAIL, Level.MEDIUM)
    assert (first.subjects[0].id, first.subjects[0].line) == ("a.rb", 2)
    assert (second.outcome, second.subjects[0].line) == (Outcome.ERROR, 1)
    assert [one.id for one in reading.scanned] == ["a.rb", "clean.rb"]
    assert not reading.completed
    assert "hunter2" not in repr(reading)


def test_a_run_that_stopped_early_is_not_complete() -> None:
    assert rubocop.read(EMPTY).completed
    assert rubocop.read(EMPTY).observations == ()
    assert not rubocop.read(EMPTY.replace(b'inspected_file_count": 4', b'inspected_file_count": 3')).completed


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'[{"a": 1}]', b"42", b"<html/>", b'{"results": [], "errors": []}', FILE[:-9]]
)
def test_another_shape_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        rubocop.read(content)
    assert rubocop.recognises(FILE)
    assert not rubocop.recognises(b"{}")


@needs_corpus
@pytest.mark.parametrize("name", ["empty.json", "one_finding.json"])
def test_the_corpus_is_read(name: str) -> None:
    content = (CORPUS / "rubocop-cookstyle" / name).read_bytes()
    summary, reading = json.loads(content)["summary"], rubocop.read(content)
    assert len(reading.observations) == summary["offense_count"]
    assert len(reading.scanned) == summary["inspected_file_count"]
