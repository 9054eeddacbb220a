"""Every diagnostic has a file that shows it, and only it, and a file that shows how to mend it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.files import ROOT, project_files
from tests.model.cases import CASES, Case, cases, diagnose, shown
from threatdsl.diagnostics import CODES
from threatdsl.model import sources

CODE = re.compile(r"TM\d{4}")
ALL = cases()
OF_READING = ("TM00", "TM01")  # files and syntax: tests/syntax shows them


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped models with the libraries that the cases need to be shipped."""
    folder = tmp_path_factory.mktemp("shipped") / "models"
    for room in ("lib", "rules"):
        shutil.copytree(sources.shipped_folder() / room, folder / room)
    shutil.copytree(CASES / "model/shipped", folder / "lib", dirs_exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def ships_the_libraries_of_the_cases(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "shipped_folder", lambda: shipped)


def name_of(case: Case) -> str:
    return case.errors.relative_to(CASES).with_suffix("").as_posix()


@pytest.mark.parametrize("case", ALL, ids=name_of)
def test_the_wrong_file_shows_exactly_this_diagnostic(case: Case, golden: Callable[[Path, str], None]) -> None:
    golden(case.errors, shown(case.wrong))
    _, diagnostics = diagnose(case.wrong)
    assert len(diagnostics) == 1


@pytest.mark.parametrize("case", ALL, ids=name_of)
def test_the_mended_file_shows_none(case: Case) -> None:
    assert shown(case.mended) == ""


def test_every_code_of_these_rooms_has_a_golden_case() -> None:
    wanted = {code for code in CODES if not code.startswith(OF_READING)}
    assert sorted(wanted) == sorted(case.code for case in ALL)


def test_the_source_uses_the_codes_of_the_table_and_no_others() -> None:
    table = ROOT / "threatdsl/diagnostics/codes.py"
    files = [file for file in project_files(ROOT / "threatdsl") if file.suffix == ".py" and file != table]
    used = {code for file in files for code in CODE.findall(file.read_text(encoding="utf-8"))}
    assert sorted(used) == sorted(CODES)
