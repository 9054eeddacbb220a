"""Small models of a test's own, checked as `threatdsl check` does."""

from datetime import date
from pathlib import Path

from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import Assessment
from threatdsl.diagnostics import Diagnostic, Severity
from threatdsl.model.load import load

NOW = date(2026, 11, 24)
MODELS = Path(__file__).parents[2] / "models"
EXAMPLES = MODELS / "examples"


def assessed(path: Path) -> tuple[Assessment, tuple[Diagnostic, ...]]:
    """The assessment of a model file, and all diagnostics; an error in one is the test's failure."""
    loaded = load(path)
    assert loaded.model is not None, loaded.diagnostics
    result = assess(loaded.model, now=NOW, diagnostics=loaded.diagnostics)
    assert result.assessment is not None, result.diagnostics
    return result.assessment, result.diagnostics


def assessed_text(folder: Path, text: str) -> Assessment:
    """The assessment of a model's text."""
    path = folder / "model.threat"
    path.write_text(text, encoding="utf-8")
    return assessed(path)[0]


def errors(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    """The messages of the errors."""
    return [found.message for found in diagnostics if found.severity is Severity.ERROR]
