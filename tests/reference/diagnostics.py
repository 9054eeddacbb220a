"""docs/reference/diagnostics.md: every code with a file that shows it and the file mended."""

import re
from collections.abc import Iterator

from tests.model.cases import CASES, Case, cases
from threatdsl.diagnostics import CODES

INTRODUCTION = """# Diagnostics

What threatdsl says about an input that is wrong. A code is stable and never re-used, and says nothing about severity:
an error makes the input unusable (exit code 2), a warning does not. Each code has an example that shows it and, below,
the example mended.
"""
FIRST = re.compile(r"^\w+\[(TM\d{4})\]")
IMPORT = "import "


def page() -> str:
    """The page, written from the table of codes and the golden cases."""
    by_code = {case.code: case for case in cases()}
    elsewhere = _shown_elsewhere()
    parts = [INTRODUCTION]
    for code, title in sorted(CODES.items()):
        parts.append(f"## {code}: {title}\n")
        if code in by_code:
            parts += _example(by_code[code])
        elif code in elsewhere:
            parts.append(_fenced(elsewhere[code]))
    return "\n".join(parts)


def _example(case: Case) -> Iterator[str]:
    yield _fenced(case.wrong.read_text(encoding="utf-8"))
    yield _fenced(case.errors.read_text(encoding="utf-8"))
    yield "Mended:\n"
    mended = case.mended.read_text(encoding="utf-8")
    yield _fenced(mended, "text" if IMPORT in mended else "threat")  # what is marked as a model stands by itself


def _fenced(text: str, language: str = "text") -> str:
    return f"```{language}\n{text.strip()}\n```\n"


def _shown_elsewhere() -> dict[str, str]:
    """What a terminal shows for the codes of syntax, whose cases hold many mistakes each."""
    found: dict[str, str] = {}
    for file in sorted((CASES / "syntax").glob("*.errors")):
        for text in file.read_text(encoding="utf-8").split("\n\n"):
            first = FIRST.match(text)
            if first is not None:
                found.setdefault(first[1], text)
    return found
