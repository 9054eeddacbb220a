"""OCSF findings as Prowler writes them: a JSON list or one event a line, of the classes 2001 to 2007.

Prowler writes Detection Findings (2004) whose `status_code` is PASS, FAIL or MANUAL and whose `metadata.event_code` is
the check; a Compliance Finding (2003) says it in `compliance`. Where neither says anything, and in the classes 2001
(security) and 2002 (vulnerability), an event is a finding: it refutes and never proves. One that its producer closed is
information. Suppressed ones carry a waiver. The schema wants milliseconds and Prowler writes seconds: the size tells.
Prowler's sample replaces ids by `<resource_uid>` and the like: such a name is no subject.
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from threatdsl.evidence.decoding import json_as, json_lines, moment, text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.model.level import Level

WORDS = {
    "pass": Outcome.PASS,
    "passed": Outcome.PASS,
    "success": Outcome.PASS,
    "fail": Outcome.FAIL,
    "failed": Outcome.FAIL,
    "failure": Outcome.FAIL,
    "manual": Outcome.MANUAL,
    "warning": Outcome.MANUAL,
}
SEVERITIES = dict(enumerate(Level, start=1)) | {6: Level.CRITICAL}  # 6 is Fatal; 0 and 99 are unknown and other
CLOSED = ("resolved", "archived", "deleted")
CLOSE = 3  # the activity of a finding that its producer closes
FINDINGS = range(2001, 2008)
COMPLIANCE = 2003
ONLY_REFUTE = (2001, 2002)
HEAD = 65536
_PLACEHOLDER = re.compile(r"<\w+>")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class _Product(Struct, frozen=True):
    name: str | None = None
    version: str | None = None


class _Metadata(Struct, frozen=True):
    product: _Product
    event_code: str | None = None


class _Compliance(Struct, frozen=True):
    status: str | None = None
    control: str | None = None


class _Resource(Struct, frozen=True):
    uid: str | None = None
    name: str | None = None


class _Analytic(Struct, frozen=True):
    uid: str | None = None
    name: str | None = None


class _Info(Struct, frozen=True):
    uid: str | None = None
    analytic: _Analytic | None = None


class _Account(Struct, frozen=True):
    uid: str | None = None


class _Cloud(Struct, frozen=True):
    account: _Account | None = None


class _Package(Struct, frozen=True):
    name: str | None = None
    version: str | None = None
    purl: str | None = None


class _Uid(Struct, frozen=True):
    uid: str | None = None


class _Vulnerability(Struct, frozen=True):
    cve: _Uid | None = None
    affected_packages: tuple[_Package, ...] | None = None


class _Event(Struct, frozen=True):
    class_uid: int
    metadata: _Metadata
    severity_id: int | None = None
    status: str | None = None
    status_code: str | None = None
    activity_id: int | None = None
    compliance: _Compliance | None = None
    info: _Info | None = field(default=None, name="finding_info")
    old_info: _Info | None = field(default=None, name="finding")
    resources: tuple[_Resource, ...] | None = None
    resource: _Resource | None = None
    cloud: _Cloud | None = None
    vulnerabilities: tuple[_Vulnerability, ...] | None = None
    time: float | str | None = None
    time_dt: str | None = None


def recognises(content: bytes) -> bool:
    """Whether the class of an event, or a check of Prowler, is near the start."""
    head = content[:HEAD]
    return b'"class_uid"' in head or (b'"event_code"' in head and b'"product"' in head)


def read(content: bytes) -> Reading:
    """The findings. Raises Unreadable."""
    events = _events(content)
    if not events:
        raise Unreadable("it holds no events, so that nothing says which tool wrote it")
    other = next((event.class_uid for event in events if event.class_uid not in FINDINGS), None)
    if other is not None:
        raise Unreadable(f"its events are no findings: class {other}")
    observations = tuple(_observation(event) for event in events)
    product = events[0].metadata.product
    times = (one.time for one in observations if one.time is not None)
    return Reading(
        observations,
        tool=product.name or "",
        tool_version=_true_name(product.version) or "",
        time=max(times, default=None),
        digests=frozenset(
            digest for one in observations for subject in one.subjects for digest in _DIGEST.findall(subject.id)
        ),
    )


def _events(content: bytes) -> tuple[_Event, ...]:
    start = text(content).strip()
    if start.startswith(b"["):
        return json_as(tuple[_Event, ...], content)
    if start.split(b"\n", 1)[0].rstrip().endswith(b"}"):
        return tuple(json_lines(_Event, content))
    return (json_as(_Event, content),)


def _observation(event: _Event) -> Observation:
    rule, *aliases = dict.fromkeys(filter(None, _rules(event))) or [""]
    if not rule:
        raise Unreadable("a finding names no rule")
    outcome = _outcome(event)
    waived = (event.status or "").lower() == "suppressed" and outcome is not Outcome.PASS
    return Observation(
        rule,
        outcome,
        tuple(dict.fromkeys(_subjects(event))),
        tuple(aliases),
        SEVERITIES.get(event.severity_id or 0),
        moment(event.time_dt) or moment(event.time),
        Waiver() if waived else None,
    )


def _outcome(event: _Event) -> Outcome:
    said = event.status_code or (event.compliance or _Compliance()).status
    outcome = WORDS.get((said or "").lower())
    if event.class_uid in ONLY_REFUTE and outcome is not None:
        return Outcome.FAIL if outcome is Outcome.FAIL else Outcome.INFO
    if outcome is None and event.class_uid == COMPLIANCE:
        return Outcome.MANUAL
    if outcome is None and ((event.status or "").lower() in CLOSED or event.activity_id == CLOSE):
        return Outcome.INFO
    return outcome or Outcome.FAIL


def _rules(event: _Event) -> Iterator[str | None]:
    """The rule, then its other ids. The id of the finding itself is the last resort."""
    yield event.metadata.event_code
    if event.compliance is not None:
        yield event.compliance.control
    info = event.info or event.old_info or _Info()
    if info.analytic is not None:
        yield info.analytic.uid
        yield info.analytic.name
    found = False
    for vulnerability in event.vulnerabilities or ():
        if vulnerability.cve is not None:
            found = True
            yield vulnerability.cve.uid
    if not (event.metadata.event_code or event.compliance or info.analytic or found):
        yield info.uid


def _subjects(event: _Event) -> Iterator[Subject]:
    alone = () if event.resource is None else (event.resource,)
    for resource in (*(event.resources or ()), *alone):
        for name in (_true_name(resource.uid), _true_name(resource.name)):
            if name:
                yield Subject(SubjectKind.RESOURCE, name)
                yield from (Subject(SubjectKind.IMAGE, digest) for digest in _DIGEST.findall(name))
    if event.cloud is not None and event.cloud.account is not None and (account := _true_name(event.cloud.account.uid)):
        yield Subject(SubjectKind.ACCOUNT, account)
    for vulnerability in event.vulnerabilities or ():
        for package in vulnerability.affected_packages or ():
            if package.purl:
                yield Subject(SubjectKind.PACKAGE, package.purl)
            elif package.name:
                yield Subject(SubjectKind.PACKAGE, "@".join(filter(None, (package.name, package.version))))


def _true_name(name: str | None) -> str | None:
    """The name, None where something in it stands for what was taken out."""
    return name if name and _PLACEHOLDER.search(name) is None else None
