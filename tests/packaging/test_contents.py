"""What is in the wheel and in the sdist."""

import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from tests.packaging.conftest import ROOT


def shipped_files() -> set[str]:
    """The files of the package as a user imports them, by their paths in the wheel."""
    resources = {
        f"threatdsl/{file.relative_to(ROOT).as_posix()}"
        for folder in ("grammar", "models", "templates")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    code = {file.relative_to(ROOT).as_posix() for file in (ROOT / "threatdsl").rglob("*.py")}
    return resources | code | {"threatdsl/py.typed"}


def test_the_wheel_holds_the_package_its_resources_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == shipped_files()


def test_the_wheel_carries_the_licence(wheel: Path) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_the_wheel_carries_the_reference_data_and_its_notices(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    catalogues = {"cwe", "capec", "attack", "atlas", "nist", "asvs"}
    assert {f"threatdsl/models/refs/{name}.json" for name in catalogues} <= set(names)
    assert "threatdsl/models/refs/NOTICE.md" in names
    assert any(name.endswith(".dist-info/licenses/models/refs/NOTICE.md") for name in names)


def test_the_sdist_holds_no_tests_and_no_compiled_files(sdist: Path) -> None:
    top = sdist.name.removesuffix(".tar.gz")
    with tarfile.open(sdist) as archive:
        names = [PurePosixPath(name).relative_to(top) for name in archive.getnames()]
    assert [name for name in names if name.parts[:1] == ("tests",) or name.suffix == ".pyc"] == []
