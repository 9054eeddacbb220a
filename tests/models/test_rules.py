"""The shipped rules: enough of each kind, complete, and shown by their tests."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.models.checking import MODELS
from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.finding import Stride
from threatdsl.rules.load import load_rules
from threatdsl.rules.remedies import guards_of
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.testing import Coverage, run_test

ANNOTATED = re.compile(r"# (open|unassessed|question|mitigated|none): ([\w.-]+)")
TESTS = tuple(sorted((MODELS / "rules").glob("*.test.threat")))
LETTERS = {
    "spoofing": "spoofing",
    "tampering": "tampering",
    "repudiation": "repudiation",
    "disclosure": "information-disclosure",
    "denial": "denial-of-service",
    "elevation": "elevation-of-privilege",
}


@pytest.fixture(scope="module")
def rules() -> tuple[CheckedRule, ...]:
    loaded = load(TESTS[0])
    assert loaded.model is not None, loaded.diagnostics
    problems = Problems()
    found = load_rules(loaded.model, problems)
    assert problems.found == ()
    return found


def test_each_stride_letter_has_three_rules_or_more(rules: tuple[CheckedRule, ...]) -> None:
    counted = Counter(rule.info.stride.value for rule in rules)
    assert {letter: counted[letter] for letter in LETTERS.values() if counted[letter] < 3} == {}


def test_five_rules_or_more_need_several_hops(rules: tuple[CheckedRule, ...]) -> None:
    assert sum(rule.path is not None for rule in rules) >= 5


def test_a_rule_begins_with_the_word_of_its_letter(rules: tuple[CheckedRule, ...]) -> None:
    assert [rule.id for rule in rules if LETTERS[rule.id.partition(".")[0]] != rule.info.stride.value] == []


# They ask only what is known either way: what somebody says to be absent.
NEVER_A_QUESTION = ("elevation.open-network", "elevation.wildcard-rights")


def test_every_rule_says_why_what_holds_it_and_what_to_do(rules: tuple[CheckedRule, ...]) -> None:
    incomplete = [
        rule.id
        for rule in rules
        if not (rule.info.text and rule.info.fix and (rule.texts.mitigated.parts or rule.info.no_control))
        or not rule.info.references
    ]
    assert incomplete == []


def test_every_rule_is_seen_in_each_outcome_that_it_can_have(rules: tuple[CheckedRule, ...]) -> None:
    seen = {match.groups() for file in TESTS for match in ANNOTATED.finditer(file.read_text(encoding="utf-8"))}
    wanted = {(outcome, rule.id) for rule in rules for outcome in ("open", "none", "question")}
    wanted -= {("question", id_) for id_ in NEVER_A_QUESTION}
    held = [rule.id for rule in rules if not rule.info.no_control]
    assert sorted(wanted - seen) == []
    assert sorted({(outcome, id_) for id_ in held for outcome in ("mitigated", "unassessed")} - seen) == []


def test_a_rule_names_a_control_or_says_why_none_helps(rules: tuple[CheckedRule, ...]) -> None:
    both = [rule.id for rule in rules if bool(rule.info.no_control) is any(True for _ in guards_of(rule))]
    assert both == []


def test_eight_rules_or_more_are_about_repudiation_and_about_denial_of_service(
    rules: tuple[CheckedRule, ...],
) -> None:
    counted = Counter(rule.info.stride for rule in rules)
    assert min(counted[Stride.REPUDIATION], counted[Stride.DENIAL]) >= 8


def test_the_rule_tests_pass_and_see_every_clause_both_ways(rules: tuple[CheckedRule, ...]) -> None:
    coverage = Coverage()
    problems = {file.name: _problems(file, coverage) for file in TESTS}
    assert {name: found for name, found in problems.items() if found} == {}
    assert {rule.id: unseen for rule in rules if (unseen := list(coverage.unseen(rule)))} == {}


def _problems(file: Path, coverage: Coverage) -> list[str]:
    loaded = load(file)
    assert loaded.model is not None, loaded.diagnostics
    found = run_test(loaded.model, loaded.comments, load_rules(loaded.model, Problems()), coverage)
    return [f"{diagnostic.span.line}: {diagnostic.message}" for diagnostic in found]
