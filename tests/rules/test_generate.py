"""Generated functions say what the conditions that they are made of say, of every thing and pair of things."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.binding import Binding
from threatdsl.rules.facts import Facts
from threatdsl.rules.load import load_rules
from threatdsl.rules.program import Program
from threatdsl.rules.rule import CheckedRule, Domain

MODELS = Path(__file__).parents[2] / "models"
FILES = (
    *sorted((MODELS / "rules").rglob("*.test.threat")),
    MODELS / "examples" / "online-boutique" / "online-boutique.threat",
)


def domains(rule: CheckedRule, clause: str) -> tuple[Domain, ...]:
    """What the parameters of a clause's function range over."""
    subject = () if rule.subject is None else (rule.subject,)
    if clause == "for" or rule.path is None:
        return subject
    own = {domain.clause: domain for domain in rule.path.domains}
    return (*subject, own.get(clause, rule.path.sink))


def clauses(rule: CheckedRule) -> Iterator[str]:
    yield from ("for",) if rule.subject is not None else ()
    yield from (domain.clause for domain in rule.path.domains) if rule.path is not None else ()
    yield from (name for name, found in (("when", rule.when), ("unless", rule.unless)) if found is not None)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_generated_function_agrees_with_its_condition(file: Path) -> None:
    loaded = load(file)
    assert loaded.model is not None, loaded.diagnostics
    facts, compared = Facts(loaded.model), 0
    for rule in load_rules(loaded.model, Problems()):
        program = Program(rule)
        for clause in clauses(rule):
            over = domains(rule, clause)
            own = {"for": rule.subject, **{d.clause: d for d in (rule.path.domains if rule.path is not None else ())}}
            condition = {"when": rule.when, "unless": rule.unless}.get(clause)
            domain = own.get(clause)
            condition = domain.where if domain is not None else condition
            if condition is None or (clause == "through" and rule.path is not None and rule.path.relation != "flow"):
                continue
            test = program.test(facts, clause)
            for numbers in product(*(facts.of_kind(domain.kind) for domain in over)):
                variables = {d.variable: facts.things[n] for d, n in zip(over, numbers, strict=True)}
                expected = condition.truth(Binding(facts, variables))
                assert test(*numbers) is expected, (rule.id, clause, [facts.things[n].id for n in numbers])
                compared += 1
    assert compared > 0
