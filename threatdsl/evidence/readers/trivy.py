"""Trivy JSON: findings in images, file systems and infrastructure code, as `trivy --format json` writes them.

The shape is that of schema version 2, of the bare list that Trivy wrote before it (`null` where nothing was found), and
of `trivy kubernetes`. Vulnerabilities and secrets are FAIL: nothing in the file says that one was looked for and not
found. Misconfigurations have a status; PASS is only listed with `--include-non-failures`. A finding that an ignore
file, a policy or a VEX document took out (`ExperimentalModifiedFindings`), an `EXCEPTION` and a vulnerability that its
vendor calls `not_affected` are FAIL with a waiver. A status `fixed` says that a fixed version exists, not that it is
installed. Licences are not read. A report without results looked at nothing, so it has nothing scanned.
"""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType, field

from threatdsl.evidence.decoding import json_as, moment
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.model.level import Level

SCHEMA_VERSION = 2
SEVERITIES = {"LOW": Level.LOW, "MEDIUM": Level.MEDIUM, "HIGH": Level.HIGH, "CRITICAL": Level.CRITICAL}  # UNKNOWN: none
OUTCOMES = {"PASS": Outcome.PASS, "FAIL": Outcome.FAIL, "EXCEPTION": Outcome.FAIL}
IMAGE_TYPES = ("container_image", "image")
OS_PACKAGES = "os-pkgs"  # the class of results whose target is no file
NEW_ID = re.compile(r"(?:AVD-)?([A-Z]+-[0-9]{4})")  # DS-0002, which was AVD-DS-0002
OLD_ID = re.compile(r"builtin\..*\.([A-Z]+[0-9]+)")  # the name space of a built-in check ends with its oldest id


class _Identifier(msgspec.Struct, frozen=True):
    purl: str = field(name="PURL", default="")


class _Cause(msgspec.Struct, rename="pascal", frozen=True):
    resource: str | None = ""
    start_line: int = 0


class _Finding(msgspec.Struct, rename="pascal", frozen=True):
    """A vulnerability, a misconfiguration or a secret; a modified finding says only beside it which of them."""

    vulnerability: str = field(name="VulnerabilityID", default="")
    vendor_ids: tuple[str, ...] | None = field(name="VendorIDs", default=None)
    cwes: tuple[str, ...] | None = field(name="CweIDs", default=None)
    pkg_name: str = ""
    pkg_path: str = ""
    installed_version: str = ""
    identifier: _Identifier | None = field(name="PkgIdentifier", default=None)
    misconfiguration: str = field(name="ID", default="")
    avd: str = field(name="AVDID", default="")
    namespace: str = ""
    cause: _Cause | None = field(name="CauseMetadata", default=None)
    secret: str = field(name="RuleID", default="")
    start_line: int = 0
    severity: str = ""
    status: str = ""


class _Modified(msgspec.Struct, rename="pascal", frozen=True):
    type_: str = field(name="Type")
    finding: _Finding
    status: str = ""
    statement: str = ""
    source: str = ""


class _Result(msgspec.Struct, rename="pascal", frozen=True):
    target: str = ""
    class_: str = field(name="Class", default="")
    type_: str = field(name="Type", default="")
    vulnerabilities: tuple[_Finding, ...] | UnsetType | None = UNSET
    misconfigurations: tuple[_Finding, ...] | None = None
    secrets: tuple[_Finding, ...] | None = None
    modified: tuple[_Modified, ...] | None = field(name="ExperimentalModifiedFindings", default=None)


class _Metadata(msgspec.Struct, rename="pascal", frozen=True):
    image: str = field(name="ImageID", default="")
    repo_tags: tuple[str, ...] | None = None
    repo_digests: tuple[str, ...] | None = None
    commit: str = ""


class _Program(msgspec.Struct, rename="pascal", frozen=True):
    version: str = ""


class _Report(msgspec.Struct, rename="pascal", frozen=True):
    schema_version: Literal[2]
    artifact_name: str = ""
    artifact_type: str = ""
    created_at: str = ""
    metadata: _Metadata | None = None
    trivy: _Program | None = None
    results: tuple[_Result, ...] | None = None


class _Resource(msgspec.Struct, rename="pascal", frozen=True):
    kind: str
    name: str = ""
    namespace: str = ""
    results: tuple[_Result, ...] | None = None


class _Cluster(msgspec.Struct, rename="pascal", frozen=True):
    cluster_name: str
    resources: tuple[_Resource, ...] | None


def recognises(content: bytes) -> bool:
    """Whether the keys of a report stand near the start, or all of it is the `null` of an old one without findings."""
    head = content[:4096]
    report = b'"SchemaVersion"' in head and (b'"ArtifactName"' in head or b'"ArtifactType"' in head)
    cluster = b'"ClusterName"' in head and b'"Resources"' in head
    old = head.lstrip().startswith(b"[") and b'"Target"' in head and b'"Vulnerabilities"' in head
    return report or cluster or old or content.strip() == b"null"


def read(content: bytes) -> Reading:
    """The findings of all results. Raises Unreadable."""
    if b'"ClusterName"' in content[:4096] and b'"SchemaVersion"' not in content[:4096]:
        return _cluster(json_as(_Cluster, content))
    report = json_as(_Report | list[_Result] | None, content)  # type: ignore[arg-type] # a union is no class
    if isinstance(report, _Report):
        return _report(report)
    if report is None:
        return Reading((), tool="trivy")
    if not report or not all(one.target and (one.type_ or one.vulnerabilities is not UNSET) for one in report):
        raise Unreadable("not of this format: a list that is not one of Trivy's targets")
    scanned = tuple(one for result in report for one in _target(result))
    return Reading(tuple(_observations(report, ())), tool="trivy", scanned=scanned)


