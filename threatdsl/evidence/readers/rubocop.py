"""RuboCop JSON (`rubocop --format json`; Cookstyle, which is built on it, writes the same).

Every offence fails its cop (`Security/Eval`) at its file, also one that RuboCop corrected: the scanned commit has it.
A file that cannot be parsed is an offence of `Lint/Syntax`, an error here: the file was not scanned and the run is not
complete, as it is not where fewer files were inspected than found. The file does not tell which cops were on, so only
those with an offence are among the rules: it refutes, and its silence proves nothing.
"""

import msgspec

from threatdsl.evidence.decoding import BOM, json_as
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

SEVERITIES = {
    "info": Level.INFO,
    "refactor": Level.INFO,
    "convention": Level.LOW,
    "warning": Level.MEDIUM,
    "error": Level.HIGH,
    "fatal": Level.CRITICAL,
}
SYNTAX = "Lint/Syntax"


class _Location(msgspec.Struct, frozen=True):
    line: int | None = None
    start_line: int | None = None


class _Offense(msgspec.Struct, frozen=True):
    cop_name: str
    severity: str = ""
    location: _Location | None = None


class _File(msgspec.Struct, frozen=True):
    path: str
    offenses: tuple[_Offense, ...]


class _Summary(msgspec.Struct, frozen=True):
    inspected_file_count: int
    target_file_count: int = 0


class _Metadata(msgspec.Struct, frozen=True):
    rubocop_version: str = ""


class _Report(msgspec.Struct, frozen=True):
    files: tuple[_File, ...]
    summary: _Summary
    metadata: _Metadata | None = None


def recognises(content: bytes) -> bool:
    """Whether an object begins that names its version of RuboCop."""
    head = content[:4096].removeprefix(BOM).lstrip()
    return head.startswith(b"{") and b'"rubocop_version"' in head


def read(content: bytes) -> Reading:
    """The offences and the files inspected. Raises Unreadable."""
    report = json_as(_Report, content)
    broken = {file.path for file in report.files if any(offense.cop_name == SYNTAX for offense in file.offenses)}
    observations = tuple(_observation(file, offense) for file in report.files for offense in file.offenses)
    return Reading(
        observations,
        tool="RuboCop",
        tool_version=report.metadata.rubocop_version if report.metadata is not None else "",
        rules=frozenset(one.rule for one in observations),
        scanned=tuple(Subject(SubjectKind.FILE, _path(file)) for file in report.files if file.path not in broken),
        findings_only=True,
        completed=not broken and report.summary.inspected_file_count >= report.summary.target_file_count,
    )


def _observation(file: _File, offense: _Offense) -> Observation:
    place = offense.location or _Location()
    return Observation(
        offense.cop_name,
        Outcome.ERROR if offense.cop_name == SYNTAX else Outcome.FAIL,
        (Subject(SubjectKind.FILE, _path(file), max(place.line or place.start_line or 0, 0)),),
        severity=SEVERITIES.get(offense.severity),
    )


def _path(file: _File) -> str:
    return file.path.replace("\\", "/").removeprefix("./")
