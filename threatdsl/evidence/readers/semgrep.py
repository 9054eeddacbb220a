"""Semgrep JSON (`semgrep scan --json`; the shape is `cli_output` of semgrep-interfaces).

Every result fails its rule at its file; CWE ids and the rule's own id, without the path of the configuration that
Semgrep puts in front, are aliases. A result that `nosemgrep` ignores is waived. The files of `paths.scanned` were
scanned, except those with an error; an error that is no warning makes the run incomplete. The rules that ran are known
with `--time` only. The file has neither the time nor the commit of the scan.
"""

import re

import msgspec

from threatdsl.evidence.decoding import BOM, json_as
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.model.level import Level

SEVERITIES = {
    "CRITICAL": Level.CRITICAL,
    "ERROR": Level.HIGH,
    "HIGH": Level.HIGH,
    "WARNING": Level.MEDIUM,
    "MEDIUM": Level.MEDIUM,
    "INFO": Level.LOW,  # Semgrep's own word for it is low
    "LOW": Level.LOW,
    "EXPERIMENT": Level.INFO,
    "INVENTORY": Level.INFO,
}
WARNINGS = ("warn", "warning", "info")  # levels of an error that does not end the scan
CWE = re.compile(r"\bCWE-(\d+)", re.IGNORECASE)


class _Position(msgspec.Struct, frozen=True):
    line: int = 0


class _Metadata(msgspec.Struct, frozen=True):
    cwe: str | tuple[str, ...] | None = None


class _Extra(msgspec.Struct, frozen=True):
    severity: str | None = None
    is_ignored: bool | None = None
    metadata: _Metadata | None = None


class _Result(msgspec.Struct, frozen=True):
    check_id: str
    path: str
    start: _Position
    extra: _Extra | None = None


class _Span(msgspec.Struct, frozen=True):
    file: str | None = None


class _Error(msgspec.Struct, frozen=True):
    level: str | None = None
    path: str | None = None
    spans: tuple[_Span, ...] | None = None


class _Paths(msgspec.Struct, frozen=True):
    scanned: tuple[str, ...] = ()


class _Rule(msgspec.Struct, frozen=True):
    id: str


class _Time(msgspec.Struct, frozen=True):
    rules: tuple[str | _Rule, ...] = ()


class _Skipped(msgspec.Struct, frozen=True):
    rule_id: str = ""


class _Report(msgspec.Struct, frozen=True):
    results: tuple[_Result, ...]
    errors: tuple[_Error, ...]
    paths: _Paths | None = None
    version: str | None = None
    time: _Time | None = None
    skipped_rules: tuple[_Skipped, ...] | None = None


def recognises(content: bytes) -> bool:
    """Whether a result of a Semgrep rule, or else the keys of an empty report, are near the start."""
    head = content[:65536].removeprefix(BOM).lstrip()
    empty = b'"paths"' in head and b'"scanned"' in head and b'"errors"' in head
    return head.startswith(b"{") and b'"results"' in head and (b'"check_id"' in head or empty)


def read(content: bytes) -> Reading:
    """The results, the files and, where known, the rules. Raises Unreadable."""
    report = json_as(_Report, content)
    if report.paths is None and not report.results:
        raise Unreadable("not of this format: neither results nor `paths`")
    failed = {_path(name) for error in report.errors for name in _files(error)}
    files = [_path(name) for name in report.paths.scanned] if report.paths is not None else []
    return Reading(
        tuple(_observation(result) for result in report.results),
        tool="Semgrep",
        tool_version=report.version or "",
        rules=_rules(report),
        scanned=tuple(Subject(SubjectKind.FILE, file) for file in files if file not in failed),
        findings_only=True,
        completed=all(error.level in WARNINGS for error in report.errors),
    )


def _observation(result: _Result) -> Observation:
    extra = result.extra or _Extra()
    cwe = extra.metadata.cwe if extra.metadata is not None else None
    words = [cwe] if isinstance(cwe, str) else cwe or []
    cwes = [f"CWE-{int(found[1])}" for word in words for found in CWE.finditer(word)]
    own = result.check_id.rpartition(".")[2]
    return Observation(
        result.check_id,
        Outcome.FAIL,
        (Subject(SubjectKind.FILE, _path(result.path), max(result.start.line, 0)),),
        tuple(dict.fromkeys([*cwes, *([own] if own != result.check_id else [])])),
        SEVERITIES.get((extra.severity or "").upper()),
        waiver=Waiver("nosemgrep") if extra.is_ignored else None,
    )


def _rules(report: _Report) -> frozenset[str]:
    timed = [rule if isinstance(rule, str) else rule.id for rule in (report.time or _Time()).rules]
    skipped = {rule.rule_id for rule in report.skipped_rules or ()}
    return frozenset(timed).difference(skipped).union(result.check_id for result in report.results)


def _files(error: _Error) -> tuple[str, ...]:
    return tuple(name for name in (error.path, *(span.file for span in error.spans or ())) if name)


def _path(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")
