"""What flows and elements are known to carry, return, store and handle."""

import pytest

from tests.rules.asking import outcome, rule

THINGS = """
data secret "Secret" { confidentiality restricted }
data other "Other" { confidentiality public }
service a "A" { technology "x" }
service callee "Callee" { technology "x" }
database store "Store" { stores [] }
"""


def half(name: str, flow: str) -> str:
    """Whether the half of a flow holds restricted data: open, none, or question while nobody can tell."""
    text = rule(f"  for flow f\n  when some d in f.{name} where d.confidentiality == restricted")
    return outcome(f"{text}{THINGS}flow a -> {flow}")


@pytest.mark.parametrize(
    ("flow", "carries", "returns"),
    [
        ("callee { protocol https }", "question", "question"),
        ("callee { carries [secret] }", "open", "none"),
        ("callee { carries [] }", "none", "none"),
        ("callee { returns [secret] }", "none", "open"),
        ("callee { returns [] }", "none", "none"),
        ("callee { carries [other]; returns unknown }", "none", "question"),
        ("callee { returns unknown }", "question", "question"),
        ("store { carries [other] }", "none", "question"),
        ("store { carries []; returns [] }", "none", "none"),
        ("store { returns [secret] }", "none", "open"),
    ],
)
def test_stating_one_half_closes_the_other_except_reads_of_a_store(flow: str, carries: str, returns: str) -> None:
    assert half("carries", flow) == carries
    assert half("returns", flow) == returns


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ('database s "S" { stores [secret] }', "open"),
        ('database s "S" { stores [] }', "none"),
        ('database s "S" { technology "x" }', "question"),
        ('database s "S" { stores unknown }', "question"),
        ('service s "S" { technology "x" }', "none"),
        ('service s "S" { holds [secret] }', "open"),
    ],
)
def test_what_an_element_handles_is_what_it_stores_holds_and_moves(element: str, expected: str) -> None:
    text = rule('  for element e where e.title == "S"\n  when some d in e.data where d.confidentiality == restricted')
    assert outcome(f"{text}{THINGS}{element}") == expected


def test_both_ends_of_a_flow_handle_its_data() -> None:
    text = rule("  for service s\n  when some d in s.data where d.confidentiality == restricted")
    text += f"{THINGS}flow a -> callee {{ returns [secret] }}"
    assert (outcome(text, "a"), outcome(text, "callee")) == ("open", "open")


def test_derived_lists_of_the_graph() -> None:
    text = """
    boundary zone "Zone" { service a "A" { technology "x" }; service b "B" { technology "x" } }
    service c "C" { technology "x" }
    flow a -> b { carries [] }
    flow b -> c { carries [] }
    """
    for condition, expected in (
        ("count(x in s.reach) == 2", {"a"}),
        ("count(x in s.reached-by) == 2", {"c"}),
        ("count(x in s.callers) == 1 and count(x in s.callees) == 1", {"b"}),
        ("some f in s.flows where f.crosses", {"b", "c"}),
    ):
        found = {s for s in "abc" if outcome(rule(f"  for service s\n  when {condition}") + text, s) == "open"}
        assert found == expected, condition
    inside = rule("  for boundary z\n  when count(e in z.elements) == 2 and count(f in z.crossing-flows) == 1")
    assert outcome(inside + text) == "open"


def test_an_element_on_a_circle_of_calls_reaches_the_others_and_not_itself() -> None:
    text = rule("  for service s\n  when count(x in s.reach) == 2")
    text += 'service a "A" { technology "x" }\nservice b "B" { technology "x" }\nservice c "C" { technology "x" }\n'
    text += "flow a -> b { carries [] }\nflow b -> c { carries [] }\nflow c -> a { carries [] }"
    assert [outcome(text, s) for s in "abc"] == ["open", "open", "open"]
