"""What is wrong with an input, as data, and how it is shown. Imports nothing else of threatdsl."""

from threatdsl.diagnostics.codes import CODES
from threatdsl.diagnostics.diagnostic import Diagnostic, Edit, Related, Severity, errors_in, in_order
from threatdsl.diagnostics.render import as_data, render_text
from threatdsl.diagnostics.span import Span
from threatdsl.diagnostics.suggest import did_you_mean

__all__ = [
    "CODES",
    "Diagnostic",
    "Edit",
    "Related",
    "Severity",
    "Span",
    "as_data",
    "did_you_mean",
    "errors_in",
    "in_order",
    "render_text",
]
