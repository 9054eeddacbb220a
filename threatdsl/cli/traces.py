"""What is left in the checked-out tree of a thing that a model no longer has: its code, its infrastructure."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from threatdsl.model.things import Thing

CODE = "code"
LARGEST = 4 * 1024 * 1024  # bytes of a template that is searched


def traces(root: Path, went: Mapping[str, str], thing: Thing, *, moved: bool) -> str:
    """The first source folder, file or resource of a thing that still exists, empty if none does.

    `went` says where files are that are not where they were, by their paths from the root: it counts with `moved`.
    """
    away = went if moved else {}
    for folder in map(str, thing.items("source")):
        if _exists(root, folder):
            return folder
        if now := _went(away, f"{folder.strip('/')}/*", folder.strip("/")):
            return f"{folder}, now {now},"
    for item in map(str, thing.items("realized-by")):
        kind, _, rest = item.partition(":")
        file, _, resource = rest.partition("#")
        if kind == CODE and _matches(root, rest):
            return rest
        if kind != CODE and resource and _names(root / file, root, resource):
            return f"{resource} in {file}"
        if now := _went(away, (rest if kind == CODE else file).replace("**", "*")):
            return f"{item}, now {now},"
    return ""


def _went(away: Mapping[str, str], *patterns: str) -> str:
    """Where the first of the files that match went."""
    return next((new for old, new in away.items() if any(fnmatchcase(old, one) for one in patterns)), "")


def _exists(root: Path, name: str) -> bool:
    path = root / name
    return path.resolve().is_relative_to(root.resolve()) and path.exists()


def _matches(root: Path, pattern: str) -> bool:
    clean = pattern.strip("/")
    if not clean or ".." in Path(clean).parts:
        return False
    return next(iter(root.glob(clean)), None) is not None


def _names(path: Path, root: Path, resource: str) -> bool:
    """Whether a template still speaks of a resource: by the last part of its name, since only drift reads templates."""
    try:
        inside = path.resolve().is_relative_to(root.resolve())
        if not inside or not path.is_file() or path.stat().st_size > LARGEST:
            return inside and path.is_file()
        return resource.rpartition("/")[2].rpartition(".")[2].encode() in path.read_bytes()
    except OSError:
        return False
