"""Each control class removes exactly what it should: asked of every shipped rule, at a place where nobody stated it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from tests.models.checking import MODELS
from threatdsl.model.classes import classes_of
from threatdsl.model.consistency import reaches_from
from threatdsl.model.graph import build_graph
from threatdsl.model.load import load
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import ControlRef, Fact
from threatdsl.rules.analyse import analyse
from threatdsl.rules.finding import Analysis, Finding, Outcome
from threatdsl.rules.guards import Guards
from threatdsl.rules.load import class_conditions, load_rules
from threatdsl.rules.rule import CheckedRule

TESTS = tuple(sorted((MODELS / "rules").glob("*.test.threat")))
TESTED = re.compile(r"# (?:open|unassessed|question|mitigated|none): ([\w.-]+)")


@cache
def model_of(file: Path) -> Model:
    loaded = load(file)
    assert loaded.model is not None, loaded.diagnostics
    return loaded.model


@cache
def rules() -> tuple[CheckedRule, ...]:
    return load_rules(model_of(TESTS[0]), Problems())


@cache
def analysis_of(file: Path) -> Analysis:
    return analyse(model_of(file), rules())


def unassessed(file: Path) -> Iterator[Finding]:
    """The first unassessed finding of each rule that the file tests."""
    tested = set(TESTED.findall(file.read_text(encoding="utf-8")))
    seen: set[str] = set()
    for finding in analysis_of(file).findings:
        if finding.outcome is Outcome.UNASSESSED and finding.rule.id in tested - seen:
            seen.add(finding.rule.id)
            yield finding


def saying(model: Model, place: str, class_: str, word: str) -> Model:
    """The model in which a place says `controls` or `lacks` of a class, and nothing else of it."""
    thing = model.things[place]
    fact = thing.facts.get(word)
    stated = fact.value if fact is not None and isinstance(fact.value, tuple) else ()
    item = ControlRef(class_, anonymous=True) if word == "controls" else class_
    facts = {name: own for name, own in thing.facts.items() if name == word or not _names(own, class_, model)}
    facts[word] = Fact((*stated, item), thing.span)
    things = {**model.things, place: msgspec.structs.replace(thing, facts=facts)}
    return msgspec.structs.replace(model, things=things, graph=build_graph(things, model.vocabulary))


def _names(fact: Fact, class_: str, model: Model) -> bool:
    """Whether a fact is a list of controls with the class in it, such as `optional`."""
    return isinstance(fact.value, tuple) and class_ in classes_of(fact, model.things)


def outcomes(analysis: Analysis) -> dict[str, str]:
    asked = {id_: "question" for question in analysis.questions for id_ in question.settles}
    return {**asked, **{finding.id: finding.outcome.value for finding in analysis.findings}}


def reading(analysis: Analysis, class_: str) -> dict[str, set[str]]:
    """The places of which findings and questions would have to know the class, by finding."""
    found = {one.id: {place for place, named in one.unstated if named == class_} for one in analysis.findings}
    for question in analysis.questions:
        for id_ in question.settles if question.fact == class_ else ():
            found.setdefault(id_, set()).add(question.element)
    return found


@cache
def on_ways() -> dict[str, frozenset[str]]:
    """The classes that block the ways of path rules: where one does, a way that was only possible is gone."""
    blocking = {rule.id: rule.path.avoiding for rule in rules() if rule.path is not None}
    return {
        id_: frozenset(leaf.control_class for leaf in class_conditions(domain.where))
        for id_, domain in blocking.items()
        if domain is not None and domain.where is not None
    }


def missing(finding: Finding, model: Model) -> dict[str, tuple[str, ...]]:
    """The classes that would tell whether a finding is mitigated, each with all places where nobody stated it."""
    found: dict[str, tuple[str, ...]] = {}
    for place, name in finding.unstated:
        class_ = model.vocabulary.classes.get(name)
        if class_ is not None and reaches_from(class_, model.things[place].kind, model.vocabulary):
            found[name] = (*found.get(name, ()), place)
    return found


CASES = [(file, finding) for file in TESTS for finding in unassessed(file)]
# A property, such as `mfa` of a role, is not lacked but said otherwise: the tests of its rules show that.
LACKING = [(f, found) for f, found in CASES if all(n in model_of(f).vocabulary.classes for _, n in found.unstated)]
HELD = [(file, finding) for file, finding in CASES if missing(finding, model_of(file))]


@pytest.mark.parametrize(("file", "finding"), HELD, ids=[finding.id for _, finding in HELD])
def test_a_class_mitigates_a_finding_and_changes_only_those_that_read_it_there(file: Path, finding: Finding) -> None:
    model, analysis = model_of(file), analysis_of(file)
    before, mitigating = outcomes(analysis), set()
    for class_, places in missing(finding, model).items():
        changed = model
        for place in places:
            changed = saying(changed, place, class_, "controls")
        changed_analysis, guards = analyse(changed, rules()), Guards(changed)
        after = outcomes(changed_analysis)
        if after.get(finding.id) == Outcome.MITIGATED.value:
            mitigating.add(class_)
        read, read_then = reading(analysis, class_), reading(changed_analysis, class_)
        for id_ in before.keys() | after.keys():
            if before.get(id_) != after.get(id_):
                read_at = read.get(id_, set()) | read_then.get(id_, set())
                said = [s for thing in read_at for s in guards.guard(model.things[thing], class_).statements]
                settled = before.get(id_) == "question" and class_ in on_ways().get(id_.partition("@")[0], ())
                assert settled or any(statement.place in places for statement in said), (id_, class_, places)
    assert mitigating, finding.unstated


@pytest.mark.parametrize(("file", "finding"), LACKING, ids=[finding.id for _, finding in LACKING])
def test_a_finding_is_open_where_all_that_would_hold_it_is_stated_to_be_absent(file: Path, finding: Finding) -> None:
    model = model_of(file)
    for place, class_ in finding.unstated:
        model = saying(model, place, class_, "lacks")
    analysis = analyse(model, tuple(rule for rule in rules() if rule.id == finding.rule.id))
    assert outcomes(analysis)[finding.id] == Outcome.OPEN.value


def test_every_rule_that_a_control_can_hold_is_asked() -> None:
    asked = {finding.rule.id for _, finding in CASES}
    assert [rule.id for rule in rules() if rule.id not in asked and not rule.info.no_control] == []
