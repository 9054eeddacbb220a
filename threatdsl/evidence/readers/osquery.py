"""osquery result logs, one JSON object a line, as its documentation of logging shows them.

Snapshots, single changes (`action`) and batches of changes (`diffResults`). Each line informs that a scheduled query
(`name`) gave a result at a host, at a time: the sensor is alive. Rows and decorations are not read, for columns may
hold anything, so that a log neither proves nor refutes. The newest line is the time of the file. Status logs are
another format; an empty log does not say that osquery wrote it.
"""

import re
from datetime import UTC, datetime
from typing import Literal

import msgspec

from threatdsl.evidence.decoding import BOM, json_lines, moment
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

CALENDAR = "%a %b %d %H:%M:%S %Y UTC"
UNIX = re.compile(r"[0-9]{1,18}")
LONGEST = 1_000_000  # of a first line, which may be a snapshot with many rows


class _Ignored(msgspec.Struct, frozen=True):
    """An object of which nothing is kept."""


class _Line(msgspec.Struct, frozen=True):
    name: str
    action: Literal["added", "removed", "snapshot"] | None = None
    columns: _Ignored | None = None
    snapshot: tuple[_Ignored, ...] | Literal[""] | None = None
    changes: _Ignored | Literal[""] | None = msgspec.field(default=None, name="diffResults")
    identifier: str = msgspec.field(default="", name="hostIdentifier")
    hostname: str = ""
    unix: str | float | None = msgspec.field(default=None, name="unixTime")
    calendar: str = msgspec.field(default="", name="calendarTime")


def recognises(content: bytes) -> bool:
    """Whether the first line has the keys of a result."""
    line = content[:LONGEST].removeprefix(BOM).lstrip().split(b"\n", 1)[0]
    kinds = (b'"diffResults"', b'"snapshot"', b'"columns"')
    times = (b'"unixTime"', b'"calendarTime"')
    return line.startswith(b"{") and any(key in line for key in kinds) and any(key in line for key in times)


def read(content: bytes) -> Reading:
    """One observation a line. Raises Unreadable."""
    observations = tuple(_observation(line) for line in json_lines(_Line, content))
    times = [one.time for one in observations if one.time is not None]
    hosts = dict.fromkeys(subject for one in observations for subject in one.subjects)
    return Reading(observations, tool="osquery", time=max(times, default=None), scanned=tuple(hosts))


def _observation(line: _Line) -> Observation:
    hosts = dict.fromkeys(filter(None, (line.identifier, line.hostname)))
    results = (line.columns, line.snapshot, line.changes)
    if not (line.name and hosts) or all(result is None for result in results):
        raise Unreadable("not of this format: a line that is no result of a query at a host")
    subjects = tuple(Subject(SubjectKind.HOST, host) for host in hosts)
    return Observation(line.name, Outcome.INFO, subjects, time=_time(line))


def _time(line: _Line) -> datetime | None:
    if isinstance(line.unix, str) and UNIX.fullmatch(line.unix):
        return moment(int(line.unix))
    if isinstance(line.unix, float):
        return moment(line.unix)
    try:
        return datetime.strptime(line.calendar, CALENDAR).replace(tzinfo=UTC)
    except ValueError:
        return None
