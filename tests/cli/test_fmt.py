"""`threatdsl fmt`: files, folders, --check and --diff."""

from pathlib import Path

from tests.cli.running import threatdsl, write

LOOSE = 'model   shop "Shop" {\n\n\n      owner "x" }   # ours\n'


def test_it_lays_out_a_file_once(tmp_path: Path) -> None:
    path = write(tmp_path, "shop.threat", LOOSE)
    assert threatdsl("fmt", "--check", path, cwd=tmp_path).code == 1
    assert path.read_text(encoding="utf-8") == LOOSE
    assert threatdsl("fmt", path, cwd=tmp_path).code == 0
    laid_out = path.read_text(encoding="utf-8")
    assert "# ours" in laid_out
    assert laid_out != LOOSE
    assert threatdsl("fmt", "--check", path, cwd=tmp_path).code == 0


def test_diff_shows_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "shop.threat", LOOSE)
    done = threatdsl("fmt", "--diff", path, cwd=tmp_path)
    assert done.code == 1
    assert '-model   shop "Shop" {' in done.out
    assert path.read_text(encoding="utf-8") == LOOSE


def test_a_folder_is_searched_and_a_wrong_file_is_left_alone(tmp_path: Path) -> None:
    loose, wrong = write(tmp_path, "a/loose.threat", LOOSE), write(tmp_path, "b/wrong.threat", "model {\n")
    done = threatdsl("fmt", tmp_path, cwd=tmp_path)
    assert done.code == 2
    assert "wrong.threat" in done.err
    assert wrong.read_text(encoding="utf-8") == "model {\n"
    assert loose.read_text(encoding="utf-8") != LOOSE


def test_nothing_to_lay_out_is_said(tmp_path: Path) -> None:
    for path in ("missing.threat", str(tmp_path)):
        done = threatdsl("fmt", path, cwd=tmp_path)
        assert done.code == 2
        assert path in done.err
