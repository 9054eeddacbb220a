"""How far things are trusted, and which flows cross a boundary."""

import pytest

from tests.rules.asking import outcome, questions, rule

UNTRUSTED = rule("  for element e\n  when e.trust <= untrusted")


def test_external_entities_outside_every_boundary_are_untrusted_and_other_elements_unknown() -> None:
    text = f'{UNTRUSTED}actor person "Person"\nservice s "Service" {{ technology "x" }}'
    assert (outcome(text, "person"), outcome(text, "s")) == ("open", "question")
    assert questions(text) == [("s", "boundary")]


def test_the_innermost_boundary_wins_and_unstated_trust_is_inherited() -> None:
    text = f"""{UNTRUSTED}
    boundary outer "Outer" {{
      trust untrusted
      actor visitor "Visitor"
      boundary silent "Silent" {{ service heir "Heir" {{ technology "x" }} }}
      boundary safe "Safe" {{ trust internal; service kept "Kept" {{ technology "x" }} }}
    }}"""
    assert [outcome(text, name) for name in ("visitor", "heir", "kept")] == ["open", "open", "none"]


@pytest.mark.parametrize("inner", ["", "trust unknown; "])
def test_a_boundary_without_trust_asks(inner: str) -> None:
    outer = "trust untrusted; " if inner else ""
    text = f'{UNTRUSTED}boundary o "O" {{ {outer}boundary i "I" {{ {inner}service s "S" {{ technology "x" }} }} }}'
    assert questions(text) == [("i" if inner else "o", "trust")]


CROSSES = rule("  for flow f\n  when f.crosses")


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        ("first -> second", "none"),
        ("first -> nested", "open"),
        ("first -> elsewhere", "open"),
        ("loose -> other-loose", "none"),
        ("person -> loose", "open"),
        ("person -> other-person", "none"),
    ],
)
def test_a_flow_crosses_where_its_ends_have_different_innermost_boundaries(flow: str, expected: str) -> None:
    text = f"""{CROSSES}
    actor person "Person"
    actor other-person "Other person"
    service loose "Loose" {{ technology "x" }}
    service other-loose "Other loose" {{ technology "x" }}
    boundary one "One" {{
      trust internal
      service first "First" {{ technology "x" }}
      service second "Second" {{ technology "x" }}
      boundary within "Within" {{ service nested "Nested" {{ technology "x" }} }}
    }}
    boundary two "Two" {{ trust internal; service elsewhere "Elsewhere" {{ technology "x" }} }}
    flow {flow} {{ carries [] }}"""
    assert outcome(text) == expected
