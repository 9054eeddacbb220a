"""What is done in another way for large models changes nothing that is found."""

from pathlib import Path

import pytest

from tests.bench.architecture import architecture
from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.analyse import analyse
from threatdsl.rules.finding import Analysis
from threatdsl.rules.load import load_rules
from threatdsl.rules.program import MANY
from threatdsl.rules.values import Truth


def told(analysis: Analysis) -> set[tuple[object, ...]]:
    findings = {(found.id, found.outcome, found.classes, found.at_stake, found.crossing) for found in analysis.findings}
    return findings | {
        (question.element, question.fact, id_) for question in analysis.questions for id_ in question.settles
    }


@pytest.mark.parametrize("trust", ["  trust internal", "  trust unknown"])
def test_a_first_look_at_many_things_leaves_out_only_what_a_rule_does_not_apply_to(tmp_path: Path, trust: str) -> None:
    file = tmp_path / "large.threat"
    file.write_text(architecture(MANY + MANY // 2).replace("  trust internal", trust), encoding="utf-8")
    model = load(file).model
    assert model is not None
    rules = load_rules(model, Problems())

    def watch(rule: str, clause: str, truth: Truth) -> None:
        """Whoever watches the clauses sees all things: for a rule test nothing is left out."""
        del rule, clause, truth

    differing = told(analyse(model, rules)) ^ told(analyse(model, rules, watch))
    assert sorted(map(str, differing))[:5] == []  # some thousands are compared
