"""Why there is no finding at a place, for a terminal and as plain data."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from threatdsl.report.asking import question_lines, question_with_answers
from threatdsl.report.plain import plain
from threatdsl.report.result import step_data
from threatdsl.report.text import PathOf, step_lines
from threatdsl.rules.finding import Outcome, Question
from threatdsl.rules.whynot import WhyNot
from threatdsl.rules.whynot_clauses import Reason

SCHEMA = "threatdsl/why-not/1"
MOST_REASONS = 5
NO_FINDING = "no finding"


def why_not_text(
    found: WhyNot,
    judged: Mapping[str, Outcome],
    questions: tuple[Question, ...],
    off_until: date | None,
    path_of: PathOf,
) -> str:
    """The clause that fails first with its values; or the facts that are missing; or the findings that are there.

    `judged` are the outcomes of findings as decided, `questions` those that are missing with their answers, `off_until`
    the end of a `disable` that is in force.
    """
    outcome = found.outcome.value if found.outcome is not None else NO_FINDING
    lines = [f"{found.rule.id}@{','.join(found.elements)}", f"{plain(found.rule.title)}. {outcome}.", ""]
    if off_until is not None:
        lines += [f"The rule is switched off until {off_until}. This is what it would say.", ""]
    for finding in found.findings:
        lines += [f"{finding.id} is {judged.get(finding.id, finding.outcome).value}: {plain(finding.message)}."]
        lines += [f'`threatdsl explain MODEL "{finding.id}"` says why.'] if off_until is None else []
    for number, reason in enumerate(found.reasons[:MOST_REASONS]):
        lines += ([""] if number else []) + list(_reason(reason, found, path_of))
    rest = len(found.reasons) - MOST_REASONS
    if rest > 0:
        lines += ["", f"and {rest} more; name one of them: RULE {found.reasons[MOST_REASONS].elements[0]},..."]
    if questions:
        lines += ["", "not decided, because nobody stated", *missing_lines(questions, path_of)]
    return "\n".join(lines).rstrip() + "\n"


def _reason(reason: Reason, found: WhyNot, path_of: PathOf) -> Iterator[str]:
    where = f"in {', '.join(map(plain, reason.environments))}: " if reason.environments else ""
    whom = f"for {plain(reason.elements[0])}: " if len(reason.elements) > len(found.elements) else ""
    if reason.clause:
        yield f"{where}{whom}`{reason.clause}` fails: {plain(reason.text)}"
    elif not found.questions:
        yield f"{where}{whom}{plain(reason.text)}"
    yield from step_lines(reason.steps, path_of)


def missing_lines(questions: Iterable[Question], path_of: PathOf) -> Iterator[str]:
    """The questions below one another, each with the line that answers it."""
    for question in questions:
        yield f"   {plain(question.text)}"
        yield from question_lines(question, path_of)


def why_not_data(
    found: WhyNot, judged: Mapping[str, Outcome], questions: tuple[Question, ...], off_until: date | None
) -> dict[str, Any]:
    """The same as plain data (docs/asking.md)."""
    return {
        "schema": SCHEMA,
        "rule": found.rule.id,
        "title": found.rule.title,
        "elements": list(found.elements),
        "outcome": found.outcome.value if found.outcome is not None else "none",
        "off_until": str(off_until) if off_until is not None else None,
        "findings": [{"id": f.id, "outcome": judged.get(f.id, f.outcome).value} for f in found.findings],
        "reasons": [
            {
                "elements": list(reason.elements),
                "environments": list(reason.environments),
                "clause": reason.clause,
                "text": reason.text,
                "steps": [step_data(step) for step in reason.steps],
            }
            for reason in found.reasons
        ],
        "questions": [question_with_answers(question) for question in questions],
    }
