import json

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome
from threatdsl.evidence.readers import bandit
from threatdsl.model.level import Level

FILE = b"""{"errors": [{"filename": "./bad.py", "reason": "syntax"}], "generated_at": "2026-11-20T10:00:00Z",
"metrics": {"_totals": {"loc": 2}, "./a.py": {"loc": 1}, "./bad.py": {"loc": 1}},
"results": [{"code": "hunter2", "filename": "./a.py", "issue_cwe": {"id": 327}, "issue_severity": "HIGH",
"line_number": 4, "test_id": "B303", "test_name": "blacklist"},
{"filename": "a.py", "issue_severity": "UNDEFINED", "test_id": "B105", "test_name": "hardcoded"}]}"""


def test_results_fail_and_a_file_that_was_not_parsed_is_not_scanned() -> None:
    reading = bandit.read(FILE)
    first, second = reading.observations
    assert (first.rule, first.outcome, first.aliases, first.severity) == (
        "B303",
        Outcome.FAIL,
        ("CWE-327",),
        Level.HIGH,
    )
    assert (first.subjects[0].id, first.subjects[0].line) == ("a.py", 4)
    assert (second.aliases, second.severity) == (("hardcoded",), None)
    assert [one.id for one in reading.scanned] == ["a.py"]
    assert not reading.completed
    assert str(reading.time) == "2026-11-20 10:00:00+00:00"
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'[{"a": 1}]', b"42", b"<html/>", b'{"results": [], "errors": []}', FILE[:-9]]
)
def test_another_shape_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        bandit.read(content)
    assert bandit.recognises(FILE)
    assert not bandit.recognises(b"{}")


@needs_corpus
@pytest.mark.parametrize("name", ["bandit-json/dd.json", "paired/online-boutique/bandit.json"])
def test_the_corpus_is_read(name: str) -> None:
    content = (CORPUS / name).read_bytes()
    document, reading = json.loads(content), bandit.read(content)
    assert len(reading.observations) == len(document["results"])
    assert len(reading.scanned) == len(document["metrics"]) - 1
