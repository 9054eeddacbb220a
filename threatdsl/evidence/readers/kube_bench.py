"""kube-bench JSON (`kube-bench --json`): `{"Controls": [...]}`, or the list of controls alone as before version 0.6.

The number of a test is the rule, the type of the node the host. `PASS` passes, `FAIL` fails, `WARN` is manual, `INFO`
informs. The file has neither time nor the name of a node; commands and their output are not read.
"""

from collections.abc import Iterator

from msgspec import Struct, field

from threatdsl.evidence.decoding import json_as, text
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

OUTCOMES = {"PASS": Outcome.PASS, "FAIL": Outcome.FAIL, "WARN": Outcome.MANUAL, "INFO": Outcome.INFO}


class _Result(Struct, frozen=True):
    test_number: str
    status: str


class _Group(Struct, frozen=True):
    results: tuple[_Result, ...] | None


class _Controls(Struct, frozen=True):
    node_type: str
    tests: tuple[_Group, ...] | None


class _Report(Struct, frozen=True):
    controls: tuple[_Controls, ...] = field(name="Controls")


def recognises(content: bytes) -> bool:
    """Whether controls with a type of node begin near the start."""
    return b'"node_type"' in content[:4096]


def read(content: bytes) -> Reading:
    """The tests of all controls. Raises Unreadable."""
    several = text(content).lstrip()[:1] == b"["
    controls = json_as(tuple[_Controls, ...], content) if several else json_as(_Report, content).controls
    if not controls:
        raise Unreadable("it holds no controls: nothing was checked")
    observations = tuple(one for control in controls for one in _observations(control))
    return Reading(
        observations,
        tool="kube-bench",
        rules=frozenset(one.rule for one in observations),
        scanned=tuple(dict.fromkeys(Subject(SubjectKind.HOST, one.node_type) for one in controls if one.node_type)),
    )


def _observations(controls: _Controls) -> Iterator[Observation]:
    subjects = (Subject(SubjectKind.HOST, controls.node_type),) if controls.node_type else ()
    for group in controls.tests or ():
        for result in group.results or ():
            outcome = OUTCOMES.get(result.status)
            if outcome is None:
                raise Unreadable(f"not of this format: {result.status!r} is no status of kube-bench")
            yield Observation(result.test_number, outcome, subjects)
