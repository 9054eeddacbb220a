"""Whoever switches a check off says why."""

import re
from collections.abc import Iterator

from tests.house.files import ROOT, python_files

CODE = re.compile(r'^\s*"[A-Z]+\d*",?(?P<reason>.*)$')
SWITCH = re.compile(r"#\s*(?:noqa|type: ignore|fmt: off)\b(?:: [A-Z]+\d+(?:, [A-Z]+\d+)*|\[[\w, -]+\])?(?P<reason>.*)$")


def ruff_exceptions() -> Iterator[re.Match[str]]:
    """The ignored rules in pyproject.toml, one a line."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for section in re.findall(r"^\[tool\.ruff\.lint.*?(?=^\[tool\.(?!ruff)|\Z)", settings, re.DOTALL | re.MULTILINE):
        yield from (found for line in section.splitlines() if (found := CODE.match(line)))


def has_reason(found: re.Match[str]) -> bool:
    return bool(re.search(r"\w{2,}", found["reason"]))


def test_each_rule_that_ruff_ignores_has_a_reason_beside_it() -> None:
    exceptions = list(ruff_exceptions())
    assert exceptions
    assert [found.string for found in exceptions if not has_reason(found)] == []


def test_no_rules_are_ignored_in_a_list_on_one_line() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.findall(r'^(?:ignore|"[^"]+") = \[ *"[A-Z]+\d*".*$', settings, re.MULTILINE) == []


def test_each_check_that_is_switched_off_in_the_code_has_a_reason_behind_it() -> None:
    places = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in python_files()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (found := SWITCH.search(line)) and not has_reason(found)
    ]
    assert places == []
