"""A document stays as long as its readers read: the mildest findings and the ends of registers are counted."""

import re

import pytest

from tests.report.building import assessment, finding, model, rule, thing
from threatdsl.assess.assessment import Assessment
from threatdsl.model.level import Level
from threatdsl.report.document.pdf import document
from threatdsl.report.edition import Audience, Edition
from threatdsl.rules.finding import Outcome, Stride

MANY = 450
RULES = tuple(rule(f"tampering.r{number}", f"Rule {number}", Stride.TAMPERING, "Bad.", ()) for number in range(3))


@pytest.fixture(scope="module")
def large() -> Assessment:
    """Many services; the first rule holds everywhere and mildly, the second at ten gravely, the third at one."""
    names = [f"s{number}" for number in range(MANY)]
    low, high = (Level.LOW, Level.LOW), (Level.HIGH, Level.HIGH)
    made = [finding(RULES[0], (name,), Outcome.MITIGATED, "Mild", "", levels=low) for name in names]
    made += [finding(RULES[1], (name,), Outcome.OPEN, "Grave", "", levels=high) for name in names[-10:]]
    made += [finding(RULES[2], ("s0",), Outcome.MITIGATED, "Once", "", levels=low)]
    return assessment(model([thing(name, "service", name) for name in names]), tuple(made))


@pytest.fixture(scope="module")
def review(large: Assessment) -> str:
    return document(large)


def threats(source: str) -> str:
    found = re.search(r'<section id="threats">.*?</section>', source, re.DOTALL)
    assert found is not None
    return found[0]


def findings_in(source: str) -> set[str]:
    return set(re.findall(r'id="(finding-[^"]+)"', source))


def test_the_gravest_are_in_full_and_the_mildest_are_counted(review: str) -> None:
    shown = threats(review)
    assert shown.count('<tr class="f" id="finding-tampering.r1') == 10
    assert shown.count('<tr class="f brief"') == 290 + 1
    assert "And 160 more findings of this rule, none more severe." in shown
    assert "160 are counted under their rules; the HTML report and the CSV register hold all of them." in shown


def test_each_rule_keeps_its_worst_finding(review: str) -> None:
    assert "finding-tampering.r2_40_s0" in findings_in(threats(review))


def test_an_audit_reads_more(large: Assessment) -> None:
    assert len(findings_in(document(large, Edition(audience=Audience.AUDIT)))) == MANY + 11


def test_registers_end_with_a_count_of_the_rest(review: str) -> None:
    assert "And 330 more elements: the HTML report and the CSV register hold all of them." in review
    assert "more data asset" not in review


def test_a_link_never_leads_to_a_finding_that_was_left_out(review: str) -> None:
    targets = set(re.findall(r'href="#([^"]+)"', review))
    assert targets <= set(re.findall(r'id="([^"]+)"', review))
