"""Places of findings and diagnostics as pipelines want them: paths from the current folder, with forward slashes."""

import posixpath
from pathlib import PurePath

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.model.sources import SHIPPED
from threatdsl.report.checked import Checked


def path_in(checked: Checked, span: Span) -> str:
    """The path of the file; empty where the checked-out tree does not hold it."""
    comparison = checked.assessment.comparison if checked.assessment is not None else None
    if span.file.startswith(SHIPPED) or (comparison is not None and span.file in comparison.files):
        return ""
    return PurePath(checked.path_of(span.file)).as_posix()


def path_named(checked: Checked) -> str:
    """The path of the model's file as it was named on the command line."""
    return posixpath.normpath(checked.file.replace("\\", "/"))


def mistakes(checked: Checked) -> tuple[Diagnostic, ...]:
    """What makes the model wrong; nothing for one that could not be read at all."""
    return tuple(found for found in checked.diagnostics if found.severity is Severity.ERROR)
