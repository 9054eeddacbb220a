from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import lynis
from threatdsl.model.level import Level

REPORT = b"""# Lynis Report
report_version_major=1
lynis_version=3.1.4
hostname=web-1
warning[]=MAIL-1|password hunter2|-|-|
suggestion[]=MAIL-1|also this|-|-|
suggestion[]=SSH-2|harden|-|-|
exception_event[]=BOOT-3:002|no data|
exception_event[]=HostId|none|
manual_event[]=AUTH-4:03
report_datetime_end=2026-11-01 10:00:00
tests_executed=MAIL-1|SSH-2|BOOT-3|AUTH-4|KRNL-5|
tests_skipped=MACF-6|
finish=true
"""


def test_a_test_passes_only_where_it_ran_and_gave_nothing() -> None:
    reading = lynis.read(REPORT)
    assert {one.rule: (one.outcome, one.severity) for one in reading.observations} == {
        "MAIL-1": (Outcome.FAIL, Level.MEDIUM),
        "SSH-2": (Outcome.FAIL, Level.LOW),
        "BOOT-3": (Outcome.ERROR, None),
        "AUTH-4": (Outcome.MANUAL, None),
        "KRNL-5": (Outcome.PASS, None),
        "MACF-6": (Outcome.SKIPPED, None),
    }
    assert len(reading.observations) == 6
    assert reading.scanned == (Subject(SubjectKind.HOST, "web-1"),)
    assert (reading.tool_version, reading.time) == ("3.1.4", None)
    assert lynis.recognises(REPORT)


def test_texts_are_not_kept() -> None:
    assert "hunter2" not in repr(lynis.read(REPORT))


@pytest.mark.parametrize("missing", [b"report_datetime_end", b"tests_executed", b"finish", b"lynis_version"])
def test_a_report_that_lacks_its_end_or_its_version_is_refused(missing: bytes) -> None:
    with pytest.raises(Unreadable):
        lynis.read(b"\n".join(line for line in REPORT.splitlines() if not line.startswith(missing)))


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "lynis").glob("*.dat")), ids=lambda file: file.name)
def test_real_reports_give_each_test_once(file: Path) -> None:
    lines = [line.partition("=")[::2] for line in file.read_text(encoding="utf-8").splitlines()]
    failed = {value.split("|")[0] for key, value in lines if key in ("warning[]", "suggestion[]")}
    listed = {id_ for key, value in lines if key in ("tests_executed", "tests_skipped") for id_ in value.split("|")}
    observations = lynis.read(file.read_bytes()).observations
    assert len(observations) == len((failed | listed) - {""})
    assert sum(one.outcome is Outcome.FAIL for one in observations) == len(failed)
