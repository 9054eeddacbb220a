import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import falco
from threatdsl.model.level import Level

DIGEST = "sha256:" + "ab" * 32
EVENT: dict[str, object] = {
    "hostname": "node-1",
    "output": "10:00:00: shell --password=hunter2",
    "priority": "Critical",
    "rule": "Terminal shell in container",
    "source": "syscall",
    "tags": ["container"],
    "time": "2026-11-26T10:00:00.123456789Z",
    "output_fields": {
        "container.id": "0123456789ab",
        "container.image.repository": "registry.example/shop",
        "container.image.tag": "1.2",
        "container.image.digest": DIGEST,
        "evt.time": 1795687200123456789,
        "k8s.ns.name": "shop",
        "k8s.pod.name": "shop-0",
        "proc.cmdline": "mysql --password=hunter2",
        "proc.env": "PASSWORD=hunter2",
        "proc.tty": 34816,
    },
}


def log(*events: dict[str, object]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in events)


def fields(**more: object) -> dict[str, object]:
    return EVENT | {"hostname": None, "output_fields": {name.replace("_", "."): more[name] for name in more}}


def test_an_event_refutes_its_rule_at_pod_container_image_and_host() -> None:
    reading = falco.read(log(EVENT))
    (only,) = reading.observations
    assert (only.rule, only.outcome) == ("Terminal shell in container", Outcome.FAIL)
    assert (only.severity, only.aliases) == (Level.CRITICAL, ())
    assert only.subjects == (
        Subject(SubjectKind.RESOURCE, "shop/shop-0"),
        Subject(SubjectKind.RESOURCE, "shop-0"),
        Subject(SubjectKind.RESOURCE, "0123456789ab"),
        Subject(SubjectKind.IMAGE, "registry.example/shop:1.2"),
        Subject(SubjectKind.IMAGE, "registry.example/shop"),
        Subject(SubjectKind.IMAGE, DIGEST),
        Subject(SubjectKind.HOST, "node-1"),
    )
    assert (reading.tool, reading.completed) == ("Falco", True)
    assert falco.recognises(log(EVENT))


def test_output_and_command_lines_are_not_kept() -> None:
    assert "hunter2" not in repr(falco.read(log(EVENT)))


@pytest.mark.parametrize(
    ("event", "ids"),
    [
        (fields(container_id="host", k8s_ns_name=None, k8s_pod_name="<NA>"), []),
        (fields(container_id="<NA>", container_image_repository="", container_image_tag="1"), []),
        (fields(k8s_ns_name="shop"), []),
        (fields(k8s_ns_name="<NA>", k8s_pod_name="shop-0"), ["shop-0"]),
        (fields(k8s_ns_name="host", k8s_pod_name="host"), ["host/host", "host"]),
        (fields(container_image_repository="shop", container_image_tag="<NA>"), ["shop"]),
        (EVENT | {"output_fields": None, "hostname": ""}, []),
        (EVENT | {"output_fields": {"ka.user.name": "hunter2"}}, ["node-1"]),
    ],
)
def test_what_an_event_does_not_know_is_no_subject(event: dict[str, object], ids: list[str]) -> None:
    reading = falco.read(log(event))
    assert [subject.id for subject in reading.observations[0].subjects] == ids
    assert [subject.id for subject in reading.scanned] == [id_ for id_ in ids if id_ == "node-1"]
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("Emergency", Level.CRITICAL),
        ("Alert", Level.CRITICAL),
        ("Critical", Level.CRITICAL),
        ("Error", Level.HIGH),
        ("Warning", Level.MEDIUM),
        ("Notice", Level.LOW),
        ("Informational", Level.INFO),
        ("Debug", Level.INFO),
        ("WARNING", Level.MEDIUM),
    ],
)
def test_the_priority_is_the_severity(word: str, severity: Level) -> None:
    assert falco.read(log(EVENT | {"priority": word})).observations[0].severity is severity


@pytest.mark.parametrize(
    "rule",
    [
        "Falco internal: syscall event drop",
        "Falco internal: timeouts notification",
        "Falco internal: hot restart failure",
    ],
)
def test_a_sensor_that_missed_something_refutes_nothing_and_is_not_completed(rule: str) -> None:
    reading = falco.read(log(EVENT, EVENT | {"rule": rule, "priority": "Debug"}))
    assert [one.outcome for one in reading.observations] == [Outcome.FAIL, Outcome.ERROR]
    assert not reading.completed


def test_a_snapshot_of_metrics_says_only_that_the_sensor_is_alive() -> None:
    metrics = {"rule": "Falco internal: metrics snapshot", "priority": "Informational"}
    reading = falco.read(log(EVENT | metrics))
    assert [one.outcome for one in reading.observations] == [Outcome.INFO]
    assert reading.completed
    assert reading.time is not None


def test_the_newest_event_is_the_time_and_each_host_is_listed_once() -> None:
    old, new = "2026-11-26T09:00:00.000000001Z", "2026-11-26T12:00:00+01:00"
    local = EVENT | {"time": "2026-11-26T23:00:00"}  # without a zone it is no moment
    reading = falco.read(log(EVENT | {"time": new}, EVENT | {"time": old, "hostname": "node-2"}, local))
    assert str(reading.time) == "2026-11-26 11:00:00+00:00"
    assert [str(one.time) for one in reading.observations][1:] == ["2026-11-26 09:00:00+00:00", "None"]
    assert [(one.kind, one.id) for one in reading.scanned] == [
        (SubjectKind.HOST, "node-1"),
        (SubjectKind.HOST, "node-2"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"[]", "line 1 is not of this format"),
        (b"{}", "rule"),
        (log({"rule": "a", "priority": "Error"}), "time"),
        (log({"rule": "a", "time": "2026-11-26T09:00:00Z"}), "priority"),
        (log(EVENT | {"priority": "1"}), "priority that Falco does not have"),
        (log(EVENT | {"rule": ""}), "without a rule"),
        (log(EVENT) + b"Thu Nov 26 10:00:00 2026: Falco initialized\n", "line 2 is not JSON"),
        (log(EVENT)[:-9], "line 1 is not JSON"),
    ],
)
def test_what_is_no_log_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        falco.read(content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", log({"rule": "a", "priority": "1"}), b"\xff\0"])
def test_another_format_is_not_recognised(content: bytes) -> None:
    assert not falco.recognises(content)


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "falco").glob("*.json*")), ids=lambda file: file.name)
def test_each_real_event_is_observed_once(file: Path) -> None:
    events = [json.loads(line) for line in file.read_text().splitlines() if line]
    reading = falco.read(file.read_bytes())
    assert [one.rule for one in reading.observations] == [one["rule"] for one in events]
    failed = sum(not one["rule"].startswith("Falco internal") for one in events)
    assert sum(one.outcome is Outcome.FAIL for one in reading.observations) == failed
    assert reading.time is not None
