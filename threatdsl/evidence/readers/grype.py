"""Grype JSON: vulnerable packages of an image or folder, as `grype --output json` writes them.

Each match is FAIL. `ignoredMatches`, taken out by an ignore rule of the user, of Grype or of a VEX document, are FAIL
with a waiver that carries what the rules say: status and justification of VEX, reason. Nothing is explicitly passed.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from threatdsl.evidence.decoding import json_as, moment
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.model.level import Level

SEVERITIES = {  # of the words in lower case; `unknown` is none
    "negligible": Level.INFO,
    "low": Level.LOW,
    "medium": Level.MEDIUM,
    "high": Level.HIGH,
    "critical": Level.CRITICAL,
}


class _Weakness(msgspec.Struct, frozen=True):
    cwe: str = ""


class _Vulnerability(msgspec.Struct, frozen=True):
    id: str
    severity: str | None = ""
    cwes: tuple[_Weakness, ...] | None = None


class _Location(msgspec.Struct, frozen=True):
    path: str = ""


class _Artifact(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    purl: str | None = ""
    locations: tuple[_Location, ...] | None = None


class _Rule(msgspec.Struct, rename="kebab", frozen=True):
    reason: str = ""
    vex_status: str = ""
    vex_justification: str = ""
    fix_state: str = ""


class _Match(msgspec.Struct, rename="camel", frozen=True):
    vulnerability: _Vulnerability
    artifact: _Artifact
    related_vulnerabilities: tuple[_Vulnerability, ...] | None = None
    applied_ignore_rules: tuple[_Rule, ...] | None = None


class _Image(msgspec.Struct, rename="camel", frozen=True):
    user_input: str = ""
    image_id: str = msgspec.field(name="imageID", default="")
    manifest_digest: str = ""
    repo_digests: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None


class _Source(msgspec.Struct, frozen=True):
    target: _Image | str | tuple[object, ...] | None = None


class _Descriptor(msgspec.Struct, frozen=True):
    name: Literal["grype"]
    version: str = ""
    timestamp: str | None = None


class _Report(msgspec.Struct, rename="camel", frozen=True):
    matches: tuple[_Match, ...]
    descriptor: _Descriptor
    ignored_matches: tuple[_Match, ...] | None = None
    source: _Source | None = None


def recognises(content: bytes) -> bool:
    """Whether matches begin near the start, with what stands in or after them."""
    head = content[:4096]
    return b'"matches"' in head and any(key in head for key in (b'"vulnerability"', b'"source"', b'"descriptor"'))


def read(content: bytes) -> Reading:
    """The matches, then the ignored ones. Raises Unreadable."""
    report = json_as(_Report, content)
    target = report.source.target if report.source else None
    digests = tuple(_digests(target)) if isinstance(target, _Image) else ()
    scanned = tuple(_scanned(target, digests))
    images = tuple(subject for subject in scanned if subject.kind is SubjectKind.IMAGE)
    return Reading(
        (
            *(_observation(match, images) for match in report.matches),
            *(_observation(match, images, _waiver(match)) for match in report.ignored_matches or ()),
        ),
        tool="grype",
        tool_version=report.descriptor.version,
        time=moment(report.descriptor.timestamp),
        scanned=scanned,
        digests=frozenset(digests),
    )


def _digests(image: _Image) -> Iterator[str]:
    named = (image.image_id, image.manifest_digest, *(image.repo_digests or ()))
    found = (name.rpartition("@")[2] for name in named)
    yield from dict.fromkeys(digest for digest in found if digest.startswith("sha256:"))


def _scanned(target: object, digests: tuple[str, ...]) -> Iterator[Subject]:
    if isinstance(target, _Image):
        names = dict.fromkeys((target.user_input, *(target.tags or ()), *digests))
        yield from (Subject(SubjectKind.IMAGE, name) for name in names if name)
    elif isinstance(target, str) and (folder := target.strip('"')):  # version 0.24 wrote it in quotes
        yield Subject(SubjectKind.FILE, folder.replace("\\", "/"))


def _observation(match: _Match, images: tuple[Subject, ...], waiver: Waiver | None = None) -> Observation:
    artifact, vulnerability = match.artifact, match.vulnerability
    related = match.related_vulnerabilities or ()
    aliases = (*(one.id for one in related), *(one.cwe for one in vulnerability.cwes or ()))
    package = Subject(SubjectKind.PACKAGE, artifact.purl or f"{artifact.name}@{artifact.version}")
    paths = dict.fromkeys(one.path.replace("\\", "/") for one in artifact.locations or () if one.path)
    return Observation(
        vulnerability.id,
        Outcome.FAIL,
        (package, *(Subject(SubjectKind.FILE, path) for path in paths), *images),
        tuple(dict.fromkeys(alias for alias in aliases if alias not in {"", vulnerability.id})),
        SEVERITIES.get((vulnerability.severity or "").lower()),
        waiver=waiver,
    )


def _waiver(match: _Match) -> Waiver:
    rules = match.applied_ignore_rules or ()
    said = (word for rule in rules for word in (rule.vex_status, rule.vex_justification, rule.reason, _fix(rule)))
    return Waiver(": ".join(dict.fromkeys(filter(None, said))) or "ignored")


def _fix(rule: _Rule) -> str:
    return f"fix {rule.fix_state}" if rule.fix_state and not rule.reason else ""
