import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import kube_bench

RESULTS = [
    {"test_number": f"1.{number}", "status": status, "actual_value": "--token=hunter2"}
    for number, status in enumerate(("PASS", "FAIL", "WARN", "INFO"), 1)
]
CONTROLS = [{"id": "1", "node_type": "master", "tests": [{"section": "1", "results": RESULTS}]}]
LIST = json.dumps(CONTROLS).encode()
OBJECT = json.dumps({"Controls": CONTROLS, "Totals": {"total_pass": 1}}).encode()


@pytest.mark.parametrize("content", [LIST, OBJECT])
def test_a_list_and_an_object_say_the_same(content: bytes) -> None:
    reading = kube_bench.read(content)
    assert [(one.rule, one.outcome) for one in reading.observations] == [
        ("1.1", Outcome.PASS),
        ("1.2", Outcome.FAIL),
        ("1.3", Outcome.MANUAL),
        ("1.4", Outcome.INFO),
    ]
    assert reading.observations[0].subjects == reading.scanned == (Subject(SubjectKind.HOST, "master"),)
    assert kube_bench.recognises(content)
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"Controls": []}', LIST.replace(b"INFO", b"MAYBE"), LIST[:60]])
def test_another_format_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        kube_bench.read(content)


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "kube-bench").glob("*.json")), ids=lambda file: file.name)
def test_real_files_give_as_many_passes_and_fails_as_they_count(file: Path) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))
    controls = document["Controls"] if isinstance(document, dict) else document
    statuses = [one["status"] for c in controls for test in c["tests"] for one in test["results"]]
    outcomes = [one.outcome for one in kube_bench.read(file.read_bytes()).observations]
    assert len(outcomes) == len(statuses)
    assert outcomes.count(Outcome.PASS) == statuses.count("PASS")
    assert outcomes.count(Outcome.FAIL) == statuses.count("FAIL")
