"""Examples of what a rule says: the smallest models, cut from its own test, that still make it say so."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tests.house.files import ROOT
from tests.reference.pruning import Removed, declaring, mentioned, named, parts, text_of, without
from threatdsl.model.binding import bind
from threatdsl.model.load import load
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.sources import CORE_RULES, SHIPPED, Source, Sources, read_sources
from threatdsl.rules.analyse import analyse
from threatdsl.rules.binding import Binding
from threatdsl.rules.expressions import AllOf
from threatdsl.rules.facts import Facts
from threatdsl.rules.finding import Analysis
from threatdsl.rules.load import load_rules
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.testing import NONE, Coverage, Expectation, expectations, outcomes, run_test
from threatdsl.rules.values import Truth
from threatdsl.syntax import format_text
from threatdsl.syntax.nodes import Document

RULES = ROOT / "models/rules"
ANSWERS = "open"
HELD = ("mitigated", NONE)  # the better example first
SCRATCH = TemporaryDirectory(prefix="threatdsl-examples-")
CACHE = Path(SCRATCH.name, "cache")


class Example(msgspec.Struct, frozen=True):
    """A model and what the rule says of it: its outcome and its sentence, which is empty where it says nothing."""

    text: str
    outcome: str
    message: str


class RuleTest(msgspec.Struct, frozen=True):
    """A rule's test: its file and others, without the shipped rules, which need not be bound again for each try."""

    checked: Source
    others: tuple[Source, ...]
    model: Model
    rules: Mapping[str, CheckedRule]
    expected: tuple[Expectation, ...]

    def bound(self, document: Document) -> Model | None:
        """The model of a document in place of the test's own; None where anything is wrong with it."""
        problems = Problems()
        checked = msgspec.structs.replace(self.checked, document=document)
        model = bind(Sources(checked, (*self.others, checked), {}), problems, self.model.vocabulary)
        return model if not problems.found else None

    def analysis(self, rule: CheckedRule) -> Analysis:
        """What a rule says of the whole test."""
        return analyse(self.model, (rule,))


@cache
def test_of(file: str) -> RuleTest:
    """The test of the rules of a shipped file, such as `threatdsl:rules/transport.threat`."""
    path = RULES / Path(file.removeprefix(SHIPPED)).with_suffix(".test.threat").name
    loaded = load(path, root=RULES, cache=CACHE)
    assert loaded.model is not None, loaded.diagnostics
    problems = Problems()
    rules = {rule.id: rule for rule in load_rules(loaded.model, problems)}
    expected = tuple(expectations(loaded.model, loaded.comments, set(rules), problems))
    assert not problems.found
    sources = read_sources(path, RULES, CACHE, problems)
    folder = SHIPPED + str(Path(CORE_RULES).parent)
    others = tuple(s for s in sources.all if s is not sources.checked and not s.document.file.startswith(folder))
    return RuleTest(sources.checked, others, loaded.model, rules, expected)


def examples(rule: CheckedRule) -> tuple[Example, Example]:
    """Where a rule finds a threat, and where it finds none: mitigated or, where nothing can hold it, not applicable."""
    test = test_of(rule.info.span.file)
    return _example(test, rule, (ANSWERS,)), _example(test, rule, HELD)


def _example(test: RuleTest, rule: CheckedRule, wanted: tuple[str, ...]) -> Example:
    """The smallest model of the first outcome that the test shows, for the first thing that it shows it of."""
    of_rule = [expected for expected in test.expected if expected.rule == rule.id]
    shown = [expected for outcome in wanted for expected in of_rule if expected.outcome == outcome]
    assert shown, f"no test shows {rule.id} {' or '.join(wanted)}"
    expected, document = shown[0], test.checked.document
    said = _said(test.model, rule, expected)

    def stays(removed: Removed) -> bool:
        model = test.bound(without(document, removed))
        return model is not None and _said(model, rule, expected) == said

    starts = {test.model.things[id_].span.start for id_ in expected.elements}
    around = next(removed for removed in _neighbourhoods(document, starts) if stays(removed))
    return _run(test, rule, expected, without(document, _smallest(around, document, stays)))


def _said(model: Model, rule: CheckedRule, expected: Expectation) -> tuple[object, ...]:
    """What has to stay: the outcome, and whether a control is named; for no outcome, what holds of each condition."""
    if any(id_ not in model.things for id_ in expected.elements):
        return ()
    analysis = analyse(model, (rule,))
    there = {outcome for key, outcome in outcomes(analysis).items() if expected.fits(*key)}
    if expected.outcome == NONE:
        return (*there, *_truths(model, rule, expected))
    named = any(finding.controls for finding in analysis.findings if expected.fits(*finding.key))
    return (*sorted(there), named)


def _truths(model: Model, rule: CheckedRule, expected: Expectation) -> Iterator[Truth]:
    assert rule.subject is not None, f"{rule.id} needs a test that shows it mitigated"
    assert rule.path is None, f"{rule.id} needs a test that shows it mitigated"
    binding = Binding(Facts(model), {rule.subject.variable: model.things[expected.elements[0]]})
    for condition in (rule.subject.where, rule.when):
        if condition is not None:
            parts_of = condition.parts if isinstance(condition, AllOf) else (condition,)
            yield from (part.truth(binding) for part in parts_of)


def _run(test: RuleTest, rule: CheckedRule, expected: Expectation, document: Document) -> Example:
    """The example, formatted, with the expectation in it: a test that was run and passed."""
    remark = f"# {expected.outcome}: {rule.id}"
    alone = len(expected.elements) == 1
    start = test.model.things[expected.elements[-1]].span.start
    text = text_of(document, test.checked.text, {start: remark} if alone else {})
    whole = format_text(text if alone else f"{text}\n{remark}@{','.join(expected.elements)}\n", "example").text
    path = Path(SCRATCH.name, "example.threat")
    path.write_text(whole, encoding="utf-8")
    loaded = load(path, root=path.parent, cache=CACHE)
    assert loaded.model is not None, whole
    assert loaded.diagnostics == (), whole
    assert run_test(loaded.model, loaded.comments, (rule,), Coverage()) == (), whole
    found = analyse(loaded.model, (rule,)).findings
    return Example(whole, expected.outcome, found[0].message if found else "")


def _smallest(removed: Removed, document: Document, stays: Callable[[Removed], bool]) -> Removed:
    """More left out, as long as the outcome stays: part after part and round again, until none can go."""
    at = kept = 0  # the next part to try, and how many were kept since the last one went
    left = tuple(parts(without(document, removed).statements))
    while kept < len(left):
        part = left[at % len(left)]
        if stays(removed | {part}):
            removed |= {part}
            left, kept = tuple(parts(without(document, removed).statements)), 0
        else:
            at, kept = at + 1, kept + 1
    return removed


def _neighbourhoods(document: Document, starts: set[int]) -> Iterator[Removed]:
    """What to leave out for keeping only what begins at `starts`, then also what these speak of or are named by, ..."""
    statements = dict(declaring(document.statements))
    names = {statement: {named(statement)} - {""} for statement in statements}
    speaks = {statement: set(mentioned(statement)) for statement in statements}
    kept = {statement for statement in statements if statement.span.start in starts}
    size = 0
    while len(kept) > size:
        size = len(kept)
        within = {span for statement in kept for span in (statement.span, *statements[statement])}
        yield frozenset(statement.span for statement in statements if statement.span not in within)
        own = {name for statement in kept for name in names[statement]}
        spoken = {name for statement in kept for name in speaks[statement]}
        kept |= {s for s in statements if names[s] & spoken or speaks[s] & own}
    yield frozenset()
