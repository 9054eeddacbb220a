"""The outcome table: `when` and `unless`, three values each."""

import pytest

from tests.rules.asking import analysis_of, finding_of, outcome, questions, rule

RULE = rule("""
  for service s
  when s.replicas > 1
  unless s has authorization
""")
WHEN = {"true": "replicas 2", "false": "replicas 1", "unknown": "replicas unknown"}
UNLESS = {"true": "controls [authorization]", "false": "lacks [authorization]", "unknown": ""}


def service(*facts: str) -> str:
    return f'{RULE}service s "Service" {{ {"; ".join(fact for fact in facts if fact)} }}'


@pytest.mark.parametrize(
    ("when", "unless", "expected"),
    [
        ("false", "false", "none"),
        ("false", "unknown", "none"),
        ("false", "true", "none"),
        ("unknown", "false", "question"),
        ("unknown", "unknown", "question"),
        ("unknown", "true", "question"),
        ("true", "false", "open"),
        ("true", "unknown", "unassessed"),
        ("true", "true", "mitigated"),
    ],
)
def test_the_outcome_follows_from_when_and_unless(when: str, unless: str, expected: str) -> None:
    assert outcome(service(WHEN[when], UNLESS[unless])) == expected


def test_a_rule_without_unless_is_open_where_it_applies() -> None:
    text = rule("  for service s\n  when s.replicas > 1") + 'service s "S" { replicas 2 }'
    assert outcome(text) == "open"


def test_an_unknown_condition_of_for_is_a_question_too() -> None:
    text = rule("  for service s where s.replicas > 1\n  unless s has authorization")
    assert outcome(f'{text}service s "S" {{ technology "x" }}') == "question"
    assert outcome(f'{text}service s "S" {{ replicas 1 }}') == "none"


def test_a_false_when_settles_an_unknown_for() -> None:
    text = rule("  for service s where s.replicas > 1\n  when s.tenants == shared")
    assert outcome(f'{text}service s "S" {{ tenants single }}') == "none"


def test_a_question_is_keyed_by_the_fact_and_names_all_it_settles() -> None:
    text = RULE + rule("  for service s\n  when s.replicas > 5", name="t.other") + 'service s "S" { technology "x" }'
    (question,) = analysis_of(text).questions
    assert (question.element, question.fact) == ("s", "replicas")
    assert sorted(question.settles) == ["t.other@s", "t.rule@s"]


def test_the_question_that_settles_most_comes_first() -> None:
    text = (
        rule("  for service s\n  when s.tenants == shared", name="t.a")
        + rule("  for service s\n  when s.replicas > 1", name="t.b")
        + rule("  for service s\n  when s.replicas > 2", name="t.c")
        + 'service s "S" { technology "x" }'
    )
    assert questions(text) == [("s", "replicas"), ("s", "tenants")]


def test_only_unknown_parts_of_a_condition_are_asked_for() -> None:
    text = rule("  for service s\n  when s.replicas > 1 and s.tenants == shared") + 'service s "S" { replicas 2 }'
    assert questions(text) == [("s", "tenants")]


def test_what_is_meaningless_at_a_place_is_no_finding_there() -> None:
    assert outcome(service("replicas 2", "not-applicable [authorization]")) == "none"


def test_what_is_meaningless_does_not_mitigate_what_another_control_has_to() -> None:
    text = rule("  for service s\n  unless s has authorization and s has audit-logging")
    both = f'{text}service s "S" {{ not-applicable [authorization]; '
    assert outcome(both + "controls [audit-logging] }") == "mitigated"
    assert outcome(both + "lacks [audit-logging] }") == "open"


def test_optional_is_unassessed_and_the_fix_is_to_enforce_it() -> None:
    found = finding_of(service("replicas 2", "optional [authorization]"))
    assert found.outcome == "unassessed"
    assert found.message == "it happens. Optional and not enforced: authorization on Service"
    assert found.fix == "Enforce authorization on Service, where it is optional"


def test_an_unassessed_finding_says_what_nobody_stated() -> None:
    assert finding_of(service("replicas 2")).message == "it happens. Not stated: authorization on Service"


def test_several_controls_that_would_do_are_named_together() -> None:
    text = rule("  for service s\n  unless s has authorization or s has object-authorization")
    found = finding_of(f'{text}service s "S" {{ technology "x" }}')
    assert found.message == "it happens. Not stated: authorization or object-authorization on S"


def test_an_open_finding_asks_for_nothing() -> None:
    text = rule("  for service s\n  unless s has authorization and s has audit-logging")
    found = finding_of(f'{text}service s "S" {{ lacks [authorization] }}')
    assert (found.outcome, found.message) == ("open", "it happens")


def test_only_the_controls_that_decide_are_credited() -> None:
    text = rule("  for service s\n  unless (s has authorization and s has audit-logging) or s has rate-limiting")
    found = finding_of(f'{text}service s "S" {{ controls [authorization, rate-limiting] }}')
    assert found.classes == ("rate-limiting",)


def test_a_planned_control_earns_nothing() -> None:
    assert outcome(service("replicas 2", "planned [authorization]")) == "unassessed"
