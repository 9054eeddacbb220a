"""The pages say what is so: their models are models, their links lead somewhere, their commands exist."""

import re
from pathlib import Path

import pytest

from tests.house.files import ROOT, project_files
from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.load import load_rules
from threatdsl.syntax import parse

README = ROOT / "README.md"
PAGES = tuple(file for file in project_files() if file.suffix == ".md")
FENCE = re.compile(r"^```threat\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
TARGET = re.compile(r"`make (?:[A-Z]+=\S+ )*([a-z]+)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def models_in(page: Path) -> list[str]:
    """The threat models that a page shows."""
    return FENCE.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_threat_model_on_a_page_parses(page: Path) -> None:
    problems = [problem for text in models_in(page) for problem in parse(text, name_of(page)).diagnostics]
    assert problems == []


def test_the_readme_shows_a_model_that_checks_without_a_diagnostic(tmp_path: Path) -> None:
    models = models_in(README)
    assert models
    for number, text in enumerate(models):
        path = tmp_path / f"readme-{number}.threat"
        path.write_text(text, encoding="utf-8")
        assert load(path).diagnostics == ()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_on_a_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(TARGET.findall(page.read_text(encoding="utf-8"))) <= targets


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "reference"], ids=name_of)
def test_every_model_on_a_page_binds_and_its_rules_load(page: Path, tmp_path: Path) -> None:
    for number, text in enumerate(models_in(page)):
        path = tmp_path / f"page-{number}.threat"
        path.write_text(text, encoding="utf-8")
        loaded = load(path)
        problems = Problems()
        rules = load_rules(loaded.model, problems) if loaded.model is not None else ()
        assert (*loaded.diagnostics, *problems.found) == ()
        assert rules
