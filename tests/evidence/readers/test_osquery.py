import json

import pytest

from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import osquery

COMMON = {
    "name": "pack_linux_users",
    "hostIdentifier": "node-1",
    "calendarTime": "Thu Nov 26 10:00:00 2026 UTC",
    "unixTime": 1795687200,
    "epoch": 0,
    "counter": 7,
    "numerics": False,
    "decorations": {"username": "hunter2"},
}
ROW = {"username": "hunter2", "cmdline": "mysql --password=hunter2"}
ADDED = COMMON | {"action": "added", "columns": ROW}
SNAPSHOT = COMMON | {"action": "snapshot", "snapshot": [ROW, ROW]}
BATCH = COMMON | {"diffResults": {"added": [ROW], "removed": ""}}
STATUS = {"h": "node-1", "s": 0, "f": "events.cpp", "l": 825, "m": "hunter2", "c": "Thu Nov 26 10:00:00 2026 UTC"}


def log(*lines: dict[str, object]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)


@pytest.mark.parametrize(
    "line",
    [
        ADDED,
        ADDED | {"action": "removed"},
        SNAPSHOT,
        SNAPSHOT | {"snapshot": [], "diffResults": ""},
        SNAPSHOT | {"snapshot": "", "columns": {}},
        BATCH,
        BATCH | {"snapshot": ""},
    ],
)
def test_each_form_informs_that_the_query_ran_at_the_host(line: dict[str, object]) -> None:
    reading = osquery.read(log(line))
    (only,) = reading.observations
    assert (only.rule, only.outcome, only.severity) == ("pack_linux_users", Outcome.INFO, None)
    assert only.subjects == reading.scanned == (Subject(SubjectKind.HOST, "node-1"),)
    assert str(reading.time) == str(only.time) == "2026-11-26 10:00:00+00:00"
    assert reading.tool == "osquery"
    assert osquery.recognises(log(line))


@pytest.mark.parametrize("line", [ADDED, SNAPSHOT, BATCH])
def test_rows_and_decorations_are_not_kept(line: dict[str, object]) -> None:
    assert "hunter2" not in repr(osquery.read(log(line)))


@pytest.mark.parametrize(
    ("more", "time"),
    [
        ({"unixTime": "1795687200"}, "2026-11-26 10:00:00+00:00"),
        ({"unixTime": 1795687200000}, "2026-11-26 10:00:00+00:00"),
        ({"unixTime": None}, "2026-11-26 10:00:00+00:00"),
        ({"unixTime": ""}, "2026-11-26 10:00:00+00:00"),
        ({"unixTime": None, "calendarTime": "Fri Nov  6 09:00:00 2026 UTC"}, "2026-11-06 09:00:00+00:00"),
        ({"unixTime": None, "calendarTime": "Thu Nov 26 10:00:00 2026"}, "None"),  # no zone
        ({"unixTime": "9" * 9999, "calendarTime": ""}, "None"),
        ({"unixTime": 10**30}, "None"),
    ],
)
def test_the_unix_time_goes_before_the_calendar(more: dict[str, object], time: str) -> None:
    assert str(osquery.read(log(ADDED | more)).observations[0].time) == time


def test_the_newest_line_is_the_time_and_each_host_is_listed_once() -> None:
    other = BATCH | {"unixTime": 1795690800, "hostIdentifier": "5c0f-uuid", "hostname": "node-2"}
    reading = osquery.read(log(ADDED, other, SNAPSHOT))
    assert str(reading.time) == "2026-11-26 11:00:00+00:00"
    assert [one.id for one in reading.scanned] == ["node-1", "5c0f-uuid", "node-2"]
    assert [one.id for one in reading.observations[1].subjects] == ["5c0f-uuid", "node-2"]


def test_a_host_named_twice_is_one_subject() -> None:
    assert len(osquery.read(log(ADDED | {"hostname": "node-1"})).observations[0].subjects) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"[]", "line 1 is not of this format"),
        (b"{}", "name"),
        (log(STATUS), "name"),
        (log(ADDED, STATUS), "line 2 is not of this format"),
        (log(COMMON), "no result of a query at a host"),
        (log(ADDED | {"name": ""}), "no result of a query at a host"),
        (log(ADDED | {"hostIdentifier": ""}), "no result of a query at a host"),
        (log(ADDED | {"action": "deleted"}), "action"),
        (log(ADDED | {"columns": "hunter2"}), "columns"),
        (log(ADDED) + log(SNAPSHOT)[:-9], "line 2 is not JSON"),
    ],
)
def test_what_is_no_result_log_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says) as caught:
        osquery.read(content)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", log(STATUS), log(COMMON), b"\xff\0"])
def test_another_format_is_not_recognised(content: bytes) -> None:
    assert not osquery.recognises(content)
