"""Checkov JSON (`checkov -o json`): one report, a list of them (one a framework), or the summary alone for no findings.

The shape is that of Checkov 1 to 3 (`Runner report.get_dict`). PASSED is a pass, FAILED a failure. A skipped check with
a comment is a failure with a waiver, without one it is skipped. A file that Checkov could not parse is an error of the
rule `parsing_error`. With `--quiet` the passes are not in the file. A pass of a check of the control
plane of Kubernetes does not apply on an ordinary workload.
"""

from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from threatdsl.evidence.control_plane import is_vacuous
from threatdsl.evidence.decoding import json_as, text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.model.level import Level

OUTCOMES = {"PASSED": Outcome.PASS, "FAILED": Outcome.FAIL, "SKIPPED": Outcome.SKIPPED}  # all else is INFO
LEVELS = {
    "CRITICAL": Level.CRITICAL,
    "HIGH": Level.HIGH,
    "MEDIUM": Level.MEDIUM,
    "MODERATE": Level.MEDIUM,
    "LOW": Level.LOW,
    "INFO": Level.INFO,
    "NONE": Level.INFO,
}
UNPARSED = "parsing_error"
SECRETS = "secrets"  # the framework whose `resource` is a hash of the secret found
MARKS = (b'"check_type"', b'"checkov_version"')


class _Verdict(Struct, frozen=True):
    result: str
    suppress_comment: str | None = None


class _Vulnerability(Struct, frozen=True):
    id: str | None = None
    package_name: str | None = None
    package_version: str | None = None


class _Check(Struct, frozen=True):
    check_id: str
    check_result: _Verdict
    bc_check_id: str | None = None
    file_path: str | None = None
    repo_file_path: str | None = None
    file_line_range: tuple[int, ...] | None = None
    resource: str | None = None
    resource_address: str | None = None
    severity: str | None = None
    vulnerability_details: _Vulnerability | None = None


class _Results(Struct, frozen=True):
    passed_checks: tuple[_Check, ...] = ()
    failed_checks: tuple[_Check, ...] = ()
    skipped_checks: tuple[_Check, ...] = ()
    parsing_errors: tuple[str, ...] = ()


class _Summary(Struct, frozen=True):
    checkov_version: str = ""


class _Report(Struct, frozen=True):
    check_type: str = ""
    results: _Results | None = None
    summary: _Summary | None = None
    checkov_version: str = ""  # this and the counts: a summary alone
    passed: int | None = None
    failed: int | None = None
    skipped: int = 0
    parsing_errors: int = 0
    parsingerrors: int = 0


def recognises(content: bytes) -> bool:
    """Whether Checkov's own keys stand near the start."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and any(mark in content[:4096] for mark in MARKS)


def read(content: bytes) -> Reading:
    """The checks of all frameworks. Raises Unreadable."""
    several = text(content).lstrip()[:1] == b"["
    reports = json_as(list[_Report], content) if several else [json_as(_Report, content)]
    if not several and reports[0].results is None:
        return _nothing_found(reports[0])
    if not reports or not all(report.check_type and report.results is not None for report in reports):
        raise Unreadable("not of Checkov: a report lacks `check_type` or `results`")
    observations = tuple(chain.from_iterable(map(_observations, reports)))
    return Reading(
        observations,
        tool="checkov",
        tool_version=next((one.summary.checkov_version for one in reports if one.summary is not None), ""),
        rules=frozenset(one.rule for one in observations if one.rule != UNPARSED),
        scanned=tuple(
            dict.fromkeys(
                Subject(subject.kind, subject.id)
                for one in observations
                if one.rule != UNPARSED
                for subject in one.subjects
            )
        ),
    )


def _nothing_found(summary: _Report) -> Reading:
    """The reading of a summary without reports, which Checkov writes where it found nothing to check."""
    if not summary.checkov_version or summary.passed is None or summary.failed is None:
        raise Unreadable("not of Checkov: it has no `results`")
    if summary.passed or summary.failed or summary.skipped:
        raise Unreadable("a summary alone: it counts checks and does not name them")
    completed = not summary.parsing_errors and not summary.parsingerrors
    return Reading((), tool="checkov", tool_version=summary.checkov_version, completed=completed)


def _observations(report: _Report) -> Iterator[Observation]:
    results = report.results
    assert results is not None  # `read` refused it
    for check in chain(results.passed_checks, results.failed_checks, results.skipped_checks):
        outcome = OUTCOMES.get(check.check_result.result.upper(), Outcome.INFO)
        comment = check.check_result.suppress_comment
        waived = outcome is Outcome.SKIPPED and bool(comment)
        yield Observation(
            check.check_id,
            Outcome.FAIL if waived else _applied(check, outcome),
            tuple(dict.fromkeys(_subjects(check, secret=report.check_type == SECRETS))),
            tuple(_aliases(check)),
            LEVELS.get((check.severity or "").upper()),
            waiver=Waiver(reason=comment or "") if waived else None,
        )
    for path in results.parsing_errors:
        yield Observation(UNPARSED, Outcome.ERROR, (Subject(SubjectKind.FILE, _path(path)),))


def _applied(check: _Check, outcome: Outcome) -> Outcome:
    vacuous = outcome is Outcome.PASS and is_vacuous(check.check_id, check.resource or "")
    return Outcome.NOT_APPLICABLE if vacuous else outcome


def _aliases(check: _Check) -> Iterator[str]:
    if check.bc_check_id and check.bc_check_id != check.check_id:
        yield check.bc_check_id
    if check.vulnerability_details is not None and check.vulnerability_details.id:
        yield check.vulnerability_details.id


def _subjects(check: _Check, *, secret: bool) -> Iterator[Subject]:
    line = max(0, check.file_line_range[0]) if check.file_line_range else 0
    for path in (check.file_path, check.repo_file_path):
        if path:
            yield Subject(SubjectKind.FILE, _path(path), line)
    for resource in () if secret else (check.resource, check.resource_address):
        if resource:
            yield Subject(SubjectKind.RESOURCE, resource)
            kind, dot, logical_id = resource.partition(".")
            if dot and "::" in kind:  # of CloudFormation: AWS::S3::Bucket.Uploads
                yield Subject(SubjectKind.RESOURCE, logical_id)
    found = check.vulnerability_details
    if found is not None and found.package_name:
        yield Subject(SubjectKind.PACKAGE, "@".join(filter(None, (found.package_name, found.package_version))))


def _path(path: str) -> str:
    """A path relative to the scanned folder, which Checkov begins with a slash."""
    return path.replace("\\", "/").removeprefix("./").lstrip("/")
