"""Which files are read and written: nothing outside the root, nothing over a model, nothing that never ends."""

import os
from pathlib import Path

import pytest

from tests.cli.running import process, threatdsl, write

HEAD = 'model m "M" { }\n'


@pytest.mark.parametrize("command", [("check",), ("diagram", "--format", "svg")])
def test_a_result_is_never_written_over_a_model(command: tuple[str, ...], tmp_path: Path) -> None:
    model, library = write(tmp_path, "m.threat", HEAD), write(tmp_path, "lib.threat", 'library l "L" { }\n')
    for target in (model, library):
        before = target.read_text(encoding="utf-8")
        done = threatdsl(command[0], model, *command[1:], "-o", target, cwd=tmp_path)
        assert done.code == 2
        assert target.read_text(encoding="utf-8") == before


def test_a_link_does_not_make_the_place_it_leads_to_the_root(tmp_path: Path) -> None:
    write(tmp_path, "secret/secret.txt", "root:x:0:0\n")
    write(tmp_path, "repository/threatdsl.root", "")
    (tmp_path / "repository" / "m.threat").symlink_to(tmp_path / "secret" / "secret.txt")
    done = threatdsl("check", "m.threat", cwd=tmp_path / "repository")
    assert done.code == 2
    assert "outside the root" in done.err
    assert "root:x" not in done.err + done.out


def test_fmt_leaves_links_that_it_finds_alone_and_writes_through_one_that_is_named(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/z.threat", 'model   z "Z" { }\n')
    link = tmp_path / "inside" / "z.threat"
    link.parent.mkdir()
    link.symlink_to(outside)
    write(tmp_path, "inside/a.threat", HEAD)
    assert threatdsl("fmt", link.parent, cwd=tmp_path).code == 0
    assert outside.read_text(encoding="utf-8").startswith("model   z")
    assert threatdsl("fmt", link, cwd=tmp_path).code == 0
    assert link.is_symlink()
    assert outside.read_text(encoding="utf-8") == 'model z "Z" { }\n'


def test_a_loop_of_links_is_a_wrong_input(tmp_path: Path) -> None:
    (tmp_path / "loop.threat").symlink_to("loop.threat")
    for command in ("check", "fmt"):
        assert threatdsl(command, "loop.threat", cwd=tmp_path).code == 2


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.threat")
    assert threatdsl("check", "pipe.threat", cwd=tmp_path).code == 2
    assert threatdsl("check", "/dev/zero", cwd=tmp_path).code == 2


def test_a_full_disk_is_said_and_is_no_bug(tmp_path: Path) -> None:
    write(tmp_path, "m.threat", HEAD)
    done = process("check", "m.threat", "-o", "/dev/full", cwd=tmp_path)
    assert done.returncode == 2
    assert b"No space left" in done.stderr


def test_a_form_that_the_name_contradicts_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "m.threat", HEAD)
    done = threatdsl("diagram", "m.threat", "--format", "png", "-o", "m.svg", cwd=tmp_path)
    assert done.code == 2
    assert "m.svg" in done.err
    assert not (tmp_path / "m.svg").exists()
