"""Generated functions say what the conditions that they are made of say, of every thing and pair of things."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.asking import model_of
from tests.rules.asking import rule as asked
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


# ---- conditions of every form, at random ----------------------------------------------------------------------------

MODEL = """
environment prod "Production"
control gate "Gate" { class [authorization]; owner "team" }
data secret "Secret" { confidentiality restricted; integrity low; lifetime 90d }
data plain "Plain" { confidentiality public; integrity high }
data unrated "Unrated"
role admin "Admin" { grants [store] }
boundary inner "Inner" {
  trust internal
  service a "A" { serves [web, api]; parses unknown; replicas 2; tenants shared; controls [gate]; roles [admin] }
  service b "B" { serves []; replicas unknown; lacks [authorization] }
  boundary deeper "Deeper" {
    trust restricted
    database store "Store" { stores [secret, unrated]; optional [authorization] }
  }
}
boundary unclear "Unclear" {
  database silent "Silent"
}
external outside "Outside"
flow outside -> a { protocol http; carries [plain] }
flow a -> b { carries [secret, plain]; returns [unrated] }
flow b -> store
flow named a -> store { carries []; returns [secret]; via [b] }
flow silent -> outside
"""
OF_DATA = (
    "{d}.confidentiality >= confidential",
    "{d}.integrity == high",
    "{d}.lifetime > 30d",
    "{d} in e.stores",
    "{d}.sealed-for",
    "{d} is data",
)
OF_FLOWS = ("{f}.crosses", "{f} has encryption-in-transit", "{f}.from.trust <= e.trust", "{f}.to == e", "e in {f}.via")
OF_ELEMENTS = (
    "{x}.exposed",
    "{x} is process",
    "{x} is external-entity",
    "{x} has authorization",
    "{x}.trust >= internal",
    "{x}.boundary.trust < restricted",
    "{x}.boundary == e.boundary",
    "{x}.boundary is boundary",
    "{x}.replicas > 1",
    "{x}.tenants == shared",
    "web in {x}.serves",
    "{x}.parses",
    'no c in {x}.controls where c.owner == "team"',
    "count(y in {x}.callees) > 1",
    "count(y in {x}.data where y.confidentiality >= confidential) > 1",
)
LISTS = (("d", "e.data", OF_DATA), ("f", "e.inbound", OF_FLOWS), ("f", "e.flows", OF_FLOWS))
WIDE = (("x", "e.reach", OF_ELEMENTS), ("x", "e.reached-by", OF_ELEMENTS), ("x", "e.boundary.elements", OF_ELEMENTS))


@st.composite
def quantified(draw: st.DrawFn) -> str:
    name, source, tests = draw(st.sampled_from((*LISTS, *WIDE)))
    inner = [test.format(**{name: name}) for test in draw(st.lists(st.sampled_from(tests), min_size=1, max_size=2))]
    where = f"({draw(st.sampled_from((' and ', ' or '))).join(inner)})"
    if draw(st.booleans()):
        operator, limit = draw(st.sampled_from((">", "<=", "=="))), draw(st.integers(0, 2))
        return f"count({name} in {source} where {where}) {operator} {limit}"
    return f"({draw(st.sampled_from(('some', 'no', 'every')))} {name} in {source} where {where})"


CONDITIONS = st.recursive(
    st.sampled_from([test.format(x="e") for test in OF_ELEMENTS]) | quantified(),
    lambda parts: st.one_of(
        st.builds("not ({})".format, parts),
        st.builds("({} and {})".format, parts, parts),
        st.builds("({} or {})".format, parts, parts),
    ),
    max_leaves=4,
)


@settings(max_examples=60)
@given(CONDITIONS)
def test_a_condition_of_any_form_is_the_same_generated(condition: str) -> None:
    model = model_of(MODEL + asked(f"  for element e\n  when {condition}"))
    rule = next(rule for rule in load_rules(model, Problems()) if rule.id == "t.rule")
    assert rule.when is not None
    facts = Facts(model)
    test = Program(rule).test(facts, "when")
    for number in facts.of_kind("element"):
        expected = rule.when.truth(Binding(facts, {"e": facts.things[number]}))
        assert test(number) is expected, facts.things[number].id
