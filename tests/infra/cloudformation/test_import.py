"""A template becomes a model that is right by itself: in canonical layout, and of words that the language has."""

from pathlib import Path

import pytest

from tests.cli.running import threatdsl
from tests.infra.cloudformation.templates import CORPUS
from threatdsl.infra.cloudformation.defaults import SETTINGS
from threatdsl.infra.cloudformation.tables import ELEMENTS, PART_OF

FILES = sorted(file for file in CORPUS.rglob("*") if file.suffix in (".yaml", ".json"))


def every_type() -> str:
    """A template with a resource of each type; those that are part of others say of which."""
    lines = ["Resources:"]
    for number, type_ in enumerate(sorted({*ELEMENTS, *PART_OF, *SETTINGS})):
        lines += [f"  R{number}:", f"    Type: {type_}"]
        for setting in SETTINGS.get(type_, ()):
            if len(setting.path) == 1:
                lines += [] if "    Properties:" in lines[-3:] else ["    Properties:"]
                lines += [f"      {setting.name}: {setting.words[0] if setting.words else 'true'}"]
                break
    return "\n".join(lines) + "\n"


def assert_becomes_a_model(folder: Path, template: Path) -> None:
    """`new --from` writes what `fmt` leaves and `check` understands; a second import changes nothing."""
    (folder / "threatdsl.root").touch()
    arguments = ("new", "--from", f"cloudformation:{template}", "-o", "m.threat", "--losses", "losses.txt")
    assert threatdsl(*arguments, cwd=folder).code == 0
    written = (folder / "m.threat").read_text(encoding="utf-8")
    assert threatdsl("fmt", "--check", "m.threat", cwd=folder).code == 0
    done = threatdsl("check", "m.threat", cwd=folder)
    assert done.code in (0, 1), done.err
    assert threatdsl(*arguments, cwd=folder).code == 0
    assert (folder / "m.threat").read_text(encoding="utf-8") == written


def test_a_template_of_all_types_becomes_a_model(tmp_path: Path) -> None:
    template = tmp_path / "all.yaml"
    template.write_text(every_type(), encoding="utf-8")
    assert_becomes_a_model(tmp_path, template)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_templates_of_others_become_models(tmp_path: Path, file: Path) -> None:
    template = tmp_path / file.name
    template.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert_becomes_a_model(tmp_path, template)
