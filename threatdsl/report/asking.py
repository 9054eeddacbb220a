"""Questions with their answers, for a terminal and as plain data."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from threatdsl.model.model import Model
from threatdsl.report.plain import plain
from threatdsl.report.result import question_data
from threatdsl.report.text import PathOf, answer_text
from threatdsl.rules.finding import Answer, Question

SCHEMA = "threatdsl/questions/1"
NONE = "no question is open: every fact that a finding hangs on is stated"


def questions_text(model: Model, questions: tuple[Question, ...], path_of: PathOf) -> str:
    """The questions in their order, each with what the answer settles and with the line to write."""
    lines = [f"{plain(model.head.title)}  {path_of(model.file)}", ""]
    for number, question in enumerate(questions, 1):
        lines += [f"{number}. {plain(question.text)}", *question_lines(question, path_of), ""]
    return "\n".join(lines if questions else [*lines, NONE, ""])


def question_lines(question: Question, path_of: PathOf) -> Iterator[str]:
    """What stands below a question: its place, the answers, and what they would tell."""
    span, number = question.span, len(question.settles)
    place = f"{path_of(span.file)}:{span.line}:{span.column}"
    yield f"   {place}, settles {number} finding{'' if number == 1 else 's'}"
    yield from answer_lines(question.answers, path_of)
    for id_, sentence in zip(question.settles, question.sentences, strict=True):
        yield f"   - {id_}: {plain(sentence)}"


def answer_lines(answers: Iterable[Answer], path_of: PathOf) -> Iterator[str]:
    """The lines to write, below the declaration that they belong to."""
    for number, answer in enumerate(answers):
        if not number:
            yield f"   in {plain(answer.element)} ({path_of(answer.place.file)}:{answer.place.line}):"
        yield f"   {'or' if number else '  '}  {answer_text(answer)}"


def questions_data(model: Model, questions: tuple[Question, ...]) -> dict[str, Any]:
    """The questions as plain data (docs/asking.md)."""
    return {
        "schema": SCHEMA,
        "model": {"title": model.head.title, "file": model.file, "digest": model.digest},
        "questions": [question_with_answers(question) for question in questions],
    }


def question_with_answers(question: Question) -> dict[str, Any]:
    """A question with its findings and its answers as plain data."""
    pairs = zip(question.settles, question.sentences, strict=True)
    return {
        **msgspec.structs.asdict(question_data(question)),
        "decides": question.decides.value,
        "findings": [{"id": id_, "text": sentence} for id_, sentence in pairs],
        "answers": [answer_data(answer) for answer in question.answers],
    }


def answer_data(answer: Answer) -> dict[str, Any]:
    """An answer as plain data."""
    return {
        "element": answer.element,
        "file": answer.place.file,
        "line": answer.place.line,
        "column": answer.place.column,
        "changes": [
            {
                "do": c.verb,
                "what": c.what,
                "text": c.text,
                "file": c.span.file,
                "line": c.span.line,
                "column": c.span.column,
            }
            for c in answer.changes
        ],
        "hint": answer.hint,
    }
