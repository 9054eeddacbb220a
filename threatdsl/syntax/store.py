"""A folder of small files that may vanish, be foreign or be unwritable at any time: nobody depends on it."""

import os
import tempfile
from pathlib import Path

MOST_ENTRIES = 500


def read_entry(path: Path) -> bytes | None:
    """What the entry holds, or None when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def write_entry(path: Path, content: bytes) -> None:
    """Write atomically, so that another run never reads half an entry; failing is silent. Keeps the folder small."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            return
        _remove_oldest(path.parent)
    except OSError:
        return


def _remove_oldest(folder: Path) -> None:
    """Keep the newest entries; one listing, and file times are asked for only when there are too many."""
    names = os.listdir(folder)  # noqa: PTH208  # names alone, no Path a file
    if len(names) <= MOST_ENTRIES:
        return
    by_age = sorted((folder / name for name in names), key=lambda path: (path.lstat().st_mtime_ns, path.name))
    for path in by_age[: len(names) - MOST_ENTRIES]:
        path.unlink(missing_ok=True)
