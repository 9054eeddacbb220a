"""Severity: the table, exposure, what is at stake, and what controls take away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assess.judging import finding
from tests.rules.asking import rule
from threatdsl.assess.assessment import Score
from threatdsl.assess.rating import OURS

FIVE = st.integers(1, 5)
ROWS = ("iilll", "illmm", "llmmh", "lmmhc", "mmhcc")


def test_the_table_is_the_documented_one() -> None:
    rows = ["".join(OURS.level(likelihood, impact).word[0] for likelihood in range(1, 6)) for impact in range(1, 6)]
    assert tuple(rows) == ROWS


@given(FIVE, FIVE, FIVE, FIVE)
def test_more_likely_or_worse_is_never_less_severe(likelihood: int, impact: int, more: int, worse: int) -> None:
    assert OURS.level(max(likelihood, more), max(impact, worse)) >= OURS.level(likelihood, impact)


def inherent(text: str, id_: str, stride: str = "tampering") -> Score:
    return finding(rule("  for service s", stride=stride) + text, f"t.rule@{id_}").severity.inherent


def declared(text: str, id_: str, clauses: str = "  for service s") -> Score:
    return finding(rule(clauses) + text, f"t.rule@{id_}").severity.declared


def test_exposure_counts_what_outsiders_reach_and_what_is_called_across_a_boundary() -> None:
    text = """
    actor person "Person"
    boundary zone "Zone" {
      trust internal
      service front "Front" { technology "x" }
      service behind "Behind" { technology "x" }
      service alone "Alone" { technology "x" }
    }
    flow person -> front { carries [] }
    flow front -> behind { carries [] }
    """
    assert [inherent(text, name).likelihood for name in ("front", "behind", "alone")] == [4, 3, 2]
    assert "base 2 + reachable from outside 1 + crosses a boundary 1" in inherent(text, "front").terms


def test_where_an_adversary_starts_is_exposed() -> None:
    text = 'service s "S" { technology "x" }\nadversary thief "Thief" { starts-at [s] }'
    assert inherent(text, "s").likelihood == 3


STAKE = """
data d "D" { confidentiality restricted; integrity low; availability medium }
service s "S" { holds [d] }
"""


SEALED = """
data open "Open" { confidentiality internal; integrity medium }
data closed "Closed" { confidentiality restricted; integrity critical; sealed-for [s]; verified-by [s] }
service s "S" { holds [open, closed] }
"""


@pytest.mark.parametrize(
    ("stride", "impact"), [("information-disclosure", 2), ("tampering", 3), ("elevation-of-privilege", 5)]
)
def test_what_is_sealed_or_verified_is_not_what_a_reader_or_a_forger_can_harm(stride: str, impact: int) -> None:
    assert inherent(SEALED, "s", stride).impact == impact


@pytest.mark.parametrize(
    ("stride", "impact"),
    [
        ("information-disclosure", 5),
        ("tampering", 1),
        ("denial-of-service", 3),
        ("spoofing", 5),
        ("repudiation", 1),
        ("elevation-of-privilege", 5),
    ],
)
def test_each_letter_breaks_its_property_of_the_data(stride: str, impact: int) -> None:
    assert inherent(STAKE, "s", stride).impact == impact


def test_an_unknown_worth_counts_three_and_is_marked_assumed() -> None:
    text = 'data d "D" { confidentiality public }\nservice s "S" { holds [d] }'
    score = inherent(text, "s")
    assert (score.impact, "assumed, integrity of D is not stated" in score.terms) == (3, True)


CLASSES = """
control-class preventing "P" { guards [element]; layer prevent; lowers likelihood; steps 2 }
control-class preventing-more "P" { guards [element]; layer prevent; lowers likelihood; steps 3 }
control-class detecting "D" { guards [element]; layer detect; lowers likelihood; steps 2 }
control-class limiting "L" { guards [element]; layer respond; lowers impact; steps 1 }
data d "D" { integrity critical }
"""
ANY = "  for service s\n  unless s has preventing or s has preventing-more"


@pytest.mark.parametrize(
    ("controls", "likelihood", "impact"),
    [
        ("detecting", 1, 5),
        ("limiting", 2, 4),
        ("preventing", 1, 5),
    ],
)
def test_a_control_lowers_what_its_class_says(controls: str, likelihood: int, impact: int) -> None:
    score = declared(f'{CLASSES}service s "S" {{ holds [d]; controls [{controls}] }}', "s", ANY)
    assert (score.likelihood, score.impact) == (likelihood, impact)


def test_of_one_layer_the_best_counts_and_each_further_layer_one_step_more() -> None:
    exposed = (
        f'{CLASSES}actor person "Person"\nboundary z "Z" {{ trust internal; service s "S" {{ holds [d]; {{}} }} }}'
    )
    exposed += "\nflow person -> s { carries [] }"

    def likelihood(*controls: str) -> int:
        return declared(exposed.replace("{}", f"controls [{', '.join(controls)}]"), "s", ANY).likelihood

    assert likelihood("limiting") == 4
    assert likelihood("preventing") == 2
    assert likelihood("preventing", "preventing-more") == 1
    assert likelihood("preventing", "detecting") == 1
    assert likelihood("detecting") == 2


def test_a_guard_that_makes_the_path_longer_does_not_change_what_is_inherent() -> None:
    def severity(guard: str) -> Score:
        text = (
            rule("  from actor a\n  reaches database s\n  avoiding service m where m has authorization")
            + f"""
        boundary zone "Zone" {{
          trust internal
          actor person "Person"
          service near "Near" {{ {guard} [authorization] }}
          database store "Store" {{ stores [] }}
        }}
        boundary other "Other" {{ trust internal; service far "Far" {{ lacks [authorization] }} }}
        flow person -> near {{ carries [] }}
        flow near -> store {{ carries []; returns [] }}
        flow person -> far {{ carries [] }}
        flow far -> person "Back" {{ carries [] }}
        flow far -> near {{ carries [] }}
        """
        )
        return finding(text, "t.rule@store").severity.inherent

    assert severity("lacks") == severity("controls")