def _report(report: _Report) -> Reading:
    if not (report.artifact_name or report.artifact_type or report.results):
        raise Unreadable("not of this format: it names no artefact")
    metadata = report.metadata or _Metadata()
    named = [name.rpartition("@")[2] for name in (metadata.image, *(metadata.repo_digests or ()))]
    digests = tuple(dict.fromkeys(digest for digest in named if digest.startswith("sha256:")))
    artifact = tuple(_artifact(report, metadata, digests))
    results = report.results or ()
    return Reading(
        tuple(_observations(results, artifact if report.artifact_type in IMAGE_TYPES else ())),
        tool="trivy",
        tool_version=report.trivy.version if report.trivy else "",
        time=moment(report.created_at),
        commit=metadata.commit,
        scanned=(*artifact, *(one for result in results for one in _target(result))) if results else (),
        digests=frozenset(digests),
    )


def _cluster(cluster: _Cluster) -> Reading:
    observations: list[Observation] = []
    scanned: list[Subject] = []
    for one in cluster.resources or ():
        name = "/".join(filter(None, (one.namespace, one.kind, one.name)))
        resource = Subject(SubjectKind.RESOURCE, name)
        observations += _observations(one.results or (), (resource,))
        scanned += [resource] if one.results else []
    return Reading(tuple(observations), tool="trivy", scanned=tuple(scanned))


def _artifact(report: _Report, metadata: _Metadata, digests: tuple[str, ...]) -> Iterator[Subject]:
    if report.artifact_type in IMAGE_TYPES:
        names = (report.artifact_name, *(metadata.repo_tags or ()), *digests)
        yield from (Subject(SubjectKind.IMAGE, name) for name in dict.fromkeys(names) if name)
    elif report.artifact_name:
        kind = SubjectKind.URL if "://" in report.artifact_name else SubjectKind.FILE
        yield Subject(kind, report.artifact_name.replace("\\", "/"))


def _observations(results: tuple[_Result, ...], shared: tuple[Subject, ...]) -> Iterator[Observation]:
    for result in results:
        for finding in result.vulnerabilities or ():
            yield _vulnerability(result, finding, shared)
        for finding in result.misconfigurations or ():
            yield _misconfiguration(result, finding, shared)
        for finding in result.secrets or ():
            yield _secret(result, finding, shared)
        for modified in result.modified or ():
            make = MAKERS.get(modified.type_)
            if make is not None:
                reason = ": ".join(filter(None, (modified.status, modified.statement)))
                waived = make(result, modified.finding, shared)
                waiver = Waiver(reason, modified.source)
                yield msgspec.structs.replace(waived, outcome=Outcome.FAIL, waiver=waiver)


def _vulnerability(result: _Result, finding: _Finding, shared: tuple[Subject, ...]) -> Observation:
    purl = finding.identifier.purl if finding.identifier else ""
    package = Subject(SubjectKind.PACKAGE, purl or f"{finding.pkg_name}@{finding.installed_version}")
    files = (Subject(SubjectKind.FILE, _path(finding.pkg_path)),) if finding.pkg_path else tuple(_target(result))
    return Observation(
        _named(finding.vulnerability),
        Outcome.FAIL,
        (package, *files, *shared),
        tuple(dict.fromkeys((*(finding.vendor_ids or ()), *(finding.cwes or ())))),
        SEVERITIES.get(finding.severity),
        waiver=Waiver("not_affected") if finding.status == "not_affected" else None,
    )


def _misconfiguration(result: _Result, finding: _Finding, shared: tuple[Subject, ...]) -> Observation:
    cause = finding.cause or _Cause()
    resource = (Subject(SubjectKind.RESOURCE, cause.resource),) if cause.resource else ()
    rule = _named(finding.misconfiguration)
    oldest = OLD_ID.fullmatch(finding.namespace)
    new = NEW_ID.fullmatch(finding.avd) or NEW_ID.fullmatch(rule)
    others = (finding.avd, *((new[1], f"AVD-{new[1]}") if new else ()), oldest[1] if oldest else "")
    return Observation(
        rule,
        OUTCOMES.get(finding.status, Outcome.MANUAL),
        (*_target(result, cause.start_line), *resource, *shared),
        tuple(dict.fromkeys(other for other in others if other not in {"", rule})),
        SEVERITIES.get(finding.severity),
        waiver=Waiver("exception") if finding.status == "EXCEPTION" else None,
    )


def _secret(result: _Result, finding: _Finding, shared: tuple[Subject, ...]) -> Observation:
    subjects = (Subject(SubjectKind.FILE, _path(result.target), max(finding.start_line, 0)), *shared)
    return Observation(_named(finding.secret), Outcome.FAIL, subjects, severity=SEVERITIES.get(finding.severity))


MAKERS = {"vulnerability": _vulnerability, "misconfiguration": _misconfiguration, "secret": _secret}


def _target(result: _Result, line: int = 0) -> Iterator[Subject]:
    """The file of a result; the packages of an operating system are in none."""
    if result.target and result.class_ != OS_PACKAGES:
        yield Subject(SubjectKind.FILE, _path(result.target), max(line, 0))


def _path(value: str) -> str:
    return value.replace("\\", "/")


def _named(rule: str) -> str:
    if not rule:
        raise Unreadable("not of this format: a finding without an id")
    return rule
