"""The gate: what fails, what warns, what is ignored."""

import pytest

from tests.assess.judging import assessment, codes, threat, widget
from threatdsl.assess.assessment import Gate
from threatdsl.model.level import Level

LEVELS = ("info", "low", "medium", "high", "critical")


def gate(text: str, policy: str | None = None) -> Gate:
    return assessment(text, policy=policy).gate


def actions(text: str) -> list[tuple[str, str]]:
    return [(reason.action, reason.text) for reason in gate(text).reasons]


def policy(body: str, name: str = "p") -> str:
    return f'policy {name} "Policy" {{ {body} }}\n'


@pytest.mark.parametrize("level", LEVELS)
def test_without_a_policy_open_findings_fail_from_high_on(level: str) -> None:
    found = gate(widget() + threat(Level[level.upper()]))
    assert (found.policy, found.passed) == ("default", level not in ("high", "critical"))


@pytest.mark.parametrize("limit", LEVELS)
@pytest.mark.parametrize("level", LEVELS)
def test_fail_on_says_from_which_level_on(limit: str, level: str) -> None:
    found = gate(policy(f"fail-on {limit}") + widget() + threat(Level[level.upper()]))
    assert found.passed is (LEVELS.index(level) < LEVELS.index(limit))


UNASSESSED, ASKED = "live yes", "safe no"


def test_by_default_unassessed_fails_and_a_question_warns() -> None:
    assert actions(policy("fail-on low") + widget(UNASSESSED)) == [("fail", "1 unassessed finding at low or above")]
    assert actions(policy("fail-on low") + widget(ASKED)) == [("warn", "1 open question")]


@pytest.mark.parametrize(("action", "expected"), [("fail", ["fail"]), ("warn", ["warn"]), ("ignore", [])])
def test_a_policy_says_what_unassessed_findings_and_questions_do(action: str, expected: list[str]) -> None:
    for word, facts in (("unassessed", UNASSESSED), ("question", ASKED)):
        text = policy(f"fail-on low; {word} {action}") + widget(facts)
        assert [found for found, _ in actions(text)] == expected
        assert gate(text).passed is (action != "fail")


def test_unassessed_findings_below_the_level_do_not_count() -> None:
    assert actions(policy("fail-on high") + widget(UNASSESSED)) == []


@pytest.mark.parametrize(("action", "expected"), [("", ["fail"]), ("expired warn", ["warn"]), ("expired ignore", [])])
def test_a_policy_says_what_expired_decisions_do(action: str, expected: list[str]) -> None:
    ended = 'accept manual.t on w until 2026-09-30 { reason "x" }\n'
    assert [found for found, _ in actions(policy(action) + widget() + threat(Level.LOW) + ended)] == expected


def test_an_expired_switch_is_an_expired_decision() -> None:
    ended = 'disable t.unsafe until 2026-09-30 { reason "x" }\n'
    assert actions(widget() + ended) == [("fail", "1 expired decision")]


def test_what_a_decision_covers_does_not_fail() -> None:
    accepted = 'accept manual.t on w until 2026-12-31 { reason "x" }\n'
    assert gate(widget() + threat(Level.CRITICAL) + accepted).passed


def test_mitigated_findings_do_not_fail() -> None:
    assert gate(widget() + threat(Level.CRITICAL, extra="mitigated-by [patching]")).passed


def test_reasons_name_the_findings_and_failing_ones_come_first() -> None:
    found = gate(policy("fail-on low; unassessed warn") + widget(UNASSESSED) + threat(Level.HIGH))
    assert [(reason.action, reason.findings) for reason in found.reasons] == [
        ("fail", ("manual.t@w",)),
        ("warn", ("t.unsafe@w",)),
    ]


def test_one_of_several_policies_is_chosen_by_name_and_no_choice_is_an_error() -> None:
    two = policy("fail-on low", "strict") + policy("fail-on critical", "lax") + widget() + threat(Level.HIGH)
    assert not gate(two, "strict").passed
    assert gate(two, "lax").passed
    assert codes(two) == ["TM0408"]
    assert codes(two, policy="lxa") == ["TM0412"]
