"""A file is parsed once."""

import subprocess
import sys
from pathlib import Path

import pytest

from threatdsl.syntax import SourceFile, parse_file, store

TEXT = b'service a "A" { b [c, d -> e] }\nrule r "R" { when some x in y where x.z > 3 }\n'


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("tables-"))


def test_a_known_file_is_the_same_and_needs_no_parser(tmp_path: Path) -> None:
    first = parse_file(TEXT, "m.threat", tmp_path)
    code = (
        "import sys; from pathlib import Path; from threatdsl.syntax import parse_file;"
        f"f = parse_file({TEXT!r}, 'm.threat', Path({str(tmp_path)!r}));"
        "print('lark' in sys.modules, len(f.document.statements))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "2"]
    assert parse_file(TEXT, "m.threat", tmp_path) == first == parse_file(TEXT, "m.threat", None)


def test_the_name_of_the_file_belongs_to_the_key(tmp_path: Path) -> None:
    parse_file(TEXT, "m.threat", tmp_path)
    assert parse_file(TEXT, "other.threat", tmp_path).document.statements[0].span.file == "other.threat"


def test_files_with_mistakes_are_not_kept(tmp_path: Path) -> None:
    parse_file(b"a = 1", "m.threat", tmp_path)
    assert entries(tmp_path) == []


@pytest.mark.parametrize("foreign", [b"", b"\x81", b"\x93\xa1a\x90\x90", b"\x91" * 100_000, TEXT])
def test_a_damaged_entry_is_ignored_and_rewritten(tmp_path: Path, foreign: bytes) -> None:
    good = parse_file(TEXT, "m.threat", tmp_path)
    (entry,) = entries(tmp_path)
    kept = entry.read_bytes()
    entry.write_bytes(foreign)
    assert parse_file(TEXT, "m.threat", tmp_path) == good
    assert entry.read_bytes() == kept


def test_damaged_parser_tables_are_computed_again(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from threatdsl.syntax import parse_file;"
        f"print(parse_file(b'a 1', 'm', Path({str(tmp_path)!r})).document.statements[0].name.text)"
    )
    for damage in (None, b"", b"\x80", b"\x82\xa4data\x80\xa4memo\x80"):
        for path in tmp_path.iterdir():
            path.unlink() if damage is None or not path.name.startswith("tables-") else path.write_bytes(damage)
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert ran.stdout == "a\n"


def test_a_folder_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert isinstance(parse_file(TEXT, "m.threat", tmp_path / "file"), SourceFile)


def test_the_folder_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ENTRIES", 5)
    for number in range(9):
        store.write_entry(tmp_path / f"{number}", b"")
    assert len(list(tmp_path.iterdir())) == 5
    assert (tmp_path / "8").exists()
