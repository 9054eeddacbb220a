"""Bandit JSON (`bandit -f json`): findings in Python files, and metrics of each file that was looked at.

Every result fails its test (`B303`) at its file; its CWE and the name of its test are aliases. The files of `metrics`
were scanned, except those of `errors`: one that could not be parsed also makes the run incomplete. Lines with `# nosec`
leave no result, so the file knows of no waiver. The version of Bandit is not in the file.
"""

import msgspec

from threatdsl.evidence.decoding import BOM, json_as, moment
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

SEVERITIES = {"HIGH": Level.HIGH, "MEDIUM": Level.MEDIUM, "LOW": Level.LOW}  # UNDEFINED is none
TOTALS = "_totals"  # no file
BLACKLIST = "blacklist"  # the name that the tests B3xx and B4xx share


class _Cwe(msgspec.Struct, frozen=True):
    id: int | None = None


class _Result(msgspec.Struct, frozen=True):
    test_id: str
    filename: str
    line_number: int = 0
    test_name: str | None = None
    issue_severity: str | None = None
    issue_cwe: _Cwe | None = None


class _Error(msgspec.Struct, frozen=True):
    filename: str = ""


class _Metrics(msgspec.Struct, frozen=True):
    loc: float = 0


class _Report(msgspec.Struct, frozen=True):
    results: tuple[_Result, ...]
    metrics: dict[str, _Metrics]
    generated_at: str | None = None
    errors: tuple[_Error, ...] = ()


def recognises(content: bytes) -> bool:
    """Whether the keys of a Bandit report are near the start; it writes them in the order of the alphabet."""
    head = content[:4096].removeprefix(BOM).lstrip()
    return head.startswith(b"{") and (b'"_totals"' in head or (b'"generated_at"' in head and b'"errors"' in head))


def read(content: bytes) -> Reading:
    """The results and the files looked at. Raises Unreadable."""
    report = json_as(_Report, content)
    time = moment(report.generated_at)
    failed = {_path(error.filename) for error in report.errors}
    files = [_path(name) for name in report.metrics if name != TOTALS]
    return Reading(
        tuple(_observation(result) for result in report.results),
        tool="Bandit",
        time=time,
        rules=frozenset(result.test_id for result in report.results),
        scanned=tuple(Subject(SubjectKind.FILE, file) for file in files if file not in failed),
        findings_only=True,
        completed=not report.errors,
    )


def _observation(result: _Result) -> Observation:
    cwe = f"CWE-{result.issue_cwe.id}" if result.issue_cwe is not None and result.issue_cwe.id else ""
    name = result.test_name if result.test_name != BLACKLIST else ""
    return Observation(
        result.test_id,
        Outcome.FAIL,
        (Subject(SubjectKind.FILE, _path(result.filename), max(result.line_number, 0)),),
        tuple(filter(None, (cwe, name))),
        SEVERITIES.get((result.issue_severity or "").upper()),
    )


def _path(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")
