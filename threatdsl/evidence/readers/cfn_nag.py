"""cfn_nag JSON (`cfn_nag_scan --output-format json`): violations in CloudFormation templates.

The shape is that of cfn_nag 0.3 to 0.8 (`JsonResults`). A violation is a failure, one for each resource it names, be it
of type FAIL or WARN. The violation FATAL says that the template could not be read: it is an error, the run is not
complete and the template not scanned. Passes are not in the file.
"""

from collections.abc import Iterator
from itertools import zip_longest

from msgspec import Struct

from threatdsl.evidence.decoding import json_as
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.model.level import Level

LEVELS = {"FAIL": Level.HIGH, "WARN": Level.MEDIUM}
FATAL = "FATAL"


class _Violation(Struct, frozen=True):
    id: str
    type: str
    logical_resource_ids: tuple[str, ...] | None = None
    line_numbers: tuple[int | None, ...] | None = None  # parallel to the ids; -1 for one it does not know


class _Results(Struct, frozen=True):
    violations: tuple[_Violation, ...]


class _File(Struct, frozen=True):
    filename: str
    file_results: _Results


def recognises(content: bytes) -> bool:
    """Whether the keys of a template's results stand near the start."""
    start = content[:4096]
    return b'"filename"' in start and b'"file_results"' in start


def read(content: bytes) -> Reading:
    """The violations of all templates. Raises Unreadable."""
    files = json_as(list[_File], content)
    if not files:
        raise Unreadable("not of cfn_nag: it names no template")
    fatal = {id(file) for file in files if any(one.id == FATAL for one in file.file_results.violations)}
    return Reading(
        tuple(one for file in files for one in _observations(file)),
        tool="cfn_nag",
        scanned=tuple(dict.fromkeys(Subject(SubjectKind.FILE, _path(one)) for one in files if id(one) not in fatal)),
        completed=not fatal,
    )


def _observations(file: _File) -> Iterator[Observation]:
    for violation in file.file_results.violations:
        ids = violation.logical_resource_ids or ()
        lines = (violation.line_numbers or ())[: max(1, len(ids))]
        for resource, line in zip_longest(ids, lines) if ids or lines else ((None, None),):
            path = Subject(SubjectKind.FILE, _path(file), max(0, line or 0))
            yield Observation(
                violation.id,
                Outcome.ERROR if violation.id == FATAL else Outcome.FAIL,
                (path, Subject(SubjectKind.RESOURCE, resource)) if resource else (path,),
                severity=LEVELS.get(violation.type.upper()),
            )


def _path(file: _File) -> str:
    return file.filename.replace("\\", "/").removeprefix("./")
