"""What findings are called when a rule or a pack says so, and that decisions find them all the same."""

from datetime import date
from pathlib import Path

import pytest

from tests.assess.judging import assessment, codes, finding, judged
from tests.cli.running import write
from tests.rules.asking import model_of, rule
from threatdsl.assess.assess import Assessed, assess
from threatdsl.diagnostics import Diagnostic
from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.load import load_rules

NOW = date(2026, 10, 1)
MODEL = """
data d "The data" { confidentiality restricted }
actor a "An actor"
boundary b "Inside" { trust internal; service s "A service" { serves [web] } }
flow a -> s { carries [d]; returns [] }
flow back s -> a { carries []; returns [] }
"""
FLOWS = "  for flow f\n  when f.crosses"


def ids(clauses: str, template: str, model: str = MODEL) -> list[str]:
    found = assessment(rule(f'{clauses}\n  finding-id "{template}"') + model).findings
    return sorted(one.id for one in found if one.finding.rule.id == "t.rule")


@pytest.mark.parametrize(
    ("template", "called"),
    [
        ("{rule}@{elements}", ["t.rule@a->s", "t.rule@back"]),
        ("open-door@{f}", ["open-door@a->s", "open-door@back"]),
        ("{f.to}/{f.from}", ["a/s", "s/a"]),
        ("x@{f.to.boundary}>{f.to}", ["x@b>s", "x@unknown>a"]),
    ],
)
def test_an_id_is_made_of_the_names_that_its_template_asks_for(template: str, called: list[str]) -> None:
    assert ids(FLOWS, template) == called


def test_a_path_is_called_by_its_data_and_its_end() -> None:
    path = "  for data x\n  from service m where x in m.data\n  reaches actor n"
    answers = MODEL.replace("s -> a { carries []", "s -> a { carries [d]")
    assert ids(path, "leak@{n}@{x}", answers) == ["leak@a@d"]


def mistakes(template: str) -> tuple[Diagnostic, ...]:
    clauses = '  for data x\n  from service m where x in m.data\n  reaches actor n\n  finding-id "'
    problems = Problems()
    load_rules(model_of(rule(f'{clauses}{template}"')), problems)
    return problems.found


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("leak@{y}", "TM0510"),
        ("leak@{m}", "TM0510"),  # where a path begins is a witness, which a nearer one replaces
        ("leak@{control}", "TM0510"),
        ("leak@{n.nme}", "TM0511"),
        ("leak@{n.title}", "TM0521"),
        ("leak@{x.stored-in}", "TM0521"),
        ("leak {x}", "TM0562"),
        ("::error::{x}", "TM0562"),
        ("=leak@{x}", "TM0562"),
        ("+{x}", "TM0562"),
        ("leak@{x", "TM0562"),
        ("", "TM0562"),
    ],
)
def test_a_template_that_makes_no_stable_id_is_an_error(template: str, code: str) -> None:
    assert [found.code for found in mistakes(template)] == [code]


def test_two_findings_of_one_id_are_an_error_that_names_both() -> None:
    text = rule(FLOWS + '\n  finding-id "door"') + MODEL
    (error,) = judged(text).diagnostics
    assert (error.code, error.severity.value) == ("TM0563", "error")
    assert "door" in error.message
    assert {"t.rule at a->s", "t.rule at back"} <= {error.label, error.help.partition(" is the other")[0]}


def test_two_rules_may_share_a_name_of_findings_as_long_as_no_two_findings_do() -> None:
    one = rule("  for flow f\n  when f.from is actor\n" + '  finding-id "door@{f}"', name="t.one")
    other = rule("  for flow f\n  when f.from is service\n" + '  finding-id "door@{f}"', name="t.two")
    assert {found.id for found in assessment(one + other + MODEL).findings} >= {"door@a->s", "door@back"}
    both = other.replace("f.from is service", "f.crosses")
    (error,) = judged(one + both + MODEL).diagnostics
    assert (error.code, error.label, error.related[0].message) == ("TM0563", "t.two at a->s", "t.one at a->s")


def test_a_question_and_a_finding_cannot_have_one_id_either() -> None:
    asked = rule(
        '  for flow f\n  when d in f.returns\n  finding-id "door@{f.to}"'.replace("d in", "some x in"), name="t.ask"
    )
    text = rule('  for service s\n  finding-id "door@{s}"') + asked + MODEL.replace("returns []", "returns unknown", 1)
    assert codes(text) == ["TM0563"]


DECIDED = rule(FLOWS + '\n  finding-id "door@{f.from}"') + MODEL


@pytest.mark.parametrize(("verb", "outcome"), [("accept", "accepted"), ("dismiss", "dismissed")])
def test_decisions_match_by_rule_and_elements_whatever_the_id(verb: str, outcome: str) -> None:
    text = f'{DECIDED}{verb} t.rule on a -> s until 2026-12-31 {{ reason "x" }}\n'
    assert finding(text, "door@a").outcome == outcome
    (decision,) = assessment(text).decisions
    assert (decision.state, decision.finding) == ("in force", "door@a")
    assert codes(text) == []


def test_an_adjustment_matches_by_rule_and_elements_too() -> None:
    text = f'{DECIDED}adjust t.rule on a -> s until 2026-12-31 {{ likelihood 1; reason "x"; owner "y" }}\n'
    terms = finding(text, "door@a").severity.declared.terms
    assert terms.startswith("L 3 = 1, adjusted until 2026-12-31 by y + reachable from outside 1")


def test_a_question_is_found_by_a_decision_whatever_its_id() -> None:
    asked = rule('  for flow f\n  when some x in f.returns\n  finding-id "door@{f.from}"')
    text = asked + MODEL.replace("returns []", "returns unknown", 1)
    text += 'accept t.rule on a -> s until 2026-12-31 { reason "x" }\n'
    (warning,) = assessment(text).diagnostics
    assert warning.help.startswith("whether it applies is not stated")


def test_environments_keep_one_finding_with_its_id() -> None:
    text = f"""
    environment live "Live"
    environment trial "Trial"
    {DECIDED.replace("trust internal;", "trust internal; environments [live, trial];")}
    """
    found = finding(text, "door@a").finding
    assert set(found.environments or ()) == {"live", "trial"}


# ---- packs -----------------------------------------------------------------------------------------------------------


def of_pack(folder: Path, template: str, own: str = "") -> Assessed:
    write(folder, "house.threat", f'library house "House" {{ finding-id "{template}" }}\n{rule(FLOWS + own)}')
    loaded = load(write(folder, "m.threat", f'model m "M" {{ }}\nimport "house.threat"\n{MODEL}'))
    assert loaded.model is not None
    return assess(loaded.model, now=NOW, diagnostics=loaded.diagnostics)


def test_a_pack_says_how_its_findings_are_called_unless_a_rule_does(tmp_path: Path) -> None:
    for own, called in (("", "house/a->s/t.rule"), ('\n  finding-id "door@{f}"', "door@a->s")):
        found = of_pack(tmp_path, "house/{elements}/{rule}", own).assessment
        assert found is not None
        assert called in {one.id for one in found.findings}
        assert any(one.id == f"{one.finding.rule.id}@{','.join(one.finding.elements)}" for one in found.findings)


@pytest.mark.parametrize(("template", "code"), [("house@{f}", "TM0510"), ("house {elements}", "TM0562")])
def test_a_wrong_template_of_a_pack_is_told_once(template: str, code: str, tmp_path: Path) -> None:
    assert [found.code for found in of_pack(tmp_path, template).diagnostics] == [code]
