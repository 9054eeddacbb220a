"""Rule tests: annotated models, and which clauses of which rules they have seen both ways.

An annotation stands on the line above what it speaks of: `# open: RULE`, `# unassessed: RULE`, `# mitigated: RULE`,
`# question: RULE`, `# none: RULE`. With `RULE@a,b` it names the elements and may stand anywhere.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Diagnostic, Span, did_you_mean
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.rules.analyse import analyse
from threatdsl.rules.finding import Analysis, Finding, FindingKey
from threatdsl.rules.ids import check_ids
from threatdsl.rules.rule import CheckedRule, Domain
from threatdsl.rules.values import Truth
from threatdsl.syntax.nodes import Comment

ANNOTATION = re.compile(r"#\s*([\w-]+):\s*([\w.\-]+)(?:@(\S.*?))?\s*$")
QUESTION, NONE = "question", "none"
OUTCOMES = ("open", "unassessed", "mitigated", QUESTION, NONE)


class Expectation(msgspec.Struct, frozen=True):
    """What a test says of a rule: at the thing on the line below, or at the named elements."""

    outcome: str
    rule: str
    elements: tuple[str, ...]
    span: Span

    def fits(self, rule: str, elements: tuple[str, ...]) -> bool:
        """Whether it speaks of that rule at those elements. One element also speaks of a path that ends there."""
        if rule != self.rule:
            return False
        return elements == self.elements or (len(self.elements) == 1 and elements[-1:] == self.elements)


class Coverage:
    """The truths that the clauses of each rule were seen with, over all tests of a run: grows while tests run."""

    def __init__(self) -> None:
        """Nothing has been seen yet."""
        self.seen: dict[tuple[str, str], set[Truth]] = {}

    def observe(self, rule: str, clause: str, truth: Truth) -> None:
        """Take note of a truth."""
        self.seen.setdefault((rule, clause), set()).add(truth)

    def unseen(self, rule: CheckedRule) -> Iterator[tuple[str, bool]]:
        """The clauses of a rule with the truths that no test showed."""
        for clause in clauses_of(rule):
            for truth in (True, False):
                if truth not in self.seen.get((rule.id, clause), ()):
                    yield clause, truth


def clauses_of(rule: CheckedRule) -> Iterator[str]:
    """The clauses that have a condition."""
    path = rule.path
    domains: tuple[Domain | None, ...] = (rule.subject,)
    if path is not None:
        domains = (rule.subject, path.source, path.sink, path.through, path.avoiding, path.passing)
    yield from (domain.clause for domain in domains if domain is not None and domain.where is not None)
    if rule.when is not None:
        yield "when"
    if rule.unless is not None:
        yield "unless"


def run_test(
    model: Model, comments: tuple[Comment, ...], rules: tuple[CheckedRule, ...], coverage: Coverage
) -> tuple[Diagnostic, ...]:
    """What a test file expects and does not find, and what it finds and does not expect."""
    problems = Problems()
    expected = tuple(expectations(model, comments, {rule.id for rule in rules}, problems))
    if not expected and not problems.found:
        problems.error("TM0601", "this test expects nothing", model.head.span, help="annotate it: # open: RULE")
    tested = {expectation.rule for expectation in expected}
    analysis = analyse(model, tuple(rule for rule in rules if rule.id in tested), coverage.observe)
    check_ids(analysis, problems)
    found = outcomes(analysis)
    for expectation in expected:
        _check(expectation, found, problems)
    for finding in analysis.findings:
        if finding.rule.id in tested and not any(e.fits(finding.rule.id, finding.elements) for e in expected):
            _unexpected(finding, problems)
    return problems.found


def expectations(
    model: Model, comments: tuple[Comment, ...], rules: set[str], problems: Problems
) -> Iterator[Expectation]:
    """What the comments of a test say, in their order. One that says nothing that can be tested is a diagnostic."""
    things: dict[tuple[str, int], list[str]] = {}
    for thing in model.things.values():  # a list of ends makes several flows on one line
        things.setdefault((thing.span.file, thing.span.line), []).append(thing.id)
    lines = {comment.span.line for comment in comments}
    for comment in comments:
        match = ANNOTATION.match(comment.text)
        if match is None:
            continue
        outcome, rule, named = match.groups()
        if outcome not in OUTCOMES:
            if rule in rules:  # else it is a remark like any other
                _no_outcome(outcome, comment.span, problems)
            continue
        if rule not in rules and not rule.startswith("manual."):
            problems.error("TM0602", f"there is no rule {rule}", comment.span, help=did_you_mean(rule, rules))
            continue
        if named is not None:
            elements = tuple(re.sub(r"\s*->\s*", "->", part.strip()) for part in named.split(","))
            yield from _named(model, Expectation(outcome, rule, elements, comment.span), problems)
            continue
        line = comment.span.line + 1
        while line in lines:
            line += 1
        annotated = things.get((comment.span.file, line), [])
        if not annotated:
            problems.error(
                "TM0603", "nothing is declared on the line below", comment.span, help=f"name the elements: {rule}@a,b"
            )
        yield from (Expectation(outcome, rule, (id_,), comment.span) for id_ in annotated)


def _no_outcome(word: str, span: Span, problems: Problems) -> None:
    problems.error(
        "TM0606",
        f"`{word}` is no outcome of a rule",
        span,
        help=did_you_mean(word, OUTCOMES) or f"there are: {', '.join(OUTCOMES)}",
    )


def _named(model: Model, expectation: Expectation, problems: Problems) -> Iterator[Expectation]:
    unknown = [id_ for id_ in expectation.elements if id_ not in model.things]
    for id_ in unknown:
        problems.error(
            "TM0603", f"there is nothing called {id_}", expectation.span, help=did_you_mean(id_, model.things)
        )
    if not unknown:
        yield expectation


def outcomes(analysis: Analysis) -> Mapping[FindingKey, str]:
    """The outcome of each rule at its elements, in the words of annotations; `none` where there is nothing."""
    found = {finding.key: finding.outcome.value for finding in analysis.findings}
    for question in analysis.questions:
        for key in question.findings:
            found.setdefault(key, QUESTION)
    return found


def _check(expectation: Expectation, found: Mapping[FindingKey, str], problems: Problems) -> None:
    outcomes = sorted({outcome for (rule, elements), outcome in found.items() if expectation.fits(rule, elements)})
    wanted = [] if expectation.outcome == NONE else [expectation.outcome]
    if outcomes != wanted:
        problems.error(
            "TM0604",
            f"expected {expectation.outcome}, found {' and '.join(outcomes) or NONE}",
            expectation.span,
            label=f"{expectation.rule} at {', '.join(expectation.elements)}",
        )


def _unexpected(finding: Finding, problems: Problems) -> None:
    problems.error(
        "TM0605",
        f"nobody expected {finding.outcome.value}: {finding.id}",
        finding.span,
        help=f"write above it: # {finding.outcome.value}: {finding.rule.id}",
    )
