import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind
from threatdsl.evidence.readers import terraform_plan

FILES = sorted((CORPUS / "terraform-plan").glob("*.json"))
STATE = {"values": {"root_module": {"resources": [{"address": "aws_s3_bucket.old", "values": {"p": "hunter2"}}]}}}


def plan(**fields: object) -> dict[str, object]:
    return {"format_version": "1.2", "terraform_version": "1.5.4", "planned_values": {"root_module": {}}} | fields


def read(document: object) -> Reading:
    return terraform_plan.read(json.dumps(document).encode())


def change(*actions: str, address: str = "aws_instance.web") -> dict[str, object]:
    values = {"before": {"password": "hunter2"}, "after": {"password": "hunter2"}, "after_sensitive": {}}
    return {"address": address, "type": "aws_instance", "change": {"actions": actions} | values}


def drift(before: object, after: object, **fields: object) -> dict[str, object]:
    names = {"mode": "managed", "type": "aws_s3_bucket", "name": "data"}
    return names | {"change": {"actions": ["update"], "before": before, "after": after}} | fields


def address(name: str, kind: SubjectKind = SubjectKind.RESOURCE) -> tuple[Subject, ...]:
    return (Subject(kind, name),)


def test_the_planned_actions_are_information_and_no_op_is_none() -> None:
    actions = [("delete", "create"), ("create", "delete"), ("update",), ("no-op",), ("create", "forget"), ("read",)]
    found = read(plan(resource_changes=[change(*one) for one in actions])).observations
    assert [one.rule for one in found] == ["replace", "replace", "update", "create-forget", "read"]
    assert {(one.outcome, one.subjects) for one in found} == {(Outcome.INFO, address("aws_instance.web"))}


def test_each_instance_of_a_checked_object_has_an_observation_of_its_own() -> None:
    instances = [
        {"address": {"to_display": f'aws_instance.web["{word}"]'}, "status": word, "problems": [{"message": "hunter2"}]}
        for word in ("pass", "fail", "error", "unknown")
    ]
    check = {
        "address": {"to_display": "aws_instance.web", "kind": "resource"},
        "status": "fail",
        "instances": instances,
    }
    reading = read(plan(checks=[check]))
    assert reading.observations == tuple(
        Observation("aws_instance.web", outcome, address(f'aws_instance.web["{word}"]'))
        for word, outcome in (
            ("pass", Outcome.PASS),
            ("fail", Outcome.FAIL),
            ("error", Outcome.ERROR),
            ("unknown", Outcome.SKIPPED),
        )
    )
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize("instances", [None, []])
@pytest.mark.parametrize(("status", "outcome"), [("pass", Outcome.NOT_APPLICABLE), ("fail", Outcome.FAIL)])
def test_a_check_without_instances_never_passes(instances: object, status: str, outcome: Outcome) -> None:
    check = {"address": {"to_display": "check.health", "kind": "check"}, "status": status, "instances": instances}
    expected = Observation("check.health", outcome, address("check.health", SubjectKind.TEST))
    assert read(plan(checks=[check])).observations == (expected,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": 1}, {"a": 1}),
        ({"a": None, "b": 1}, {"a": {}, "b": 1}),
        ({"tags": None}, {"tags": []}),
        ({}, {"timeouts": {"create": None}}),
        ({"policy": '{"A": 1, "B": [2]}'}, {"policy": ' {"B":[2],"A":1}'}),
        ({"rules": [{"a": 1, "b": None}]}, {"rules": [{"a": 1, "b": []}]}),
        (None, None),
    ],
)
def test_values_that_differ_in_nothing_that_counts_are_no_drift(before: object, after: object) -> None:
    assert read(plan(resource_drift=[drift(before, after)])).observations == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": "hunter2"}, None),
        ({"a": True}, {"a": False}),
        ({"a": 0}, {"a": None}),
        ({"a": ""}, {"a": None}),
        ({"policy": '{"A": 1}'}, {"policy": '{"A": 2}'}),
        ({"text": "{not json"}, {"text": "{hunter2"}),
        ({"rules": [{"a": 1}]}, {"rules": [{"a": 1}, {"a": 2}]}),
    ],
)
def test_real_drift_fails_and_keeps_no_value(before: object, after: object) -> None:
    reading = read(plan(resource_drift=[drift(before, after, address="aws_s3_bucket.data")]))
    assert reading.observations == (Observation("drift", Outcome.FAIL, address("aws_s3_bucket.data")),)
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "aws_s3_bucket.data"),
        ({"index": 0}, "aws_s3_bucket.data[0]"),
        ({"index": 'a"b'}, 'aws_s3_bucket.data["a\\"b"]'),
        ({"module_address": 'module.m["x"]', "mode": "data"}, 'module.m["x"].data.aws_s3_bucket.data'),
    ],
)
def test_drift_without_an_address_has_one_put_together(fields: dict[str, object], name: str) -> None:
    reading = read(plan(format_version="0.1", resource_drift=[drift({"a": 1}, None, **fields)]))
    assert reading.observations[0].subjects == address(name)
    assert reading.scanned == address(name)


