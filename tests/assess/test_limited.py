"""Decisions and policies that are limited to environments."""

import pytest

from tests.assess.judging import assessment
from threatdsl.rules.finding import Outcome

PLACES = 'environment staging "Staging"\nenvironment prod "Production"\n'
THREAT = 'service s "S" { LIMIT }\nthreat t "T" { on s; stride tampering; likelihood 4; impact 5 }\n'
ACCEPT = 'accept manual.t on s until 2030-01-01 { reason "known"; environments [ENVIRONMENTS] }\n'


def model(limit: str = "", more: str = "") -> str:
    return PLACES + THREAT.replace("LIMIT", limit) + more


def found(text: str) -> tuple[Outcome, dict[str, Outcome]]:
    assessed = next(one for one in assessment(text).findings if one.finding.rule.id == "manual.t")
    return assessed.outcome, dict(assessed.finding.environments or {})


def test_a_decision_for_one_environment_leaves_the_others_open() -> None:
    assert found(model(more=ACCEPT.replace("ENVIRONMENTS", "staging"))) == (
        Outcome.OPEN,
        {"staging": Outcome.ACCEPTED, "prod": Outcome.OPEN},
    )


@pytest.mark.parametrize(
    ("limit", "more"),
    [
        ("", ACCEPT.replace("ENVIRONMENTS", "staging, prod")),
        ("", ACCEPT.replace("ENVIRONMENTS", "staging") + ACCEPT.replace("ENVIRONMENTS", "prod")),
        ("environments [staging]", ACCEPT.replace("ENVIRONMENTS", "staging")),
    ],
)
def test_decisions_for_all_environments_of_a_finding_decide_it(limit: str, more: str) -> None:
    outcome, environments = found(model(limit, more))
    assert (outcome, set(environments.values())) == (Outcome.ACCEPTED, {Outcome.ACCEPTED})


@pytest.mark.parametrize(
    ("limit", "policy", "passes"),
    [("staging", "prod", True), ("staging", "staging", False), ("prod", "staging, prod", False)],
)
def test_a_policy_looks_only_at_its_environments(limit: str, policy: str, *, passes: bool) -> None:
    more = f'policy p "Policy" {{ fail-on high; environments [{policy}] }}\n'
    assert assessment(model(f"environments [{limit}]", more)).gate.passed is passes
