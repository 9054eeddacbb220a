"""Asks rules of models that stand in the tests as texts."""

import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from threatdsl.diagnostics import Diagnostic, errors_in, render_text
from threatdsl.model.load import load
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.rules.analyse import analyse
from threatdsl.rules.finding import Analysis, Finding
from threatdsl.rules.load import load_rules

NOW = date(2026, 10, 1)
OWN = "t."


@cache
def _shared() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="threatdsl-tests-")


def rule(clauses: str, *, name: str = "t.rule", stride: str = "tampering", message: str = "it happens") -> str:
    """A rule with what every rule needs around its clauses."""
    return f'rule {name} "A rule" {{\n  stride {stride}\n  likelihood 2\n{clauses}\n  message "{message}"\n}}\n'


def model_of(text: str) -> Model:
    """The model of a text; the text has no mistakes. Its `model` statement may be left out."""
    whole = text if text.lstrip().startswith("model") else f'model tested "Tested" {{ }}\n{text}'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tested.threat")
        Path(folder, "threatdsl.root").touch()
        path.write_text(whole, encoding="utf-8")
        loaded = load(path, cache=Path(_shared().name))
    assert not errors_in(loaded.diagnostics), shown(loaded.diagnostics, loaded.texts)
    assert loaded.model is not None
    return loaded.model


def shown(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> str:
    return "\n".join(render_text(diagnostic, texts) for diagnostic in diagnostics)


def analysis_of(text: str) -> Analysis:
    """What the rules that stand in the text itself say; their ids begin with `t.`."""
    model, problems = model_of(text), Problems()
    rules = load_rules(model, problems)
    assert not errors_in(problems.found), shown(problems.found, {})
    return analyse(model, tuple(r for r in rules if r.id.startswith(OWN)))


def outcomes(text: str) -> Mapping[str, str]:
    """The outcome of each finding by id, `question` where a fact is missing."""
    analysis = analysis_of(text)
    found = {finding.id: finding.outcome.value for finding in analysis.findings}
    asked = {id_: "question" for question in analysis.questions for id_ in question.settles}
    return {**asked, **found}


def outcome(text: str, at: str = "") -> str:
    """The outcome of the only rule, at one place or at the only one; `none` where it does not apply."""
    found = outcomes(text)
    if at:
        return found.get(f"t.rule@{at}", "none")
    assert len(found) <= 1, found
    return next(iter(found.values()), "none")


def finding_of(text: str) -> Finding:
    """The only finding."""
    (found,) = analysis_of(text).findings
    return found


def questions(text: str) -> list[tuple[str, str]]:
    """What is asked: (element, fact), in the order of asking."""
    return [(question.element, question.fact) for question in analysis_of(text).questions]
