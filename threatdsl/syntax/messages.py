"""What is said about a mistake. One function a kind of mistake; the codes are listed in `diagnostics/codes.py`."""

from threatdsl.diagnostics import Diagnostic, Severity, Span


def unknown_escape(span: Span, escape: str) -> Diagnostic:
    return Diagnostic(
        "TM0103",
        Severity.ERROR,
        f"`{escape}` is not an escape",
        span,
        label="not known in a text",
        help=r'a text knows `\"`, `\\`, `\n` and `\t`; a backslash itself is written `\\`',
    )
