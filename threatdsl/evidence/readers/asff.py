"""AWS Security Finding Format (2018-10-08): findings of Security Hub, and of what reports to it.

A list, `{"Findings": [...]}` as `aws securityhub get-findings` writes, `{"findings": [...]}`, or one finding a line.
`Compliance.Status` decides: PASSED, FAILED, and WARNING or NOT_AVAILABLE for a person. PASSED because nothing was there
to be looked at (CONFIG_EVALUATIONS_EMPTY) is not applicable. Without `Compliance` (GuardDuty, Inspector, Trivy) it is a
finding, which only refutes. Archived ones are dropped; suppressed ones carry a waiver; that somebody set one to
RESOLVED changes nothing. The rule is the id of the control, else the generator; its other ids and CVEs are aliases.
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from threatdsl.evidence.decoding import json_as, json_lines, moment, text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.model.level import Level

OUTCOMES = {
    "PASSED": Outcome.PASS,
    "FAILED": Outcome.FAIL,
    "WARNING": Outcome.MANUAL,
    "NOT_AVAILABLE": Outcome.MANUAL,
}
LABELS = {
    "INFORMATIONAL": Level.INFO,
    "LOW": Level.LOW,
    "MEDIUM": Level.MEDIUM,
    "HIGH": Level.HIGH,
    "CRITICAL": Level.CRITICAL,
}
NORMALIZED = ((90, Level.CRITICAL), (70, Level.HIGH), (40, Level.MEDIUM), (1, Level.LOW), (0, Level.INFO))
SCHEMA = "2018-10-08"
VACUOUS = "CONFIG_EVALUATIONS_EMPTY"
HEAD = 65536
_ID_AT_END = re.compile(r"(?:^|/)(CVE-\d{4}-\d+|GHSA(?:-\w{4}){3}|[A-Z][A-Za-z0-9]*\.\d+)$")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ACCOUNT = re.compile(r"^AWS::::Account:(\d+)$")
_EMPTY = re.compile(rb'\A\s*\{\s*"Findings"\s*:\s*\[\s*\]')


class _Reason(Struct, rename="pascal", frozen=True):
    reason_code: str | None = None


class _Compliance(Struct, rename="pascal", frozen=True):
    status: str | None = None
    security_control_id: str | None = None
    status_reasons: tuple[_Reason, ...] | None = None


class _Severity(Struct, rename="pascal", frozen=True):
    label: str | None = None
    normalized: float | None = None


class _Other(Struct, frozen=True):
    name: str | None = field(default=None, name="PkgName")
    version: str | None = field(default=None, name="Installed Package")


class _Details(Struct, rename="pascal", frozen=True):
    other: _Other | None = None


class _Resource(Struct, rename="pascal", frozen=True):
    type: str
    id: str
    details: _Details | None = None


class _Package(Struct, rename="pascal", frozen=True):
    name: str | None = None
    version: str | None = None


class _Vulnerability(Struct, rename="pascal", frozen=True):
    id: str | None = None
    vulnerable_packages: tuple[_Package, ...] | None = None


class _Workflow(Struct, rename="pascal", frozen=True):
    status: str | None = None


class _Note(Struct, rename="pascal", frozen=True):
    text: str | None = None
    updated_by: str | None = None


class _Fields(Struct, frozen=True):
    control: str | None = field(default=None, name="ControlId")


class _Finding(Struct, rename="pascal", frozen=True):
    schema_version: str
    generator_id: str
    resources: tuple[_Resource, ...]
    aws_account_id: str = ""
    compliance: _Compliance | None = None
    severity: _Severity | None = None
    vulnerabilities: tuple[_Vulnerability, ...] | None = None
    product_fields: _Fields | None = None
    product_name: str | None = None
    record_state: str | None = None
    workflow: _Workflow | None = None
    note: _Note | None = None
    updated_at: str | None = None


class _File(Struct, frozen=True):
    upper: tuple[_Finding, ...] | None = field(default=None, name="Findings")
    lower: tuple[_Finding, ...] | None = field(default=None, name="findings")
    next_token: str | None = field(default=None, name="NextToken")


def recognises(content: bytes) -> bool:
    """Whether a finding of this schema is near the start, or an empty list of Security Hub is all."""
    head = content[:HEAD]
    return (b'"SchemaVersion"' in head and SCHEMA.encode() in head) or _EMPTY.match(head) is not None


def read(content: bytes) -> Reading:
    """The findings that are not archived. Raises Unreadable."""
    findings, completed = _findings(content)
    if any(finding.schema_version != SCHEMA for finding in findings):
        raise Unreadable(f"not of this format: a SchemaVersion other than {SCHEMA}")
    observations = tuple(_observation(one) for one in findings if one.record_state != "ARCHIVED")
    times = (one.time for one in observations if one.time is not None)
    names = {finding.product_name for finding in findings}
    digests = (digest for one in observations for subject in one.subjects for digest in _DIGEST.findall(subject.id))
    return Reading(
        observations,
        tool=(names.pop() or "") if len(names) == 1 else "",
        time=max(times, default=None),
        digests=frozenset(digests),
        completed=completed,
    )


def _findings(content: bytes) -> tuple[tuple[_Finding, ...], bool]:
    """The findings of each of the four shapes, and whether they are all."""
    start = text(content).strip()
    if start.startswith(b"["):
        findings = json_as(tuple[_Finding, ...], content)
    elif b'"SchemaVersion"' in (first := start.split(b"\n", 1)[0]) and not re.match(rb'\{\s*"[Ff]indings"', first):
        findings = tuple(json_lines(_Finding, content))
    else:
        file = json_as(_File, content)
        if file.upper is not None:
            return file.upper, not file.next_token
        findings = file.lower or ()
    if not findings:
        raise Unreadable("not of this format: it holds no findings of Security Hub")
    return findings, True


def _observation(finding: _Finding) -> Observation:
    compliance = finding.compliance or _Compliance()
    outcome = _outcome(compliance)
    rule = compliance.security_control_id or finding.generator_id
    suppressed = finding.workflow is not None and finding.workflow.status == "SUPPRESSED"
    note = finding.note or _Note()
    return Observation(
        rule,
        outcome,
        tuple(dict.fromkeys(_subjects(finding))),
        tuple(alias for alias in dict.fromkeys(_ids(finding)) if alias != rule),
        _level(finding.severity or _Severity()),
        moment(finding.updated_at),
        Waiver(note.text or "", note.updated_by or "") if suppressed and outcome is not Outcome.PASS else None,
    )


def _outcome(compliance: _Compliance) -> Outcome:
    if compliance.status is None:
        return Outcome.FAIL
    outcome = OUTCOMES.get(compliance.status, Outcome.MANUAL)
    vacuous = any(reason.reason_code == VACUOUS for reason in compliance.status_reasons or ())
    return Outcome.NOT_APPLICABLE if outcome is Outcome.PASS and vacuous else outcome


def _level(severity: _Severity) -> Level | None:
    if severity.label is not None:
        return LABELS.get(severity.label)
    if severity.normalized is None:
        return None
    return next((level for least, level in NORMALIZED if severity.normalized >= least), None)


def _ids(finding: _Finding) -> Iterator[str]:
    yield finding.generator_id
    if finding.product_fields is not None and finding.product_fields.control:
        yield finding.product_fields.control
    if (end := _ID_AT_END.search(finding.generator_id)) is not None:
        yield end[1]
    if finding.generator_id.startswith("prowler-"):
        yield finding.generator_id.removeprefix("prowler-")
    yield from (one.id for one in finding.vulnerabilities or () if one.id)


def _subjects(finding: _Finding) -> Iterator[Subject]:
    packages: list[tuple[str | None, str | None]] = []
    for resource in finding.resources:
        account = _ACCOUNT.match(resource.id)
        if resource.type != "AwsAccount":
            yield Subject(SubjectKind.RESOURCE, resource.id)
        else:
            yield Subject(SubjectKind.ACCOUNT, account[1] if account is not None else resource.id)
        yield from (Subject(SubjectKind.IMAGE, digest) for digest in _DIGEST.findall(resource.id))
        if resource.details is not None and resource.details.other is not None:
            packages.append((resource.details.other.name, resource.details.other.version))
    if finding.aws_account_id:
        yield Subject(SubjectKind.ACCOUNT, finding.aws_account_id)
    for vulnerability in finding.vulnerabilities or ():
        packages += ((one.name, one.version) for one in vulnerability.vulnerable_packages or ())
    for name, version in packages:
        if name:
            yield Subject(SubjectKind.PACKAGE, f"{name}@{version}" if version else name)
