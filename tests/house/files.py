"""The project's own files, as a fresh clone has them."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
IGNORED = (".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()))


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file below the folder in order of path, without what .gitignore names."""
    for entry in sorted(folder.iterdir()):
        if any(fnmatch(entry.name, pattern) for pattern in IGNORED):
            continue
        if entry.is_dir():
            yield from project_files(entry)
        else:
            yield entry


def python_files() -> tuple[Path, ...]:
    """The Python files of threatdsl and of its tests."""
    return tuple(file for room in ("threatdsl", "tests") for file in project_files(ROOT / room) if file.suffix == ".py")


def text_files() -> Iterator[tuple[str, str]]:
    """The path and the text of every file that is text."""
    for file in project_files():
        raw = file.read_bytes()
        if b"\0" not in raw:
            yield file.relative_to(ROOT).as_posix(), raw.decode("utf-8", errors="replace")
