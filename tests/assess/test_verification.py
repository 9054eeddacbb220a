"""What a verdict reaches: a refuted class is lacking there, a proven one verifies what it guards, and nothing else."""

from datetime import UTC, datetime

import pytest

from tests.rules.asking import NOW, model_of, rule
from threatdsl.assess.assess import assess
from threatdsl.evidence.check import checks
from threatdsl.evidence.verdict import Evidence, Ruling, Verdict

ENCRYPTED = rule("  for flow f\n  unless f has encryption-in-transit")
ISOLATED = rule("  for service s\n  unless s has sandboxing")
HOPS = """
service a "A" { technology "x" }
service b "B" { controls [encryption-in-transit] }
service c "C" { controls [encryption-in-transit] }
flow ab a -> b "Into b" { protocol https; carries [] }
flow bc b -> c "Out of b" { protocol https; carries [] }
"""
CHECK = 'check scan "Scan" {{ format junit; file "r.xml"; proves {}; on [{}]; {} }}\n'


def outcomes(text: str, *verdicts: Verdict) -> dict[str, str]:
    """The outcomes of the test's rule by place, when the checks of the model have these verdicts."""
    model = model_of(text)
    places = [(check, place) for check in checks(model) for place in check.on]
    rulings = tuple(
        Ruling(check, place, verdict, "why", (), datetime(2026, 9, 30, tzinfo=UTC))
        for (check, place), verdict in zip(places, verdicts, strict=True)
    )
    found = assess(model, now=NOW, evidence=Evidence(rulings))
    assert found.assessment is not None, found.diagnostics
    return {one.id.partition("@")[2]: one.outcome.value for one in found.assessment.findings if one.id[:2] == "t."}


@pytest.mark.parametrize(
    ("verdict", "into"),
    [
        (Verdict.PROVEN, "verified"),
        (Verdict.REFUTED, "open"),
        (Verdict.CONFLICT, "open"),
        (Verdict.STALE, "mitigated"),
        (Verdict.UNKNOWN, "mitigated"),
        (Verdict.ACCEPTED, "mitigated"),
    ],
)
def test_a_scan_of_a_server_speaks_of_the_calls_to_it_and_not_of_its_own_calls(verdict: Verdict, into: str) -> None:
    text = ENCRYPTED + HOPS + CHECK.format("encryption-in-transit", "b", "")
    assert outcomes(text, verdict) == {"ab": into, "bc": "mitigated"}


def test_what_is_refuted_on_a_runtime_is_lacking_in_what_runs_there() -> None:
    text = """
    runtime fleet "Fleet" { controls [sandboxing] }
    service on "On it" { runs-on fleet; controls [sandboxing] }
    service off "Off it" { controls [sandboxing] }
    """
    found = outcomes(ISOLATED + text + CHECK.format("sandboxing", "fleet", ""), Verdict.REFUTED)
    assert found == {"on": "open", "off": "mitigated"}


def test_what_is_refuted_at_a_boundary_leaves_what_an_element_states_itself() -> None:
    text = """
    boundary zone "Zone" {
      controls [authorization]
      service inherits "Inherits" { technology "x" }
      service states "States" { controls [authorization] }
    }
    """
    asked = rule("  for service s\n  unless s has authorization")
    found = outcomes(asked + text + CHECK.format("authorization", "zone", ""), Verdict.REFUTED)
    assert found == {"inherits": "open", "states": "mitigated"}


ENVIRONMENTS = """
environment staging "Staging"
environment prod "Production"
service s "S" { controls [sandboxing]; environments [staging, prod] }
"""


def test_proof_in_one_environment_does_not_verify_what_is_also_in_another() -> None:
    staging = CHECK.format("sandboxing", "s", "environment staging")
    prod = CHECK.format("sandboxing", "s", "environment prod").replace("check scan", "check again")
    assert outcomes(ISOLATED + ENVIRONMENTS + staging, Verdict.PROVEN) == {"s": "mitigated"}
    both = ISOLATED + ENVIRONMENTS + staging + prod
    assert outcomes(both, Verdict.PROVEN, Verdict.PROVEN) == {"s": "verified"}
    assert outcomes(both, Verdict.PROVEN, Verdict.REFUTED) == {"s": "open"}


def test_a_check_that_refutes_outweighs_another_that_proves() -> None:
    other = CHECK.format("sandboxing", "s", "").replace("check scan", "check again")
    text = ISOLATED + 'service s "S" { controls [sandboxing] }\n' + CHECK.format("sandboxing", "s", "") + other
    assert outcomes(text, Verdict.PROVEN, Verdict.REFUTED) == {"s": "open"}
