import json

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind, Waiver
from threatdsl.evidence.readers import ocsf
from threatdsl.model.level import Level

FOLDER = CORPUS / "ocsf-prowler"


def event(**more: object) -> dict[str, object]:
    return {
        "message": "password=hunter2",
        "metadata": {"event_code": "s3_versioning", "product": {"name": "Prowler", "version": "5.1.0"}},
        "class_uid": 2004,
        "severity_id": 4,
        "status": "New",
        "status_code": "FAIL",
        "status_detail": "hunter2",
        "resources": [{"uid": "arn:aws:s3:::acme-uploads", "name": "acme-uploads", "data": {"metadata": "hunter2"}}],
        "cloud": {"account": {"uid": "111122223333"}},
        "time": 1795600000,
    } | more


def written(*events: dict[str, object]) -> bytes:
    return json.dumps(events, indent=2).encode()


def outcome(**more: object) -> Outcome:
    (one,) = ocsf.read(written(event(**more))).observations
    return one.outcome


def test_a_finding_of_prowler_is_read_without_its_texts() -> None:
    reading = ocsf.read(written(event()))
    (one,) = reading.observations
    assert (one.rule, one.outcome, one.severity) == ("s3_versioning", Outcome.FAIL, Level.HIGH)
    assert one.subjects == (
        Subject(SubjectKind.RESOURCE, "arn:aws:s3:::acme-uploads"),
        Subject(SubjectKind.RESOURCE, "acme-uploads"),
        Subject(SubjectKind.ACCOUNT, "111122223333"),
    )
    assert (reading.tool, reading.tool_version) == ("Prowler", "5.1.0")
    assert "hunter2" not in repr(reading)


def test_a_list_one_event_a_line_and_one_event_read_alike() -> None:
    events = (event(), event(status_code="PASS"))
    lines = "\n\n".join(json.dumps(one) for one in events).encode()
    assert ocsf.read(lines) == ocsf.read(written(*events))
    assert ocsf.read(json.dumps(event(), indent=2).encode()) == ocsf.read(written(event()))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"status_code": "PASS"}, Outcome.PASS),
        ({"status_code": "MANUAL"}, Outcome.MANUAL),
        ({"status_code": None}, Outcome.FAIL),
        ({"status_code": None, "status": "Resolved"}, Outcome.INFO),
        ({"status_code": None, "activity_id": 3}, Outcome.INFO),
        ({"status_code": "FAIL", "status": "Resolved"}, Outcome.FAIL),
        ({"class_uid": 2003, "status_code": None, "compliance": {"status": "Pass"}}, Outcome.PASS),
        ({"class_uid": 2003, "status_code": None, "compliance": {"status": "Fail"}}, Outcome.FAIL),
        ({"class_uid": 2003, "status_code": None, "compliance": {"status": "Other"}}, Outcome.MANUAL),
        ({"class_uid": 2003, "status_code": None}, Outcome.MANUAL),
        ({"class_uid": 2002, "status_code": None}, Outcome.FAIL),
        ({"class_uid": 2001, "status_code": "PASS"}, Outcome.INFO),
        ({"class_uid": 2001, "status_code": None, "status": "Success"}, Outcome.FAIL),
    ],
)
def test_only_an_explicit_pass_of_a_class_that_may_prove_passes(more: dict[str, object], expected: Outcome) -> None:
    assert outcome(**more) is expected


def test_a_suppressed_finding_still_fails_with_a_waiver_and_the_id_of_the_status_is_not_believed() -> None:
    suppressed, passed, new = ocsf.read(
        written(
            event(status="Suppressed", status_id=1),
            event(status="Suppressed", status_code="PASS"),
            event(status="New", status_id=3),
        )
    ).observations
    assert (suppressed.outcome, suppressed.waiver) == (Outcome.FAIL, Waiver())
    assert (passed.outcome, passed.waiver) == (Outcome.PASS, None)
    assert (new.outcome, new.waiver) == (Outcome.FAIL, None)


def test_a_placeholder_is_no_subject() -> None:
    resources = [{"uid": "<resource_uid>", "name": "<resource_name>"}, {"uid": "arn:aws:iam::<account_uid>:root"}]
    file = written(event(resources=resources, cloud={"account": {"uid": "<account_uid>"}}))
    assert ocsf.read(file).observations[0].subjects == ()


@pytest.mark.parametrize(
    ("more", "time"),
    [
        ({"time": 1795600000}, "2026-11-25 09:46:40+00:00"),
        ({"time": 1795600000000}, "2026-11-25 09:46:40+00:00"),
        ({"time_dt": "2026-11-25T12:00:00+02:00"}, "2026-11-25 10:00:00+00:00"),
        ({"time_dt": "2026-11-25T12:00:00"}, "2026-11-25 09:46:40+00:00"),
        ({"time_dt": "2026-11-25T12:00:00", "time": None}, "None"),
    ],
)
def test_seconds_and_milliseconds_are_told_apart_and_a_time_without_a_zone_is_none(
    more: dict[str, object], time: str
) -> None:
    reading = ocsf.read(written(event(**more)))
    assert str(reading.time) == str(reading.observations[0].time) == time


def test_a_vulnerability_names_its_cves_its_packages_and_its_image() -> None:
    digest = "sha256:" + "a" * 64
    packages = [{"name": "zlib", "version": "1.2"}, {"name": "curl", "purl": "pkg:apk/alpine/curl@8"}]
    found = event(
        class_uid=2002,
        status_code=None,
        metadata={"product": {"name": "Scanner"}},
        finding_info={"uid": "finding-1", "title": "hunter2"},
        vulnerabilities=[{"cve": {"uid": "CVE-2026-0001"}, "affected_packages": packages}],
        resources=[{"uid": f"registry.example/shop@{digest}"}],
    )
    reading = ocsf.read(written(found))
    (one,) = reading.observations
    assert (one.rule, one.outcome) == ("CVE-2026-0001", Outcome.FAIL)
    assert [subject.id for subject in one.subjects if subject.kind is SubjectKind.PACKAGE] == [
        "zlib@1.2",
        "pkg:apk/alpine/curl@8",
    ]
    assert Subject(SubjectKind.IMAGE, digest) in one.subjects
    assert reading.digests == {digest}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{}", "class_uid"),
        (b"[]", "holds no events"),
        (b"42", "not of this format"),
        (b"<html/>", "not JSON"),
        (written(event())[:-3], "not JSON"),
        (written(event(class_uid=6003)), "class 6003"),
        (written({"class_uid": 2004}), "metadata"),
        (written(event(metadata={"product": {}})), "names no rule"),
        (json.dumps(event()).encode() + b"\n{", "line 2"),
    ],
)
def test_what_is_no_result_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        ocsf.read(content)


def test_it_recognises_an_event_and_no_other_json() -> None:
    assert ocsf.recognises(written(event()))
    assert not ocsf.recognises(b'{"Findings": []}')


@needs_corpus
@pytest.mark.parametrize("name", ["example_output_aws.ocsf.json", "v4.5-many_vuln.ocsf.json"])
def test_every_event_of_the_samples_is_read(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    events = json.loads(content)
    observations = ocsf.read(content).observations
    assert [one.outcome.value for one in observations] == [one["status_code"].lower() for one in events]
    assert sum(one.waiver is not None for one in observations) == content.count(b'"Suppressed"')
    assert ocsf.recognises(content)
