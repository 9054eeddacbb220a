"""An installed threatdsl works away from the project, however it was installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Installer, run

EXAMPLE = ROOT / "models/examples/online-boutique"
LIST_RESOURCES = """
from importlib.resources import files
models = [("models", folder) for folder in ("lib", "refs", "rules")]
for package, folder in (("grammar", "."), *models, ("templates", ".")):
    names = sorted(entry.name for entry in (files("threatdsl." + package) / folder).iterdir())
    print(package, folder, *(name for name in names if not name.startswith("__")))
"""


@pytest.fixture(params=["wheel", "sdist", "editable"])
def commands(request: pytest.FixtureRequest, install: Installer) -> Path:
    """The folder of commands of a fresh environment, for each way to install."""
    if request.param == "editable":
        return install("--editable", request.getfixturevalue("source"))
    return install("", request.getfixturevalue(request.param))


def names_in(folder: str) -> list[str]:
    return sorted(entry.name for entry in (ROOT / folder).iterdir() if not entry.name.startswith("__"))


def test_it_finds_its_resources_and_checks_a_copied_example(commands: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    shutil.copytree(EXAMPLE, away)

    listed = run(commands / "python", "-c", LIST_RESOURCES, cwd=away).stdout.splitlines()
    checked = subprocess.run(
        [commands / "threatdsl", "check", "online-boutique.threat"],
        cwd=away,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert listed == [
        " ".join(["grammar", ".", *names_in("grammar")]),
        " ".join(["models", "lib", *names_in("models/lib")]),
        " ".join(["models", "refs", *names_in("models/refs")]),
        " ".join(["models", "rules", *names_in("models/rules")]),
        " ".join(["templates", ".", *names_in("templates")]),
    ]
    assert checked.returncode in (0, 1), checked.stdout + checked.stderr
    assert "online-boutique.threat:" in checked.stdout
