"""What is said about each text of the folder, and how it is laid out. `pytest --update-golden` writes the files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from threatdsl.diagnostics import render_text
from threatdsl.syntax import format_text, parse

FOLDER = Path(__file__).parents[1] / "cases/syntax"
TEXTS = sorted(path for path in FOLDER.glob("*.threat") if not path.stem.endswith(".formatted"))
Golden = Callable[[Path, str], None]


def ids(path: Path) -> str:
    return path.stem


WRONG = [path for path in TEXTS if parse(path.read_text("utf-8"), path.name).diagnostics]


@pytest.mark.parametrize("path", WRONG, ids=ids)
def test_mistakes_are_told_as_in_the_golden_file(path: Path, golden: Golden) -> None:
    text = path.read_bytes().decode()
    shown = [render_text(diagnostic, {path.name: text}) + "\n" for diagnostic in parse(text, path.name).diagnostics]
    golden(path.with_suffix(".errors"), "\n".join(shown))


@pytest.mark.parametrize("path", [path for path in TEXTS if path not in WRONG], ids=ids)
def test_layout_is_that_of_the_golden_file(path: Path, golden: Golden) -> None:
    golden(path.with_suffix(".formatted.threat"), format_text(path.read_bytes().decode(), path.name).text)
