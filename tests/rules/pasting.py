"""Answers questions of a model: puts the lines that `threatdsl questions` prints into copies of it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.models.checking import NOW
from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import Assessment
from threatdsl.diagnostics import errors_in
from threatdsl.model.load import load
from threatdsl.rules.finding import Answer, Finding, Outcome, Question
from threatdsl.rules.questions import ranked

PARSED = TemporaryDirectory(prefix="threatdsl-tests-")


def asked(path: Path) -> tuple[Question, ...]:
    """All questions of a model's file, as `threatdsl questions` lists them; the file has no errors."""
    loaded = load(path, root=path.parent, cache=Path(PARSED.name))
    assert not errors_in(loaded.diagnostics), loaded.diagnostics
    assert loaded.model is not None
    assessed = assess(loaded.model, now=NOW, diagnostics=loaded.diagnostics)
    assert assessed.assessment is not None, assessed.diagnostics
    return ranked(loaded.model, loaded.written, assessed.assessment.questions, _unassessed(assessed.assessment))


def _unassessed(assessment: Assessment) -> Iterator[Finding]:
    return (found.finding for found in assessment.findings if found.outcome is Outcome.UNASSESSED)


def pasted(text: str, answer: Answer) -> str:
    """The text with the changes of an answer; what is added stands on a line of its own."""
    for change in sorted(answer.changes, key=lambda change: -change.span.start):
        line = f"\n{change.text}\n" if change.verb == "add" else change.text
        text = text[: change.span.start] + line + text[change.span.end :]
    return text
