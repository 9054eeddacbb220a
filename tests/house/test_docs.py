"""The pages say what is so: their models are models, their links lead somewhere, their commands exist."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.running import threatdsl, write
from tests.house.files import ROOT, project_files
from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.load import load_rules
from threatdsl.syntax import parse

README = ROOT / "README.md"
PAGES = tuple(file for file in project_files() if file.suffix == ".md")
FENCE = re.compile(r"^```threat\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
STYLE = re.compile(r"^```css\n(/\* (\S+\.css) \*/\n.*?)^```$", re.MULTILINE | re.DOTALL)  # a theme that commands read
MANIFEST = re.compile(r"^```yaml\n(# (\S+\.yaml)\n.*?)^```$", re.MULTILINE | re.DOTALL)  # infrastructure that they read
NAMED = re.compile(r"# (\S+\.threat)\n")  # a model that others on its page import, or that commands read
COMMAND = re.compile(r"^\$ threatdsl (.*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)  # and what it says; `...` is left out
REFERENCE = ROOT / "docs/reference"  # written from models that are bound and run while it is written
TARGET = re.compile(r"`make (?:[A-Z]+=\S+ )*([a-z-]+)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def models_in(page: Path) -> list[str]:
    """The threat models that a page shows."""
    return FENCE.findall(page.read_text(encoding="utf-8"))


def written(page: Path, folder: Path) -> list[Path]:
    """The models of a page as files, under the names that their first lines give."""
    paths = []
    for number, text in enumerate(models_in(page)):
        named = NAMED.match(text)
        paths.append(write(folder, named[1] if named is not None else f"page-{number}.threat", text))
    return paths


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
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(TARGET.findall(page.read_text(encoding="utf-8"))) <= targets


@pytest.mark.parametrize("page", [page for page in PAGES if REFERENCE not in page.parents], ids=name_of)
def test_every_model_on_a_page_binds_and_its_rules_load(page: Path, tmp_path: Path) -> None:
    for path in written(page, tmp_path):
        loaded = load(path, root=tmp_path)
        problems = Problems()
        rules = load_rules(loaded.model, problems) if loaded.model is not None else ()
        assert (*loaded.diagnostics, *problems.found) == ()
        assert rules


@pytest.mark.parametrize("page", [page for page in PAGES if COMMAND.search(page.read_text("utf-8"))], ids=name_of)
def test_every_command_on_a_page_says_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    written(page, tmp_path)
    for kind in (STYLE, MANIFEST):
        for text, name in kind.findall(page.read_text(encoding="utf-8")):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            write(tmp_path, name, text)
    (tmp_path / "threatdsl.root").touch()
    for arguments, shown in COMMAND.findall(page.read_text(encoding="utf-8")):
        done = threatdsl(*shlex.split(arguments), cwd=tmp_path)
        said = iter([*done.err.splitlines(), *done.out.splitlines()])
        missing = [line for line in shown.splitlines() if line != "..." and line not in said]  # each behind the last
        assert missing == [], done.out + done.err