def test_all_resources_of_the_plan_and_the_state_before_are_scanned_once() -> None:
    inner = {"address": "module.a", "resources": [{"address": "module.a.x.y", "values": {"password": "hunter2"}}]}
    planned = {"root_module": {"resources": [{"address": "aws_instance.web"}], "child_modules": [inner]}}
    reading = read(plan(planned_values=planned, prior_state=STATE, resource_changes=[change("no-op")]))
    names = [subject.id for subject in reading.scanned]
    assert sorted(names) == ["aws_instance.web", "aws_s3_bucket.old", "module.a.x.y"]
    assert "hunter2" not in repr(reading)


def test_drift_is_a_rule_that_ran_only_where_there_was_a_state() -> None:
    assert "drift" not in read(plan()).rules
    assert read(plan(prior_state=STATE)).rules >= {"drift", "replace", "delete"}


def test_time_and_version_are_kept() -> None:
    reading = read(plan(timestamp="2026-11-20T10:00:00Z"))
    assert reading.time == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert (reading.tool, reading.tool_version, reading.completed) == ("terraform", "1.5.4", True)


@pytest.mark.parametrize("fields", [{"errored": True}, {"complete": False}])
def test_an_errored_or_targeted_plan_is_not_complete(fields: dict[str, object]) -> None:
    assert not read(plan(complete=True) | fields).completed


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{}", "format_version"),
        (b"[]", "not of this format"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (json.dumps(plan()).encode()[:-3], "not JSON"),
        (b'{"format_version": "1.0", "values": {"root_module": {}}}', "not a plan"),
        (b'{"format_version": "2.0", "planned_values": {}}', "version 2.0"),
        (b'{"format_version": "10.1", "planned_values": {}}', "version 10.1"),
        (json.dumps(plan()).encode("utf-16"), "UTF-16"),
        (json.dumps(plan(resource_drift=[drift("[" * 50_000, None)])).encode(), "nested too deeply"),
        (json.dumps(plan(resource_drift=[drift("?", None)])).encode().replace(b"?", b"\xff"), "not JSON"),
    ],
)
def test_what_is_no_plan_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        terraform_plan.read(content)


def test_a_plan_is_recognised_and_a_state_is_not() -> None:
    assert terraform_plan.recognises(json.dumps(plan()).encode())
    assert not terraform_plan.recognises(b'{"format_version": "1.0", "values": {}}')


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_plans_have_as_many_checks_changes_and_deletions_as_they_list(path: Path) -> None:
    document = json.loads(path.read_bytes())
    reading = terraform_plan.read(path.read_bytes())
    found = Counter(one.outcome for one in reading.observations)
    changed = [one["address"] for one in document["resource_changes"] if one["change"]["actions"] != ["no-op"]]
    instances = [one for check in document.get("checks", ()) for one in check["instances"]]
    deleted = [one for one in document.get("resource_drift", ()) if one["change"]["after"] is None]
    assert found[Outcome.INFO] == len(changed)
    assert found[Outcome.PASS] == sum(one["status"] == "pass" for one in instances)
    assert found[Outcome.FAIL] == len(deleted)  # these plans hold no other drift than spellings of nothing
    assert {subject.id for subject in reading.scanned} >= {one["address"] for one in document["resource_changes"]}
    assert terraform_plan.recognises(path.read_bytes())
