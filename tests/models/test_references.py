"""What the shipped rules, classes, controls and examples cite may be cited, by the data that ships beside them."""

from pathlib import Path

import pytest

from tests.models.checking import EXAMPLES, MODELS
from threatdsl.diagnostics import Diagnostic
from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.catalogues import SCHEMES, Catalogues
from threatdsl.rules.references import check_references, citations
from threatdsl.syntax import parse
from threatdsl.syntax.nodes import Rule

LIBRARIES = tuple(sorted(file.stem for file in (MODELS / "lib").glob("*.threat")))
LARGEST_SUM = 500_000  # bytes
# Discouraged by CWE, and cited all the same: the id, and why no other does.
ACCEPTED: dict[str, str] = {}


@pytest.fixture(scope="module", name="everything")
def everything_that_ships(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that imports every shipped library."""
    path = tmp_path_factory.mktemp("everything") / "everything.threat"
    imports = "\n".join(f"import {name}" for name in LIBRARIES)
    path.write_text(f'model everything "Everything" {{ }}\n{imports}\n', encoding="utf-8")
    return path


def remarks(path: Path) -> list[str]:
    """All remarks on what the files of a model cite, one a line."""
    loaded = load(path)
    assert loaded.model is not None, loaded.diagnostics
    problems = Problems()
    check_references(loaded.model, Catalogues(MODELS / "refs"), problems)
    return [shown(found) for found in problems.found if not accepted(found)]


def accepted(found: Diagnostic) -> bool:
    return found.code == "TM0544" and any(found.message.startswith(f"CWE-{id_} ") for id_ in ACCEPTED)


def shown(found: Diagnostic) -> str:
    return f"{found.span}: {found.message}; {found.help}"


def test_whatever_ships_cites_only_what_may_be_cited(everything: Path) -> None:
    found = remarks(everything)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("example", sorted(EXAMPLES.rglob("*.threat")), ids=lambda path: path.stem)
def test_an_example_cites_only_what_may_be_cited(example: Path) -> None:
    found = remarks(example)
    assert not found, "\n".join(found)


def test_every_shipped_rule_and_class_was_looked_at(everything: Path) -> None:
    model = load(everything).model
    assert model is not None
    looked_at = {citation.span.file for citation in citations(model)}
    files = [file for file in MODELS.rglob("*.threat") if ".test." not in file.name and EXAMPLES not in file.parents]
    with_rules = {f"threatdsl:{file.relative_to(MODELS).as_posix()}" for file in files if holds_rules(file)}
    assert with_rules - looked_at == set()
    assert {"threatdsl:lib/classes.threat", "threatdsl:lib/controls.threat"} <= looked_at


def holds_rules(file: Path) -> bool:
    return any(isinstance(s, Rule) for s in parse(file.read_text(encoding="utf-8"), file.name).document.statements)


def test_every_citation_of_an_accepted_id_has_a_reason_and_is_still_needed(everything: Path) -> None:
    model = load(everything).model
    assert model is not None
    cited = {citation.id for citation in citations(model) if citation.name == "cwe"}
    assert set(ACCEPTED) <= cited
    assert all(ACCEPTED.values())


def test_the_data_is_small_and_each_catalogue_has_its_notice() -> None:
    data = sorted((MODELS / "refs").glob("*.json"))
    notice = (MODELS / "refs" / "NOTICE.md").read_text(encoding="utf-8")
    assert [file.stem for file in data] == sorted(SCHEMES)
    assert sum(file.stat().st_size for file in data) < LARGEST_SUM
    for name in SCHEMES:
        about = Catalogues()[name].about
        assert f"| `{name}.json` |" in notice
        assert f"| {about.version} |" in notice
