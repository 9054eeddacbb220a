"""CloudFormation drift: whether what runs is still what the template says, from the AWS command line.

Its shapes are those of `describe-stack-resource-drifts` (`StackResourceDrifts`), of `detect-stack-resource-drift` (one
`StackResourceDrift`) and of `describe-stack-drift-detection-status` (a whole stack). The one rule is `drift`: IN_SYNC
passes, MODIFIED, DELETED and DRIFTED fail, NOT_CHECKED is skipped, UNKNOWN an error. A detection that has not ended, or
failed for a resource, is not complete: DRIFTED fails then too, and IN_SYNC proves nothing. A resource is not a subject
of its stack: one resource in sync says nothing about the rest. The properties, which hold secrets, are not read.
"""

from typing import Literal

from msgspec import Struct

from threatdsl.evidence.decoding import json_as, moment
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

RULE = "drift"
OUTCOMES = {
    "IN_SYNC": Outcome.PASS,
    "MODIFIED": Outcome.FAIL,
    "DELETED": Outcome.FAIL,
    "DRIFTED": Outcome.FAIL,
    "NOT_CHECKED": Outcome.SKIPPED,
    "UNKNOWN": Outcome.ERROR,
}
MARKS = (b'"StackResourceDrifts"', b'"StackResourceDrift"', b'"StackDriftDetectionId"')
COMPLETE = "DETECTION_COMPLETE"
FAILED = "DETECTION_FAILED"


class _Drift(Struct, rename="pascal", frozen=True):
    logical_resource_id: str
    stack_resource_drift_status: str
    physical_resource_id: str | None = None
    timestamp: float | str | None = None


class _File(Struct, rename="pascal", frozen=True):
    stack_resource_drifts: tuple[_Drift, ...] | None = None
    stack_resource_drift: _Drift | None = None
    next_token: str | None = None
    detection_status: Literal["DETECTION_COMPLETE", "DETECTION_FAILED", "DETECTION_IN_PROGRESS"] | None = None
    stack_drift_detection_id: str = ""
    stack_drift_status: str = "UNKNOWN"
    stack_id: str = ""
    timestamp: float | str | None = None


def recognises(content: bytes) -> bool:
    """Whether drift of resources or of a stack begins near the start."""
    return any(mark in content[:4096] for mark in MARKS)


def read(content: bytes) -> Reading:
    """The drift of resources or of a stack. Raises Unreadable."""
    file = json_as(_File, content)
    if file.stack_resource_drifts is not None or file.stack_resource_drift is not None:
        alone = () if file.stack_resource_drift is None else (file.stack_resource_drift,)
        observations = tuple(_of_resource(drift) for drift in (*(file.stack_resource_drifts or ()), *alone))
        times = (one.time for one in observations if one.time is not None)
        return Reading(
            observations,
            tool="AWS CloudFormation",
            time=max(times, default=None),
            rules=frozenset({RULE}),
            completed=not file.next_token,
        )
    if file.detection_status is not None and file.stack_id:
        return _of_stack(file)
    raise Unreadable("not of this format: neither StackResourceDrifts nor a DetectionStatus of a stack")


def _of_resource(drift: _Drift) -> Observation:
    ids = dict.fromkeys(filter(None, (drift.logical_resource_id, drift.physical_resource_id)))
    return Observation(
        RULE,
        OUTCOMES.get(drift.stack_resource_drift_status, Outcome.ERROR),
        tuple(Subject(SubjectKind.RESOURCE, id_) for id_ in ids),
        time=moment(drift.timestamp),
    )


def _of_stack(file: _File) -> Reading:
    time = moment(file.timestamp)
    completed = file.detection_status == COMPLETE
    outcome = OUTCOMES.get(file.stack_drift_status, Outcome.ERROR)
    if not completed and not (outcome is Outcome.FAIL and file.detection_status == FAILED):
        outcome = Outcome.ERROR  # of a detection that still runs, the status is that of an earlier one
    parts = file.stack_id.split("/")  # arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID
    names = (file.stack_id, parts[1]) if len(parts) > 1 else (file.stack_id,)
    subjects = tuple(Subject(SubjectKind.RESOURCE, name) for name in names)
    return Reading(
        (Observation(RULE, outcome, subjects, time=time),),
        tool="AWS CloudFormation",
        time=time,
        rules=frozenset({RULE}),
        scanned=subjects,
        completed=completed,
    )
