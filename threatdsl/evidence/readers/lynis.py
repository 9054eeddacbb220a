"""The report of Lynis (`lynis-report.dat`): lines of `key=value`.

`warning[]` and `suggestion[]` fail; a test of `tests_executed` without them passes, one of `tests_skipped` is skipped;
one with an exception is an error and one that asks for a person (`manual_event[]`) manual. Each test is observed once.
Times are without a zone. A report that does not end with `report_datetime_end` and `finish=true` was cut short.
"""

from collections import defaultdict

from threatdsl.evidence.decoding import text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

FINDINGS = {"warning[]": Level.MEDIUM, "suggestion[]": Level.LOW}  # Lynis itself has these two steps, without names
START = "report_version_major"
END = "report_datetime_end"
EXECUTED = "tests_executed"
SKIPPED = "tests_skipped"


def recognises(content: bytes) -> bool:
    """Whether the version of the report stands near the start."""
    return f"{START}=".encode() in content[:1024]


def read(content: bytes) -> Reading:
    """The tests of a report. Raises Unreadable."""
    values = _values(content)
    if START not in values or "lynis_version" not in values:
        raise Unreadable("not of Lynis: it does not name the version of the report and of the tool")
    if END not in values or EXECUTED not in values or values.get("finish") != ["true"]:
        raise Unreadable("cut short: its end is missing")
    hosts = tuple(Subject(SubjectKind.HOST, name) for name in dict.fromkeys(values.get("hostname", ())) if name)
    levels: dict[str, Level] = {}
    for key, level in FINDINGS.items():
        for value in values.get(key, ()):
            levels.setdefault(value.partition("|")[0].strip(), level)
    executed, skipped = (_ids(values.get(key, ())) for key in (EXECUTED, SKIPPED))
    outcomes = {
        **dict.fromkeys(executed, Outcome.PASS),
        **dict.fromkeys(_tests(values, "manual_event[]", executed), Outcome.MANUAL),
        **dict.fromkeys(_tests(values, "exception_event[]", executed), Outcome.ERROR),
        **dict.fromkeys(skipped, Outcome.SKIPPED),
        **dict.fromkeys(filter(None, levels), Outcome.FAIL),
    }
    return Reading(
        tuple(Observation(rule, outcome, hosts, severity=levels.get(rule)) for rule, outcome in outcomes.items()),
        tool="lynis",
        tool_version=values["lynis_version"][-1],
        rules=frozenset(executed),
        scanned=hosts,
    )


def _values(content: bytes) -> dict[str, list[str]]:
    try:
        lines = text(content).decode().splitlines()
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    values = defaultdict(list)
    for line in lines:
        key, is_pair, value = line.partition("=")
        if is_pair and not line.startswith("#"):
            values[key].append(value.strip())
    return values


def _ids(values: list[str] | tuple[str, ...]) -> dict[str, None]:
    """The ids of lists with a bar between, each once and in order."""
    return dict.fromkeys(id_ for value in values for id_ in value.split("|") if id_)


def _tests(values: dict[str, list[str]], key: str, executed: dict[str, None]) -> list[str]:
    """The tests that an event (`BOOT-5104:002|text`) is about; events of other things do not count."""
    ids = (value.partition("|")[0].partition(":")[0] for value in values.get(key, ()))
    return [id_ for id_ in ids if id_ in executed]
