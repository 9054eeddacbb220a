"""What users install, built once: the sdist, the wheel made from it, and fresh environments that hold one of them."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = (
    "grammar",
    "models",
    "templates",
    "threatdsl",
    "CHANGELOG.md",
    "LICENSE",
    "MANIFEST.in",
    "README.md",
    "pyproject.toml",
)
Installer = Callable[[str, Path], Path]


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, tests included, so that building writes nothing into the work tree."""
    copy = tmp_path_factory.mktemp("source")
    for name in (*SOURCES, "tests"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name)
        else:
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="session")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that is built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, source)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="session")
def sdist(built: Path) -> Path:
    return next(built.glob("*.tar.gz"))


@pytest.fixture
def install(tmp_path: Path) -> Installer:
    """Installs `--editable` or plainly into a new environment and returns its folder of commands."""

    def installer(how: str, what: Path) -> Path:
        environment = tmp_path / "environment"
        venv.create(environment, with_pip=False)
        commands = environment / Path(sysconfig.get_path("scripts")).name
        borrow_dependencies(environment)
        options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", *how.split()]
        run(sys.executable, "-m", "pip", "--python", commands / "python", "install", *options, what)
        return commands

    return installer


def borrow_dependencies(environment: Path) -> None:
    """Lets the environment import what is installed here. Nothing of this project is: it is installed editable, and
    the hook of an editable install works only in its own site-packages."""
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a command that must succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done
