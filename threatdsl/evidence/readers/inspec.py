"""InSpec and Cinc JSON (`exec --reporter json`), HDF (the same shape, of MITRE's tools), and a line of JSON a control.

A control fails where one of its results fails and passes where one passes and none fails. With an impact of 0 it is not
applicable, and only informs where it fails. A control of an overlay stands in the profile below it again: both are one.
A waiver in force stays a failure that carries it; a pass that a person attested is manual.
"""

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from threatdsl.evidence.decoding import json_as, json_lines, moment
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind, Waiver
from threatdsl.model.level import Level

TOOL = "inspec"
OUTCOMES = {  # the first that a result of the control has
    "failed": Outcome.FAIL,
    "error": Outcome.ERROR,
    "passed": Outcome.PASS,
    "skipped": Outcome.SKIPPED,
}
LEVELS = ((0.9, Level.CRITICAL), (0.7, Level.HIGH), (0.4, Level.MEDIUM), (0.01, Level.LOW))  # from which impact on
ID_TAGS = ("gid", "rid", "stig_id", "cci")
ZONE = re.compile(r" (?=[+-]\d\d:?\d\d$)")  # InSpec 1: 2026-11-01 10:00:00 -0400


class _Platform(Struct, frozen=True):
    name: str | None = None
    target_id: str | None = None


class _Result(Struct, frozen=True):
    status: str | None = None
    start_time: str | None = None


class _WaiverData(Struct, frozen=True):
    justification: str | None = None
    skipped_due_to_waiver: object = None  # true, false or a text
    expiration_date: str | None = None


class _Attestation(Struct, frozen=True):
    status: str | None = None


class _Control(Struct, frozen=True):
    id: str
    impact: float | None = None
    tags: object = None  # of InSpec's users: of any shape
    results: tuple[_Result, ...] | None = None
    waiver_data: _WaiverData | None = None
    attestation_data: _Attestation | None = None


class _Dependency(Struct, frozen=True):
    name: str | None = None


class _Profile(Struct, frozen=True):
    name: str
    controls: tuple[_Control, ...] = ()
    parent_profile: str | None = None
    depends: tuple[_Dependency, ...] | None = None
    status: str | None = None


class _Report(Struct, frozen=True):
    platform: _Platform
    profiles: tuple[_Profile, ...]
    version: str


class _Line(_Control, frozen=True, kw_only=True):
    """A control of a log with a line for each."""

    platform: _Platform
    profile: _Profile


def recognises(content: bytes) -> bool:
    """Whether a result of a control, or a platform with profiles, stands near the start."""
    head = content[:4096]
    return b'"code_desc"' in head or (b'"platform"' in head and b'"profiles"' in head)


def read(content: bytes) -> Reading:
    """The controls of all profiles. Raises Unreadable."""
    if b'"profiles"' not in content:
        lines = tuple(json_lines(_Line, content))
        return _reading(tuple(_observation((line,), line.platform) for line in lines), ())
    report = json_as(_Report, content)
    tops = _tops(report.profiles)
    copies: dict[tuple[str, str], list[_Control]] = {}
    for profile in sorted(report.profiles, key=lambda one: one.name != tops[one.name]):  # an overlay's impact counts
        for control in profile.controls:
            copies.setdefault((tops[profile.name], control.id), []).append(control)
    observations = tuple(_observation(tuple(same), report.platform) for same in copies.values())
    return _reading(observations, report.profiles, report.version)


def _reading(observations: tuple[Observation, ...], profiles: tuple[_Profile, ...], version: str = "") -> Reading:
    return Reading(
        observations,
        tool=TOOL,
        tool_version=version,
        time=max((one.time for one in observations if one.time is not None), default=None),
        rules=frozenset(one.rule for one in observations),
        scanned=tuple(dict.fromkeys(subject for one in observations for subject in one.subjects)),
        completed=all(profile.status != "failed" for profile in profiles),
    )


def _tops(profiles: tuple[_Profile, ...]) -> dict[str, str]:
    """For each profile the outermost overlay that includes it."""
    above = {
        dependency.name: profile.name for profile in profiles for dependency in profile.depends or () if dependency.name
    }
    above |= {profile.name: profile.parent_profile for profile in profiles if profile.parent_profile}
    tops = {}
    for profile in profiles:
        name, seen = profile.name, set[str]()
        while name in above and name not in seen:
            seen.add(name)
            name = above[name]
        tops[profile.name] = name
    return tops


def _observation(copies: tuple[_Control, ...], platform: _Platform) -> Observation:
    results = tuple(result for copy in copies for result in copy.results or ())
    outcome, waiver = _outcome(copies, {result.status for result in results})
    impact = copies[0].impact
    times = [time for one in results if (time := moment(ZONE.sub("", one.start_time or ""))) is not None]
    return Observation(
        copies[0].id,
        outcome,
        (Subject(SubjectKind.HOST, platform.target_id),) if platform.target_id else (),
        tuple(dict.fromkeys(alias for copy in copies for alias in _aliases(copy.tags))),
        next((level for least, level in LEVELS if impact is not None and impact >= least), None),
        max(times, default=None),
        waiver,
    )


def _outcome(copies: tuple[_Control, ...], statuses: set[str | None]) -> tuple[Outcome, Waiver | None]:
    outcome = next((outcome for status, outcome in OUTCOMES.items() if status in statuses), Outcome.SKIPPED)
    data = [copy.waiver_data for copy in copies if copy.waiver_data is not None]
    skipped = outcome is Outcome.SKIPPED and any(one.skipped_due_to_waiver is True for one in data)
    if outcome is Outcome.FAIL or skipped:
        waiver = next(filter(None, map(_waiver, data)), None)
        if waiver is not None:
            return Outcome.FAIL, waiver
    if copies[0].impact == 0:
        return (Outcome.INFO if outcome is Outcome.FAIL else Outcome.NOT_APPLICABLE), None
    attested = any(copy.attestation_data is not None and copy.attestation_data.status for copy in copies)
    return (Outcome.MANUAL if attested and outcome is Outcome.PASS else outcome), None


def _waiver(data: _WaiverData) -> Waiver | None:
    """None where there is no reason, or an end that cannot be read: such a waiver would hold for ever."""
    if not data.justification:
        return None
    try:
        until = date.fromisoformat(data.expiration_date[:10]) if data.expiration_date else None
    except ValueError:
        return None
    return Waiver(data.justification, until=until)


def _aliases(tags: object) -> Iterator[str]:
    for name in ID_TAGS if isinstance(tags, dict) else ():
        value = tags.get(name) if isinstance(tags, dict) else None
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one)
