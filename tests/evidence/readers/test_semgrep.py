import json

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome
from threatdsl.evidence.readers import semgrep
from threatdsl.model.level import Level

FILE = b"""{"version": "1.100.0", "errors": [{"level": "warn", "path": "b.py"}], "paths": {"scanned": ["a.py", "b.py"]},
"time": {"rules": ["silent", {"id": "old"}, "skipped"]}, "skipped_rules": [{"rule_id": "skipped"}],
"results": [{"check_id": "conf.eval", "path": "src\\\\a.py", "start": {"line": 7}, "extra": {"lines": "hunter2",
"severity": "ERROR", "fingerprint": "requires login", "metadata": {"cwe": ["CWE-95: Eval"]}}},
{"check_id": "eval", "path": "a.py", "start": {"line": 8}, "extra": {"is_ignored": true, "severity": "INFO",
"metadata": {"cwe": "CWE-095"}}}]}"""


def test_results_rules_and_files() -> None:
    reading = semgrep.read(FILE)
    first, second = reading.observations
    assert (first.rule, first.outcome, first.severity) == ("conf.eval", Outcome.FAIL, Level.HIGH)
    assert first.aliases == ("CWE-95", "eval")
    assert (first.subjects[0].id, first.subjects[0].line) == ("src/a.py", 7)
    assert first.waiver is None
    assert second.waiver is not None
    assert (second.outcome, second.aliases) == (Outcome.FAIL, ("CWE-95",))
    assert reading.rules == {"silent", "old", "conf.eval", "eval"}
    assert [one.id for one in reading.scanned] == ["a.py"]
    assert "hunter2" not in repr(reading)


def test_only_an_error_that_is_no_warning_makes_it_incomplete() -> None:
    assert semgrep.read(FILE).completed
    assert not semgrep.read(FILE.replace(b'"warn"', b'"error"')).completed


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'[{"a": 1}]', b"42", b"<html/>", b'{"results": [], "errors": []}', FILE[:-9]]
)
def test_another_shape_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        semgrep.read(content)
    assert semgrep.recognises(FILE)
    assert not semgrep.recognises(b"{}")


@needs_corpus
@pytest.mark.parametrize("name", ["semgrep-json/fingerprint_test.json", "paired/online-boutique/semgrep.json"])
def test_the_corpus_is_read(name: str) -> None:
    content = (CORPUS / name).read_bytes()
    document, reading = json.loads(content), semgrep.read(content)
    assert len(reading.observations) == len(document["results"])
    assert len(reading.scanned) == len(document["paths"]["scanned"])
