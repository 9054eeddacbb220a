"""The summary names what closes most, and says at how many places a risk is found."""

from dataclasses import replace

from tests.report.shop import shop
from threatdsl.report.overview import RISKS, STEPS, first_steps, risks
from threatdsl.report.threats import FindingView
from threatdsl.report.view import view
from threatdsl.rules.finding import ACT


def acting() -> list[FindingView]:
    return [one for one in view(shop()).findings if one.outcome in ACT]


def block(size: int) -> list[FindingView]:
    """Many findings of one rule and one fix, below all others."""
    last = acting()[-1]
    return [replace(last, id=f"many@{n}", rule="many", fix="Close the block.") for n in range(size)]


def test_what_closes_most_is_among_the_first_steps_however_low_it_is_rated() -> None:
    steps = first_steps((*acting(), *block(12)))
    assert len(steps) == STEPS
    assert steps[-1].text == "Close the block."
    assert "eleven more findings" in steps[-1].closes


def test_a_small_block_takes_no_ones_place() -> None:
    few = tuple(replace(one, fix=f"Fix {one.id}.") for one in acting())
    single = replace(acting()[-1], id="other", fix="Another.", rule="other")
    assert first_steps((*few, single))[:STEPS] == first_steps(few)[:STEPS]


def test_a_risk_says_at_how_many_other_places_it_is() -> None:
    worst = block(RISKS + 3)
    shown = risks(worst)
    assert len(shown) == RISKS
    assert all(one.message.endswith("Likewise at three other places.") for one in shown)
    assert not any("Likewise" in one.message for one in risks(worst[:2]))
