"""Quantifiers over lists that may hold more than is stated."""

import pytest

from tests.rules.asking import outcome, questions, rule

DATA = """
data secret "Secret" { confidentiality restricted }
data plain "Plain" { confidentiality public }
data unrated "Unrated" { integrity low }
service a "A" { technology "x" }
database b "B" { stores [] }
"""
# An unstated half of a flow to a data store makes its data an incomplete list.
COMPLETE, PARTIAL = "returns []; ", ""


def asked(condition: str, items: str, *, complete: bool) -> str:
    text = rule(f"  for flow f\n  when {condition}")
    return outcome(f"{text}{DATA}flow a -> b {{ {COMPLETE if complete else PARTIAL}carries [{items}] }}")


RESTRICTED = "d in f.data where d.confidentiality == restricted"


@pytest.mark.parametrize(
    ("quantifier", "items", "complete", "partial"),
    [
        ("some", "secret, plain", "open", "open"),
        ("some", "plain", "none", "question"),
        ("some", "plain, unrated", "question", "question"),
        ("some", "", "none", "question"),
        ("every", "secret", "open", "question"),
        ("every", "secret, plain", "none", "none"),
        ("every", "secret, unrated", "question", "question"),
        ("every", "", "open", "question"),
        ("no", "plain", "open", "question"),
        ("no", "secret", "none", "none"),
        ("no", "unrated", "question", "question"),
        ("no", "", "open", "question"),
    ],
)
def test_only_a_witness_or_a_counter_example_decides_over_a_partial_list(
    quantifier: str, items: str, complete: str, partial: str
) -> None:
    assert asked(f"{quantifier} {RESTRICTED}", items, complete=True) == complete
    assert asked(f"{quantifier} {RESTRICTED}", items, complete=False) == partial


@pytest.mark.parametrize(
    ("count", "items", "complete", "partial"),
    [
        (f"count({RESTRICTED}) > 0", "secret", "open", "open"),
        (f"count({RESTRICTED}) > 1", "secret", "none", "question"),
        (f"count({RESTRICTED}) < 1", "plain", "open", "question"),
        (f"count({RESTRICTED}) < 1", "secret", "none", "none"),
        (f"count({RESTRICTED}) == 1", "secret", "open", "question"),
        (f"count({RESTRICTED}) > 1", "secret, unrated", "question", "question"),
        ("count(d in f.data) > 1", "secret, plain", "open", "open"),
    ],
)
def test_a_count_decides_what_it_can(count: str, items: str, complete: str, partial: str) -> None:
    assert asked(count, items, complete=True) == complete
    assert asked(count, items, complete=False) == partial


def test_membership_in_a_list_that_may_hold_more_is_unknown() -> None:
    text = rule("  for service s\n  when xml in s.parses")
    assert outcome(f'{text}service s "S" {{ parses [xml] }}') == "open"
    assert outcome(f'{text}service s "S" {{ parses [json] }}') == "none"
    assert outcome(f'{text}service s "S" {{ technology "x" }}') == "question"


def test_a_partial_list_asks_for_its_unstated_half() -> None:
    text = rule(f"  for flow f\n  when some {RESTRICTED}")
    assert questions(f"{text}{DATA}flow a -> b {{ carries [plain] }}") == [("a->b", "returns")]


def test_an_unrated_item_asks_for_its_rating() -> None:
    text = rule(f"  for flow f\n  when some {RESTRICTED}")
    assert questions(f"{text}{DATA}flow a -> b {{ carries [unrated]; returns [] }}") == [("unrated", "confidentiality")]


def test_where_data_is_stored_asks_the_stores_that_do_not_say() -> None:
    text = rule("  for data d\n  when some e in d.stored-in where e is media")
    stores = (
        'data d "D" { integrity low }\ndatabase says "Says" { stores [] }\nmedia silent "Silent" { technology "x" }'
    )
    assert questions(f"{text}{stores}") == [("silent", "stores")]


def test_holds_written_as_unknown_leaves_the_data_open() -> None:
    text = rule("  for service s\n  when some d in s.data where d.confidentiality == restricted")
    assert questions(f'{text}service s "S" {{ holds unknown }}') == [("s", "holds")]
