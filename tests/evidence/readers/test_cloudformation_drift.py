import json

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import cloudformation_drift

FOLDER = CORPUS / "cfn-drift"
STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b"


def drift(status: str, **more: object) -> dict[str, object]:
    return {
        "StackId": STACK,
        "LogicalResourceId": "Uploads",
        "PhysicalResourceId": "shop-uploads-1x2y",
        "StackResourceDriftStatus": status,
        "ActualProperties": '{"Password":"hunter2"}',
        "PropertyDifferences": [{"PropertyPath": "/Password", "ActualValue": "hunter2"}],
        "Timestamp": "2026-11-25T10:00:00.123Z",
    } | more


def detection(detected: str, status: str) -> bytes:
    file = {
        "StackId": STACK,
        "StackDriftDetectionId": "9f",
        "DetectionStatus": detected,
        "StackDriftStatus": status,
        "Timestamp": "2026-11-25T10:00:00Z",
    }
    return json.dumps(file).encode()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("IN_SYNC", Outcome.PASS),
        ("MODIFIED", Outcome.FAIL),
        ("DELETED", Outcome.FAIL),
        ("NOT_CHECKED", Outcome.SKIPPED),
        ("UNKNOWN", Outcome.ERROR),
        ("OF_TOMORROW", Outcome.ERROR),
    ],
)
def test_a_resource_in_sync_passes_and_a_changed_one_fails(status: str, outcome: Outcome) -> None:
    for file in ({"StackResourceDrifts": [drift(status)]}, {"StackResourceDrift": drift(status)}):
        (one,) = cloudformation_drift.read(json.dumps(file).encode()).observations
        assert (one.rule, one.outcome) == ("drift", outcome)


def test_both_ids_are_subjects_the_stack_is_not_and_no_property_is_kept() -> None:
    reading = cloudformation_drift.read(json.dumps({"StackResourceDrifts": [drift("MODIFIED")]}).encode())
    (one,) = reading.observations
    ids = ("Uploads", "shop-uploads-1x2y")
    assert one.subjects == tuple(Subject(SubjectKind.RESOURCE, id_) for id_ in ids)
    assert str(reading.time) == "2026-11-25 10:00:00.123000+00:00"
    assert "hunter2" not in repr(reading)


def test_a_resource_that_was_not_made_has_its_logical_id_only() -> None:
    file = {"StackResourceDrifts": [drift("DELETED", PhysicalResourceId=None)]}
    (one,) = cloudformation_drift.read(json.dumps(file).encode()).observations
    assert [subject.id for subject in one.subjects] == ["Uploads"]


@pytest.mark.parametrize(
    ("detected", "status", "outcome", "completed"),
    [
        ("DETECTION_COMPLETE", "IN_SYNC", Outcome.PASS, True),
        ("DETECTION_COMPLETE", "DRIFTED", Outcome.FAIL, True),
        ("DETECTION_COMPLETE", "NOT_CHECKED", Outcome.SKIPPED, True),
        ("DETECTION_FAILED", "IN_SYNC", Outcome.ERROR, False),
        ("DETECTION_FAILED", "DRIFTED", Outcome.FAIL, False),
        ("DETECTION_IN_PROGRESS", "IN_SYNC", Outcome.ERROR, False),
        ("DETECTION_IN_PROGRESS", "DRIFTED", Outcome.ERROR, False),
    ],
)
def test_a_stack_is_in_sync_only_when_the_detection_ended_well(
    detected: str, status: str, outcome: Outcome, *, completed: bool
) -> None:
    reading = cloudformation_drift.read(detection(detected, status))
    assert [one.outcome for one in reading.observations] == [outcome]
    assert reading.completed is completed
    assert [subject.id for subject in reading.scanned] == [STACK, "shop"]


def test_a_page_with_more_behind_it_is_not_complete() -> None:
    assert not cloudformation_drift.read(b'{"StackResourceDrifts": [], "NextToken": "more"}').completed


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{}", "neither"),
        (b'{"Stacks": []}', "neither"),
        (b"[]", "not of this format"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (detection("DETECTION_COMPLETE", "IN_SYNC")[:-2], "not JSON"),
        (detection("OF_TOMORROW", "IN_SYNC"), "DetectionStatus"),
        (b'{"StackResourceDrifts": [{"LogicalResourceId": "a"}]}', "StackResourceDriftStatus"),
    ],
)
def test_what_is_no_result_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        cloudformation_drift.read(content)


def test_a_stack_without_resources_observes_nothing() -> None:
    content = b'{"StackResourceDrifts": []}'
    assert cloudformation_drift.read(content).observations == ()
    assert cloudformation_drift.recognises(content)
    assert cloudformation_drift.recognises(detection("DETECTION_COMPLETE", "IN_SYNC"))
    assert not cloudformation_drift.recognises(b"{}")


@needs_corpus
@pytest.mark.parametrize("name", ["detect-stack-resource-drift", "describe-stack-drift-detection-status"])
def test_the_drift_of_the_examples_is_read(name: str) -> None:
    text = (FOLDER / f"{name}.rst").read_text(encoding="utf-8")
    document = text[text.index("\n    {") : text.rindex("}") + 1]
    drifted = [word for word in ("MODIFIED", "DELETED", "DRIFTED") if f'": "{word}"' in document]
    outcomes = [one.outcome for one in cloudformation_drift.read(document.encode()).observations]
    assert outcomes == [Outcome.FAIL] * len(drifted)
    assert drifted
