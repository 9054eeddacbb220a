"""What ships as text: readable, tidy, and in the place where it is looked for."""

from pathlib import Path

import pytest

from tests.models.checking import MODELS
from threatdsl.syntax import format_text, parse
from threatdsl.syntax.nodes import Declaration, Document, Import, Text

FILES = tuple(sorted(MODELS.rglob("*.threat")))
RULE_FILES = tuple(file for file in sorted((MODELS / "rules").glob("*.threat")) if ".test." not in file.name)
TOPICS = tuple(file for file in RULE_FILES if file.stem != "core")
LIBRARIES = (*sorted((MODELS / "lib").glob("*.threat")), *RULE_FILES)


def name(file: Path) -> str:
    return file.relative_to(MODELS).as_posix()


def document(file: Path) -> Document:
    return parse(file.read_text(encoding="utf-8"), name(file)).document


def imported(file: Path) -> set[str]:
    sources = [s.source for s in document(file).statements if isinstance(s, Import)]
    return {source.text for source in sources if isinstance(source, Text)}


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_shipped_file_parses(file: Path) -> None:
    assert parse(file.read_text(encoding="utf-8"), name(file)).diagnostics == ()


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_line_fits_a_screen(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == []


# A rule file under test stands in for the shipped one of its name, and an import is looked up by the file's name.
@pytest.mark.parametrize("file", LIBRARIES, ids=name)
def test_every_library_is_called_as_its_file(file: Path) -> None:
    heads = [s for s in document(file).statements if isinstance(s, Declaration) and s.kind.text == "library"]
    assert [head.name.text for head in heads] == [file.stem]


def test_every_topic_is_applied_by_default() -> None:
    assert imported(MODELS / "rules" / "core.threat") == {file.name for file in TOPICS}


@pytest.mark.parametrize("file", TOPICS, ids=name)
def test_every_topic_has_its_test_beside_it(file: Path) -> None:
    assert file.with_suffix(".test.threat").is_file()


def test_every_word_of_the_prelude_has_a_title() -> None:
    words = ("scale", "enumeration", "control-class", "protocol", "relation", "kind", "property", "control")
    declared = [
        declaration
        for file in (MODELS / "lib").glob("*.threat")
        for statement in document(file).statements
        if isinstance(statement, Declaration)
        for declaration in (statement, *(s for s in statement.body or () if isinstance(s, Declaration)))
    ]
    assert [d.name.text for d in declared if d.kind.text in words and d.title is None] == []


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_shipped_file_is_laid_out(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert format_text(text, name(file)).text == text
