"""Falco events, one JSON object a line (`json_output: true`): what a sensor saw at run time.

Each event fails its rule, at its time. What Falco says of itself (`Falco internal: ...`, such as dropped system calls)
is an error and the run incomplete, except snapshots of its metrics, which inform. Subjects are pod, container and
image as far as the event has them, and the host; no other field of the output is read. The newest event is the time of
the file: then the sensor was alive. A file without events does not say that Falco wrote it.
"""

from collections.abc import Iterator

import msgspec

from threatdsl.evidence.decoding import BOM, json_lines, moment
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

SEVERITIES = {
    "emergency": Level.CRITICAL,
    "alert": Level.CRITICAL,
    "critical": Level.CRITICAL,
    "error": Level.HIGH,
    "warning": Level.MEDIUM,
    "notice": Level.LOW,
    "informational": Level.INFO,
    "info": Level.INFO,
    "debug": Level.INFO,
}
INTERNAL = "Falco internal: "
METRICS = "Falco internal: metrics snapshot"
UNKNOWN = ("", "<NA>")  # values of a field
NO_CONTAINER = "host"  # in place of the id of a container


class _Fields(msgspec.Struct, frozen=True):
    """The ids among the fields of an output; the others may hold command lines."""

    container: str | None = msgspec.field(default=None, name="container.id")
    repository: str | None = msgspec.field(default=None, name="container.image.repository")
    tag: str | None = msgspec.field(default=None, name="container.image.tag")
    digest: str | None = msgspec.field(default=None, name="container.image.digest")
    namespace: str | None = msgspec.field(default=None, name="k8s.ns.name")
    pod: str | None = msgspec.field(default=None, name="k8s.pod.name")


class _Event(msgspec.Struct, frozen=True):
    rule: str
    priority: str
    time: str | float
    hostname: str | None = None
    fields: _Fields | None = msgspec.field(default=None, name="output_fields")


def recognises(content: bytes) -> bool:
    """Whether the keys of an event are in the first line."""
    line = content[:65536].removeprefix(BOM).lstrip().split(b"\n", 1)[0]
    return line.startswith(b"{") and all(key in line for key in (b'"rule"', b'"priority"', b'"time"', b'"output'))


def read(content: bytes) -> Reading:
    """All events. Raises Unreadable."""
    events = tuple(json_lines(_Event, content))
    observations = tuple(_observation(event) for event in events)
    times = [one.time for one in observations if one.time is not None]
    hosts = dict.fromkeys(event.hostname for event in events if event.hostname)
    return Reading(
        observations,
        tool="Falco",
        time=max(times, default=None),
        scanned=tuple(Subject(SubjectKind.HOST, host) for host in hosts),
        completed=all(one.outcome is not Outcome.ERROR for one in observations),
    )


def _observation(event: _Event) -> Observation:
    severity = SEVERITIES.get(event.priority.lower())
    if severity is None or not event.rule:
        raise Unreadable("not of this format: an event without a rule or with a priority that Falco does not have")
    subjects = tuple(dict.fromkeys(_subjects(event)))
    return Observation(event.rule, _outcome(event.rule), subjects, severity=severity, time=moment(event.time))


def _outcome(rule: str) -> Outcome:
    if rule == METRICS:
        return Outcome.INFO
    return Outcome.ERROR if rule.startswith(INTERNAL) else Outcome.FAIL


def _subjects(event: _Event) -> Iterator[Subject]:
    fields = event.fields or _Fields()
    if pod := _known(fields.pod):
        if namespace := _known(fields.namespace):
            yield Subject(SubjectKind.RESOURCE, f"{namespace}/{pod}")
        yield Subject(SubjectKind.RESOURCE, pod)
    if (container := _known(fields.container)) and container != NO_CONTAINER:
        yield Subject(SubjectKind.RESOURCE, container)
    if repository := _known(fields.repository):
        if tag := _known(fields.tag):
            yield Subject(SubjectKind.IMAGE, f"{repository}:{tag}")
        yield Subject(SubjectKind.IMAGE, repository)
    if digest := _known(fields.digest):
        yield Subject(SubjectKind.IMAGE, digest)
    if event.hostname:
        yield Subject(SubjectKind.HOST, event.hostname)


def _known(value: str | None) -> str:
    return "" if value is None or value in UNKNOWN else value
