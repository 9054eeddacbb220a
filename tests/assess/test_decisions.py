"""Decisions: which are in force, and what becomes of the findings that they cover."""

from datetime import date

import pytest

from tests.assess.judging import assessment, codes, decision, finding, threat, widget
from threatdsl.model.level import Level

BASE = widget() + threat(Level.HIGH)
BEFORE, LAST, AFTER = date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 1)


def decided(verb: str = "accept", extra: str = "", until: str = "2026-12-31") -> str:
    return f'{BASE}{verb} manual.t on w until {until} {{ reason "because"; {extra} }}\n'


@pytest.mark.parametrize(
    ("verb", "outcome"), [("accept", "accepted"), ("dismiss", "dismissed"), ("transfer", "transferred")]
)
def test_a_decision_in_force_gives_the_finding_its_outcome(verb: str, outcome: str) -> None:
    found = finding(decided(verb), "manual.t@w")
    assert (found.outcome, found.finding.outcome) == (outcome, "open")
    assert found.decision is not None
    assert found.decision.text("reason") == "because"


def test_a_decision_holds_on_its_last_day_and_not_on_the_next() -> None:
    assert [decision(decided(), now=day).state for day in (BEFORE, LAST, AFTER)] == ["in force", "in force", "expired"]
    assert finding(decided(), "manual.t@w", now=LAST).outcome == "accepted"
    assert finding(decided(), "manual.t@w", now=AFTER).outcome == "open"


def test_an_expired_decision_is_a_warning() -> None:
    assert codes(decided(), now=AFTER) == ["TM0406"]
    assert codes(decided(), now=LAST) == []


def test_a_decision_that_matches_no_finding_is_stale() -> None:
    text = widget("live no") + 'accept t.unsafe on w until 2026-12-31 { reason "x" }\n'
    assert (decision(text).state, decision(text).finding) == ("stale", None)
    assert codes(text) == ["TM0407"]


def test_a_decision_about_what_is_still_a_question_says_so() -> None:
    text = widget("safe no") + 'accept t.unsafe on w until 2026-12-31 { reason "x" }\n'
    (warning,) = assessment(text).diagnostics
    assert warning.help.startswith("whether it applies is not stated. What is `live` of Widget?")


@pytest.mark.parametrize(
    ("limit", "state"), [("info", "outgrown"), ("medium", "outgrown"), ("high", "in force"), ("critical", "in force")]
)
def test_a_finding_that_grew_past_at_most_opens_again(limit: str, state: str) -> None:
    text = decided(extra=f"at-most {limit}")
    assert decision(text).state == state
    assert finding(text, "manual.t@w").outcome == ("open" if state == "outgrown" else "accepted")
    assert codes(text) == (["TM0410"] if state == "outgrown" else [])


def test_a_decision_about_what_is_mitigated_is_not_needed() -> None:
    text = widget() + threat(Level.HIGH, extra="mitigated-by [patching]")
    text += 'accept manual.t on w until 2026-12-31 { reason "x" }\n'
    assert decision(text).state == "not needed"
    assert finding(text, "manual.t@w").outcome == "mitigated"
    assert codes(text) == ["TM0411"]


def test_a_new_decision_takes_over_from_one_that_expired() -> None:
    text = decided(until="2026-09-30") + 'dismiss manual.t on w until 2026-12-31 { reason "new" }\n'
    assert finding(text, "manual.t@w").outcome == "dismissed"
    assert [found.state for found in assessment(text).decisions] == ["expired", "in force"]


def test_of_two_decisions_in_force_the_order_of_writing_does_not_choose() -> None:
    both = [
        'accept manual.t on w until 2026-12-31 { reason "a" }\n',
        'dismiss manual.t on w until 2026-11-30 { reason "b" }\n',
    ]
    outcomes = {finding(BASE + "".join(order), "manual.t@w").outcome for order in (both, both[::-1])}
    assert outcomes == {"accepted"}


def test_an_adjustment_replaces_the_likelihood_while_it_is_in_force() -> None:
    text = (
        widget("live yes; safe no") + 'adjust t.unsafe on w until 2026-12-31 { likelihood 1; reason "x"; owner "y" }\n'
    )
    now, later = finding(text, "t.unsafe@w"), finding(text, "t.unsafe@w", now=AFTER)
    assert (now.severity.declared.likelihood, later.severity.declared.likelihood) == (1, 2)
    assert "adjusted until 2026-12-31" in now.severity.declared.terms
    assert decision(text).state == "in force"
    assert now.outcome == "open"


def test_a_disabled_rule_finds_nothing_until_the_switch_expires() -> None:
    text = widget("live yes; safe no") + 'disable t.unsafe until 2026-12-31 { reason "x" }\n'
    assert [found.id for found in assessment(text, now=LAST).findings] == []
    assert [found.id for found in assessment(text, now=AFTER).findings] == ["t.unsafe@w"]
    assert codes(text, now=AFTER) == ["TM0406"]


def test_decisions_name_exact_rules() -> None:
    assert codes(widget() + 'accept t on w until 2026-12-31 { reason "x" }\n') == ["TM0409"]
    assert codes(widget() + 'accept t.unsaef on w until 2026-12-31 { reason "x" }\n') == ["TM0403"]
    assert codes(widget() + 'disable t.unsaef until 2026-12-31 { reason "x" }\n') == ["TM0403"]


def test_a_decision_about_several_elements_names_them_in_order() -> None:
    text = """
    rule t.leak "Leak" {
      stride information-disclosure
      likelihood 2
      for data d where d.confidentiality >= confidential
      from database a where d in a.stores
      reaches actor b
      message "{d} reaches {b}"
    }
    data secret "Secret" { confidentiality restricted }
    database store "Store" { stores [secret] }
    actor reader "Reader"
    flow reader -> store { carries []; returns [secret] }
    accept t.leak on secret, reader until 2026-12-31 { reason "x"; via [reader -> store] }
    """
    assert finding(text, "t.leak@secret,reader").outcome == "accepted"
