"""What `make demo` does on machines that lack something. Stand-ins take the place of the machine's commands."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

THREATDSL = (
    'case "$1" in check) echo "2 open"; exit ${CHECK_ENDS_WITH:-1};; *) for last; do :; done; touch "$last";; esac'
)
PYTHON_WITHOUT_PANGO = 'test -e "$PANGO_IS_HERE"'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of stand-ins: threatdsl writes empty files, Python finds Pango once apt-get has installed it."""
    stand_ins = {
        "threatdsl": THREATDSL,
        "python": PYTHON_WITHOUT_PANGO,
        "apt-get": 'echo "$*" >> "$APT_LOG"; case "$*" in *libpango*) touch "$PANGO_IS_HERE";; esac',
        "id": "echo ${USER_ID:-0}",
        "python-3.9": 'case "$1" in --version) echo "Python 3.9.2";; *) exit 1;; esac',
    }
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, script in stand_ins.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def start(machine: Path, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{machine}{os.pathsep}{os.environ['PATH']}",
        "BIN": str(machine),
        "PANGO": "libpango-1.0-0 libpangoft2-1.0-0",
        "PANGO_IS_HERE": str(machine / "pango"),
        "APT_LOG": str(machine / "apt.log"),
        **variables,
    }
    command = [str(ROOT / ".ci" / script), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def demo(machine: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return start(machine, "demo", "shop.threat", str(machine.parent / "build"), **variables)


def written(machine: Path) -> list[str]:
    return sorted(file.name for file in (machine.parent / "build").iterdir())


def test_root_gets_pango_installed_and_all_three_files(machine: Path) -> None:
    done = demo(machine)
    assert done.returncode == 0
    assert "libpango-1.0-0 libpangoft2-1.0-0" in (machine / "apt.log").read_text(encoding="utf-8")
    assert written(machine) == ["shop.html", "shop.pdf", "shop.svg"]


def test_a_user_without_pango_gets_page_and_diagram_and_the_one_command_to_run(machine: Path) -> None:
    done = demo(machine, USER_ID="1000")
    assert done.returncode == 0
    assert "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0" in done.stderr
    assert written(machine) == ["shop.html", "shop.svg"]
    assert "pdf" not in done.stdout


def test_with_pango_nothing_is_installed(machine: Path) -> None:
    (machine / "pango").touch()
    assert demo(machine).returncode == 0
    assert not (machine / "apt.log").exists()


def test_the_demo_ends_with_the_summary_and_the_paths(machine: Path) -> None:
    lines = demo(machine).stdout.split()
    build = machine.parent / "build"
    assert lines[-3:] == [str(build / f"shop.{ending}") for ending in ("html", "pdf", "svg")]
    assert "open" in lines


def test_a_failed_gate_does_not_fail_the_demo_but_a_wrong_model_does(machine: Path) -> None:
    assert demo(machine, CHECK_ENDS_WITH="1").returncode == 0
    assert demo(machine, CHECK_ENDS_WITH="2").returncode != 0


def test_an_old_python_is_named_with_what_is_needed(machine: Path) -> None:
    done = start(machine, "make-venv", str(machine / "python-3.9"), str(machine / "venv"))
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr


def test_a_machine_without_python_is_told_what_is_needed(machine: Path) -> None:
    done = start(machine, "make-venv", "", str(machine / "venv"))
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr


def test_missing_packages_stop_a_user_with_the_command_to_run(machine: Path) -> None:
    done = start(machine, "system-package", "false", "chromium", USER_ID="1000")
    assert done.returncode != 0
    assert "sudo apt-get install chromium" in done.stderr
