"""How a diagnostic is shown."""
from collections.abc import Callable
from threatdsl.diagnostics.diagnostic import Diagnostic
def render_text(diagnostic: Diagnostic, source: str | None, *, colour: bool = False, path: Callable[[str], str] = str) -> str:
    return f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}\n  --> {diagnostic.span}"
