"""A control that a provider runs counts as proven until its attestation ends, unless a check refutes it there."""

from datetime import date
from pathlib import Path

import pytest

from tests.evidence.test_verdicts import FAIL, suite
from tests.rules.asking import model_of, rule
from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import AssessedFinding
from threatdsl.evidence.check import checks
from threatdsl.evidence.judge import evidence_of
from threatdsl.evidence.verdict import Evidence
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems

ENDS = date(2026, 12, 31)
ISOLATED = rule("  for service s\n  unless s has sandboxing")
ATTESTED = 'inherited-from "Example Cloud"; attestation "https://cloud.example/soc2"; until 2026-12-31'
SHOP = """
control cells "Cells" {{ class [sandboxing]; {said} }}
service shop "Shop" {{ controls [{stated}] }}
"""
CHECK = 'check scan "Scan" { format junit; file "r.xml"; proves sandboxing; on [shop]; counts ["*"] }\n'


def judged(text: str, now: date, root: Path = Path("nowhere")) -> tuple[AssessedFinding, Evidence]:
    """What becomes of the finding of the test's rule at the shop, and the evidence."""
    model = model_of(ISOLATED + text)
    evidence = said_of(model, now, root)
    found = assess(model, now=now, evidence=evidence).assessment
    assert found is not None
    (finding,) = (one for one in found.findings if one.id.startswith("t."))
    return finding, evidence


def said_of(model: Model, now: date, root: Path) -> Evidence:
    problems = Problems()
    found = evidence_of(model, checks(model), root, now, "", problems)
    assert not problems.found
    return found


def scored(finding: AssessedFinding) -> tuple[int, ...]:
    views = finding.severity
    assert views.verified is not None
    return tuple(score.likelihood + score.impact for score in (views.declared, views.verified))


def test_an_attested_control_counts_in_full_to_the_last_day_and_half_afterwards() -> None:
    text = SHOP.format(said=ATTESTED, stated="cells")
    held, evidence = judged(text, ENDS)
    assert held.outcome == "verified"
    assert [(r.check.id, r.place, r.verdict.value) for r in evidence.rulings] == [("cells", "shop", "inherited")]
    assert evidence.rulings[0].why == "run by Example Cloud, attested until 2026-12-31: https://cloud.example/soc2"
    declared, verified = scored(held)
    assert declared == verified
    ended, evidence = judged(text, date(2027, 1, 1))
    assert (ended.outcome, evidence.rulings[0].verdict) == ("mitigated", "unknown")
    assert "the attestation of Example Cloud ended on 2026-12-31" in evidence.rulings[0].why
    declared, verified = scored(ended)
    assert declared < verified


def test_an_attestation_speaks_only_for_the_places_that_state_its_control() -> None:
    finding, evidence = judged(SHOP.format(said=ATTESTED, stated="sandboxing"), ENDS)
    assert finding.outcome == "mitigated"
    assert not evidence.rulings


def test_a_check_that_refutes_the_class_outweighs_the_attestation(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text(suite(FAIL), encoding="utf-8")
    finding, evidence = judged(SHOP.format(said=ATTESTED, stated="cells") + CHECK, ENDS, tmp_path)
    assert finding.outcome == "open"
    assert [r.verdict.value for r in evidence.rulings] == ["conflict", "conflict"]
    assert "control cells says inherited" in evidence.rulings[0].why
    assert "check scan says refuted" in evidence.rulings[1].why


@pytest.mark.parametrize(("where", "outcome"), [("[prod]", "mitigated"), ("[prod, test]", "verified")])
def test_an_attestation_counts_in_the_environments_of_its_control(where: str, outcome: str) -> None:
    # the test environment has the class too, by a statement that nobody attests
    text = """
    environment prod "Production"
    environment test "Test"
    control cells "Cells" { class [sandboxing]; environments %s; %s }
    control own "Own cells" { class [sandboxing] }
    service shop "Shop" { controls [cells, own] }
    """
    finding, _ = judged(text % (where, ATTESTED), ENDS)
    assert finding.outcome == outcome
