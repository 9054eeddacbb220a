"""The shipped rules: enough of each kind, complete, and shown by their tests."""

from collections import Counter
from pathlib import Path

import pytest

from tests.models.checking import MODELS
from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.load import load_rules
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.testing import Coverage, run_test

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


def test_every_rule_says_why_what_holds_it_and_what_to_do(rules: tuple[CheckedRule, ...]) -> None:
    incomplete = [
        rule.id
        for rule in rules
        if not (rule.info.text and rule.info.fix and (rule.texts.mitigated.parts or rule.info.no_control))
        or not rule.info.references
    ]
    assert incomplete == []


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
