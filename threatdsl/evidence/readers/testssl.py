"""testssl.sh: `--jsonfile` (a flat list), `--jsonfile-pretty` (a list for each target), `--csvfile` (a line a test).

The id of a test is the rule. `OK` passes, `LOW` to `CRITICAL` fail, `INFO` says something, `WARN` and `DEBUG` are for a
person to look at, `FATAL` ends the run early; an interrupted run says so in the place of the seconds that it took
(`scanTime`), one whose own program was unfit in `clientProblem1`. The texts of findings are not read.
"""

import csv
from collections.abc import Iterator

import msgspec

from threatdsl.evidence.decoding import BOM, json_as, moment, text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

TOOL = "testssl.sh"
HEADER = b'"id","fqdn/ip","port","severity","finding","cve","cwe"'
COLUMNS = 7
OUTCOMES = {
    "OK": Outcome.PASS,
    "INFO": Outcome.INFO,
    "WARN": Outcome.MANUAL,
    "DEBUG": Outcome.INFO,
    "LOW": Outcome.FAIL,
    "MEDIUM": Outcome.FAIL,
    "HIGH": Outcome.FAIL,
    "CRITICAL": Outcome.FAIL,
    "FATAL": Outcome.ERROR,
}
SCAN_TIME = "scanTime"
SEVERITIES = {"LOW": Level.LOW, "MEDIUM": Level.MEDIUM, "HIGH": Level.HIGH, "CRITICAL": Level.CRITICAL}


class _Test(msgspec.Struct, frozen=True):
    id: str
    severity: str
    finding: object  # never read: that it is there tells the format apart
    ip: str = ""
    port: str = ""
    cve: str = ""
    cwe: str = ""


class _Target(msgspec.Struct, frozen=True):
    """A target of the pretty form: groups of tests (`protocols`, `vulnerabilities`, ...) beside texts."""

    tests: tuple[_Test, ...]
    host: str
    ip: str
    port: str


class _Pretty(msgspec.Struct, frozen=True):
    results: tuple[dict[str, object], ...] = msgspec.field(name="scanResult")
    version: str = ""
    start: int | str = msgspec.field(default="", name="startTime")
    took: int | str = msgspec.field(default=0, name=SCAN_TIME)
    problem: object = msgspec.field(default=None, name="clientProblem1")


def recognises(content: bytes) -> bool:
    """Whether a list of tests or a scan result begins near the start."""
    head = content[:8192].removeprefix(BOM)
    return (
        head.startswith(HEADER)
        or b'"scanResult"' in head
        or (b'"severity"' in head and b'"finding"' in head and b'"ip"' in head)
    )


def read(content: bytes) -> Reading:
    """The tests of all targets. Raises Unreadable."""
    start = content.removeprefix(BOM).lstrip()
    if start.startswith(HEADER):
        return _flat(tuple(_lines(content)))
    if start.startswith(b"["):
        return _flat(json_as(tuple[_Test, ...], content))
    report = json_as(_Pretty, content)
    targets = tuple(_target(result) for result in report.results)
    found = (_observation(test, t.host, t.ip, t.port) for t in targets for test in t.tests)
    observations = tuple(found)
    ended = str(report.took).isdecimal() and report.problem is None
    return Reading(
        observations,
        tool=TOOL,
        tool_version=report.version,
        time=moment(int(report.start)) if str(report.start).isdecimal() else None,
        completed=ended and _is_complete(observations),
    )


def _flat(tests: tuple[_Test, ...]) -> Reading:
    if not tests:
        raise Unreadable("it holds no tests, so that nothing says which tool wrote it")
    observations = tuple(_observation(test, *_host(test.ip), test.port) for test in tests)
    interrupted = any(test.id == SCAN_TIME and test.severity == "WARN" for test in tests)
    return Reading(observations, tool=TOOL, completed=not interrupted and _is_complete(observations))


def _lines(content: bytes) -> Iterator[_Test]:
    """The tests of a CSV file. Raises Unreadable."""
    try:
        rows = list(csv.reader(text(content).decode().splitlines(keepends=True), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise Unreadable(f"not CSV: {error}") from None
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != COLUMNS:
            raise Unreadable(f"line {number} has {len(row)} fields, not {COLUMNS}")
        id_, ip, port, severity, finding, cve, cwe = row
        yield _Test(id_, severity, finding, ip, port, cve, cwe)


def _is_complete(observations: tuple[Observation, ...]) -> bool:
    return all(one.outcome is not Outcome.ERROR for one in observations)


def _host(ip: str) -> tuple[str, str]:
    """Name and address of `name/address`, as the flat form has them in one."""
    name, _, address = ip.partition("/")
    return name, address


def _target(result: dict[str, object]) -> _Target:
    tests = tuple(
        test for group in result.values() if isinstance(group, list) for test in _tests(tuple(map(_object, group)))
    )
    words = {name: value for name, value in result.items() if isinstance(value, str)}
    return _Target(tests, words.get("targetHost", ""), words.get("ip", ""), words.get("port", ""))


def _object(value: object) -> object:
    return value if isinstance(value, dict) else {}


def _tests(group: tuple[object, ...]) -> Iterator[_Test]:
    try:
        yield from msgspec.convert([one for one in group if one], list[_Test])
    except msgspec.ValidationError as error:
        raise Unreadable(f"not of this format: {error}") from None


def _observation(test: _Test, host: str, ip: str, port: str) -> Observation:
    outcome = OUTCOMES.get(test.severity)
    if outcome is None:
        raise Unreadable(f"not of this format: {test.severity!r} is no severity of testssl.sh")
    names = dict.fromkeys(f"{name}:{port}" if port else name for name in (host, ip) if name)
    subjects = tuple(Subject(SubjectKind.HOST, name) for name in names)
    aliases = (*test.cve.split(), *test.cwe.split())
    return Observation(test.id, outcome, subjects, aliases, SEVERITIES.get(test.severity))
