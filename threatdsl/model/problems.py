"""Where the binder gathers what is wrong, so that all mistakes are told at once."""

from collections.abc import Iterable

from threatdsl.diagnostics import Diagnostic, Edit, Related, Severity, Span

MOST_SHOWN = 50  # errors of one model; a count stands for the rest


class Problems:
    """A growing list of diagnostics, for the time of one binding."""

    def __init__(self, known: Iterable[Diagnostic] = ()) -> None:
        """What is known to be wrong already."""
        self._found: list[Diagnostic] = list(known)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        label: str = "",
        help: str = "",
        related: tuple[Related, ...] = (),
        fix: Edit | None = None,
    ) -> None:
        """Add an error."""
        self._found.append(Diagnostic(code, Severity.ERROR, message, span, label, help, related, None, fix))

    def warning(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        label: str = "",
        help: str = "",
        related: tuple[Related, ...] = (),
    ) -> None:
        """Add a warning."""
        self._found.append(Diagnostic(code, Severity.WARNING, message, span, label, help, related))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add what another room found."""
        self._found.extend(diagnostics)

    @property
    def few(self) -> bool:
        """Whether the next mistake is surely shown, so that a hint is worth looking for."""
        return len(self._found) < MOST_SHOWN

    @property
    def found(self) -> tuple[Diagnostic, ...]:
        """All so far, in the order of finding."""
        return tuple(self._found)
