"""A small check is all start-up: no command pays for a library that it does not use."""

import subprocess
import sys

import pytest

from tests.house.files import ROOT

SHOP = str(ROOT / "models/examples/online-boutique/online-boutique.threat")
DRAWING = {"graphviz", "jinja2", "networkx", "weasyprint"}
SHOW_MODULES = """
import sys
from threatdsl.cli.main import run
try:
    if sys.argv[1:]:
        run()
finally:
    sys.stderr.write(" ".join(sorted(sys.modules)))
"""


def modules_after(*arguments: str) -> set[str]:
    """The modules that are loaded when the command ends; without arguments, when it is imported."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW_MODULES, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    loaded = set(done.stderr.split())
    assert done.returncode in (0, 1), done.stderr
    assert "threatdsl.cli.main" in loaded
    return loaded


def test_importing_the_command_line_loads_no_heavy_library() -> None:
    assert modules_after() & (DRAWING | {"lark"}) == set()


@pytest.mark.parametrize("arguments", [("check", SHOP), ("check", SHOP, "--format", "json"), ("fmt", "--check", SHOP)])
def test_checking_and_formatting_load_nothing_that_draws(arguments: tuple[str, ...]) -> None:
    assert modules_after(*arguments) & DRAWING == set()
