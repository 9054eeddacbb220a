import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Observation, Outcome, Waiver
from threatdsl.evidence.readers import inspec
from threatdsl.model.level import Level


def control(*statuses: str, **more: object) -> dict[str, object]:
    results = [
        {"status": one, "message": "hunter2", "start_time": "2026-11-01 10:00:00 -0400", "code_desc": "x"}
        for one in statuses
    ]
    return {"id": "ssh-1", "impact": 0.7, "tags": {"cci": ["CCI-1"], "gid": "V-1"}, "results": results} | more


def report(*profiles: dict[str, object]) -> bytes:
    platform = {"name": "debian", "target_id": "web-1"}
    return json.dumps({"platform": platform, "profiles": profiles, "version": "5.22"}).encode()


def only(*controls: dict[str, object]) -> Observation:
    (one,) = inspec.read(report({"name": "base", "controls": controls})).observations
    return one


@pytest.mark.parametrize(
    ("statuses", "impact", "outcome"),
    [
        (("passed", "failed"), 0.7, Outcome.FAIL),
        (("passed", "skipped"), 0.7, Outcome.PASS),
        (("skipped",), 0.7, Outcome.SKIPPED),
        ((), 0.7, Outcome.SKIPPED),
        (("error", "passed"), 0.7, Outcome.ERROR),
        (("passed",), 0, Outcome.NOT_APPLICABLE),
        (("failed",), 0, Outcome.INFO),
    ],
)
def test_the_results_decide_a_control(statuses: tuple[str, ...], impact: float, outcome: Outcome) -> None:
    assert only(control(*statuses, impact=impact)).outcome is outcome


def test_a_control_has_its_other_ids_host_time_and_severity_and_no_text() -> None:
    one = only(control("passed"))
    assert (one.aliases, one.severity, str(one.time)) == (("V-1", "CCI-1"), Level.HIGH, "2026-11-01 14:00:00+00:00")
    assert [subject.id for subject in one.subjects] == ["web-1"]
    assert "hunter2" not in repr(one)


def test_the_empty_twin_of_an_overlay_is_the_same_control() -> None:
    overlay: dict[str, object] = {"name": "ours", "controls": [control(impact=0.4)], "depends": [{"name": "base"}]}
    base: dict[str, object] = {"name": "base", "parent_profile": "ours", "controls": [control("passed")]}
    for profiles in ((overlay, base), (base, overlay)):
        (one,) = inspec.read(report(*profiles)).observations
        assert (one.outcome, one.severity) == (Outcome.PASS, Level.MEDIUM)
    other: dict[str, object] = {"name": "other", "controls": [control("failed")]}
    assert len(inspec.read(report(overlay, base, other)).observations) == 2


def test_profiles_that_include_each_other_end() -> None:
    loop: list[dict[str, object]] = [
        {"name": a, "parent_profile": b, "controls": [control("passed")]} for a, b in ("xy", "yx")
    ]
    assert inspec.read(report(*loop)).observations


WAIVER = Waiver("agreed", until=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("statuses", "skipped", "until", "outcome", "waiver"),
    [
        (("failed",), False, "2026-12-01T00:00:00.000Z", Outcome.FAIL, WAIVER),
        (("skipped",), True, "2026-12-01", Outcome.FAIL, WAIVER),
        (("passed",), False, "2026-12-01", Outcome.PASS, None),
        (("skipped",), "", "2026-12-01", Outcome.SKIPPED, None),
        (("failed",), False, "soon", Outcome.FAIL, None),
    ],
)
def test_a_waived_control_stays_a_failure(
    statuses: tuple[str, ...], skipped: object, until: str, outcome: Outcome, waiver: Waiver | None
) -> None:
    data = {"justification": "agreed", "run": True, "skipped_due_to_waiver": skipped, "expiration_date": until}
    one = only(control(*statuses, waiver_data=data))
    assert (one.outcome, one.waiver) == (outcome, waiver)


def test_what_a_person_attested_is_manual() -> None:
    assert only(control("passed", attestation_data={"status": "passed"})).outcome is Outcome.MANUAL


def test_a_profile_that_failed_is_not_completed() -> None:
    assert not inspec.read(report({"name": "base", "controls": [], "status": "failed"})).completed
    assert inspec.read(report({"name": "base", "controls": [control("passed")], "status": "loaded"})).completed


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"profiles": []}', report({"name": "base"})[:40]])
def test_another_format_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        inspec.read(content)


FILES = [
    file for name in ("inspec-json", "hdf") for file in (CORPUS / name).glob("*") if file.suffix in (".json", ".log")
]


def controls(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text(encoding="utf-8")
    if file.suffix == ".log":
        return [json.loads(line) for line in lines.splitlines()]
    return [one for profile in json.loads(lines)["profiles"] for one in profile["controls"]]


@needs_corpus
@pytest.mark.parametrize("file", sorted(FILES), ids=lambda file: file.name)
def test_real_files_give_one_observation_a_control(file: Path) -> None:
    expected = controls(file)
    statuses = [{one["status"] for one in c["results"]} for c in expected if c["impact"]]
    outcomes = [one.outcome for one in inspec.read(file.read_bytes()).observations]
    assert inspec.recognises(file.read_bytes())
    assert len(outcomes) == len(expected)
    assert outcomes.count(Outcome.FAIL) == sum("failed" in one for one in statuses)
    assert outcomes.count(Outcome.PASS) == sum("passed" in one and "failed" not in one for one in statuses)
