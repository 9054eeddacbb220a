"""One type for every problem found in an input: syntax, names, rules, decisions."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from threatdsl.diagnostics.span import Span


class Severity(StrEnum):
    """An error makes the input unusable (exit code 2); a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Related(msgspec.Struct, frozen=True):
    """Another place that explains the problem, such as the first declaration of a name."""

    message: str
    span: Span


class Edit(msgspec.Struct, frozen=True):
    """A change of the text that certainly mends the problem."""

    span: Span
    replacement: str


class Diagnostic(msgspec.Struct, frozen=True):
    """A problem with its place, as `render_text` shows it.

        error[TM0204]: unknown property `encrpyted`
          --> shop.threat:31:7
           |
        31 |       encrpyted at-rest
           |       ^^^^^^^^^ `database` has no such property
           = help: did you mean `encrypted`?

    `code` is stable and never re-used (docs/reference/diagnostics.md); `label` stands beside the underlined text;
    `context` is the statement around it.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    label: str = ""
    help: str = ""
    related: tuple[Related, ...] = ()
    context: Span | None = None
    fix: Edit | None = None


def errors_in(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, each once."""
    return tuple(sorted(set(diagnostics), key=lambda d: (d.span, d.code, d.message)))
