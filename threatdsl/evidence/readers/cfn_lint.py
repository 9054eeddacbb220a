"""cfn-lint JSON (`cfn-lint --format json`): the matches of its rules in CloudFormation templates.

The shape is that of cfn-lint 0.x and 1.x (`JsonFormatter`). Each match is a failure; only E0000 to E0003, by which
cfn-lint says that it could not process the template, are errors, and with one the run is not complete. `[]` is its
result for clean templates. It names neither the templates nor the rules without a match: its silence proves nothing.
"""

from collections.abc import Iterator

from msgspec import Struct

from threatdsl.evidence.decoding import json_as
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

LEVELS = {"error": Level.HIGH, "warning": Level.MEDIUM, "informational": Level.INFO}
UNPROCESSED = frozenset({"E0000", "E0001", "E0002", "E0003"})  # parsing, transforming, a rule, the configuration failed
RESOURCES = "Resources"


class _Rule(Struct, rename="pascal", frozen=True):
    id: str


class _Start(Struct, rename="pascal", frozen=True):
    line_number: int = 0


class _Location(Struct, rename="pascal", frozen=True):
    start: _Start
    path: tuple[str | int | float | bool | None, ...] | None = None


class _Match(Struct, rename="pascal", frozen=True):
    filename: str | None
    level: str
    rule: _Rule
    location: _Location


def recognises(content: bytes) -> bool:
    """Whether the keys of a match stand near the start; a result without any cannot be told from others."""
    start = content[:4096]
    return all(key in start for key in (b'"Filename"', b'"Level"', b'"Location"'))


def read(content: bytes) -> Reading:
    """All matches. Raises Unreadable."""
    observations = tuple(map(_observation, json_as(list[_Match], content)))
    return Reading(observations, tool="cfn-lint", completed=all(one.outcome is Outcome.FAIL for one in observations))


def _observation(match: _Match) -> Observation:
    return Observation(
        match.rule.id,
        Outcome.ERROR if match.rule.id in UNPROCESSED else Outcome.FAIL,
        tuple(_subjects(match)),
        severity=LEVELS.get(match.level.lower()),
    )


def _subjects(match: _Match) -> Iterator[Subject]:
    if match.filename:
        path = match.filename.replace("\\", "/").removeprefix("./")
        yield Subject(SubjectKind.FILE, path, max(0, match.location.start.line_number))
    place = match.location.path or ()
    if place[:1] == (RESOURCES,) and len(place) > 1 and isinstance(place[1], str):
        yield Subject(SubjectKind.RESOURCE, place[1])
