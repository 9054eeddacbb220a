"""Three-valued logic and comparisons. None is unknown."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threatdsl.model.things import Word
from threatdsl.rules.values import Range, Truth, all_of, any_of, compare, negate

TRUTHS = st.sampled_from([True, False, None])
OPERATORS = ("==", "!=", "<", "<=", ">", ">=")


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, None, None, True),
        (True, False, False, True),
        (None, True, None, True),
        (None, None, None, None),
        (None, False, False, None),
        (False, True, False, True),
        (False, None, False, None),
        (False, False, False, False),
    ],
)
def test_and_and_or_are_those_of_kleene(left: Truth, right: Truth, both: Truth, either: Truth) -> None:
    assert all_of((left, right)) is both
    assert any_of((left, right)) is either


def test_not_unknown_is_unknown() -> None:
    assert [negate(truth) for truth in (True, None, False)] == [False, None, True]


def test_of_nothing_all_hold_and_none_does() -> None:
    assert all_of(()) is True
    assert any_of(()) is False


@given(st.lists(TRUTHS))
def test_de_morgan_holds_with_unknown(truths: list[Truth]) -> None:
    assert negate(all_of(truths)) is any_of(negate(truth) for truth in truths)


@given(st.lists(TRUTHS), st.permutations(range(3)))
def test_the_order_of_parts_does_not_matter(truths: list[Truth], order: list[int]) -> None:
    shuffled = sorted(truths, key=lambda truth: order[(True, False, None).index(truth)])
    assert all_of(truths) is all_of(shuffled)
    assert any_of(truths) is any_of(shuffled)


def word(rank: int) -> Word:
    return Word("trust", ("untrusted", "partner", "internal", "restricted")[rank], rank)


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_comparison_with_unknown_is_unknown(operator: str) -> None:
    assert compare(None, operator, word(1)) is None
    assert compare(word(1), operator, None) is None
    assert compare(None, operator, None) is None


@given(st.integers(0, 3), st.integers(0, 3))
def test_words_of_a_scale_compare_by_their_place_in_it(left: int, right: int) -> None:
    expected = [left == right, left != right, left < right, left <= right, left > right, left >= right]
    assert [compare(word(left), operator, word(right)) for operator in OPERATORS] == expected


def test_words_without_order_are_equal_or_not() -> None:
    xml, json = Word("input-format", "xml", None), Word("input-format", "json", None)
    assert compare(xml, "==", xml) is True
    assert compare(xml, "==", json) is False
    assert compare(xml, "!=", json) is True


def test_dates_and_time_spans_compare() -> None:
    assert compare(dt.date(2026, 1, 1), "<", dt.date(2026, 1, 2)) is True
    assert compare(dt.timedelta(days=90), ">=", dt.timedelta(days=91)) is False


@pytest.mark.parametrize(
    ("low", "high", "operator", "limit", "expected"),
    [
        (3, None, ">", 2, True),
        (2, None, ">", 2, None),
        (0, 2, ">", 2, False),
        (0, 3, ">", 2, None),
        (2, 2, "==", 2, True),
        (1, 2, "==", 2, None),
        (0, 1, "==", 2, False),
        (3, None, "!=", 2, True),
        (0, None, "<", 0, False),
        (2, 2, ">=", 2.5, False),
    ],
)
def test_a_count_that_is_not_exact_decides_only_what_it_can(
    low: int, high: int | None, operator: str, limit: float, expected: Truth
) -> None:
    assert compare(Range(low, high), operator, limit) is expected


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.sampled_from(OPERATORS))
def test_a_range_is_true_of_all_its_numbers_or_false_of_all_or_unknown(
    low: int, more: int, limit: int, operator: str
) -> None:
    each = {compare(number, operator, limit) for number in range(low, low + more + 1)}
    assert compare(Range(low, low + more), operator, limit) is (each.pop() if len(each) == 1 else None)
