"""The package list in pyproject.toml is written by hand; it says what is on disk."""

import tomllib
from pathlib import Path

from tests.packaging.conftest import ROOT

SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
MAPPED: dict[str, str] = SETUPTOOLS["package-dir"]


def packages_on_disk() -> set[str]:
    folders = [file.parent.relative_to(ROOT) for file in (ROOT / "threatdsl").rglob("__init__.py")]
    return {".".join(folder.parts) for folder in folders}


def test_the_list_names_every_package_once_and_nothing_else() -> None:
    assert sorted(SETUPTOOLS["packages"]) == sorted(packages_on_disk() | set(MAPPED))


def test_every_python_file_stands_in_a_package() -> None:
    folders = {file.parent for file in (ROOT / "threatdsl").rglob("*.py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_each_mapped_folder_is_one_package_with_a_docstring_and_no_code() -> None:
    for folder in MAPPED.values():
        files = {file.relative_to(ROOT / folder) for file in (ROOT / folder).rglob("*.py")}
        ours = {file for file in files if file.parts[0] != "examples"}  # code of examples is read and not run
        assert ours == {Path("__init__.py")}
        text = (ROOT / folder / "__init__.py").read_text(encoding="utf-8").strip()
        assert text.startswith('"""')
        assert text.count("\n") == 0


def test_everything_in_a_mapped_folder_ships() -> None:
    assert all(SETUPTOOLS["package-data"][package] == ["**/*"] for package in MAPPED)
