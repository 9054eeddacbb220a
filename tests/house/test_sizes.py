"""Files and functions stay short enough to be read in one go."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.files import ROOT, python_files

LONGEST_FILE = 300
LONGEST_FUNCTION = 40

# `path` or `path::function`, and the reason why it is better long than split.
ACCEPTED: dict[str, str] = {}


def lengths(file: Path) -> Iterator[tuple[str, int, int]]:
    """What is measured: its name, its lines, the most lines it may have."""
    name = file.relative_to(ROOT).as_posix()
    text = file.read_text(encoding="utf-8")
    yield name, len(text.splitlines()), LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield f"{name}::{node.name}", node.end_lineno - node.lineno + 1, LONGEST_FUNCTION


def too_long() -> dict[str, int]:
    return {name: lines for file in python_files() for name, lines, most in lengths(file) if lines > most}


def test_no_file_and_no_function_is_too_long() -> None:
    assert {name: lines for name, lines in too_long().items() if name not in ACCEPTED} == {}


def test_every_accepted_length_is_still_needed_and_has_a_reason() -> None:
    assert [name for name in ACCEPTED if name not in too_long()] == []
    assert all(ACCEPTED.values())
