"""Where a baseline comes from: a revision of the repository, or the saved result of an earlier run."""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from threatdsl.cli.git import (
    GitError,
    Revision,
    is_tracked,
    is_tracked_and_changed,
    known_revision,
    moved_since,
    revision,
    top_of,
    write_files,
    write_models,
)
from threatdsl.cli.infrastructure import infrastructure_files
from threatdsl.cli.session import fail, load_model
from threatdsl.evidence.envelope import SUFFIX
from threatdsl.evidence.files import LARGEST, read_bounded
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.verdict import Evidence
from threatdsl.model.load import Loaded
from threatdsl.model.sources import root_of
from threatdsl.report.saved import ResultError, read_result, saved_evidence


class Baseline(msgspec.Struct, frozen=True):
    """What a change is compared with.

    `name` tells it in words, `loaded` is its model, whose files have the `name` before them, `evidence` the verdicts
    that were saved with it, `root` the folder of the checked-out tree that its paths are relative to. `is_doctored`
    tells whether the change brought a result file itself, `moved` where files of the root went.
    """

    name: str
    loaded: Loaded
    evidence: Evidence
    root: Path
    is_doctored: Callable[[str], bool]
    moved: Mapping[str, str]


def baseline_of(path: Path, name: str, root: Path | None) -> Baseline:
    """The baseline of a model: a saved result where `name` ends in .json, else a revision.

    One that cannot be had ends the program with a message and exit code 2.
    """
    saved = Path(name)
    try:
        if saved.suffix == ".json":
            return _of_result(path, saved, root)
        return _of_revision(path, *_named(path, name), root)
    except (GitError, ResultError, Unreadable) as error:
        fail(str(error))


def _of_result(path: Path, saved: Path, root: Path | None) -> Baseline:
    """The model that a saved result holds, with the verdicts of that day."""
    content = read_bounded(saved, saved.resolve().parent, LARGEST)
    if content is None:
        raise GitError(f"there is no saved result {saved}")
    result = read_result(content)
    found = root if root is not None else root_of(path)
    here = path.absolute().parent.resolve() / path.name
    try:
        top = top_of(here.parent)
    except GitError:
        top = None
    if top is not None and is_tracked(top, saved):
        raise GitError(f"{saved} is part of the repository, so that a change can edit it: name a revision instead")
    with tempfile.TemporaryDirectory(prefix="threatdsl-") as folder:
        copy = Path(folder).resolve()
        for source in result.sources:
            _write(copy, source.file, source.text)
        there = copy / (result.model.file or "")
        if not there.is_file():
            raise GitError(f"{saved} holds no model: it is the result of one with mistakes")
        loaded = load_model(there, root=copy, label=f"{saved.name}:")
    evidence = saved_evidence(loaded.model, result) if loaded.model is not None else Evidence()
    commit = known_revision(here.parent, result.commit or "") if top is not None else None
    return Baseline(str(saved), loaded, evidence, found, _doctoring(commit, top, found), _moved(commit, found))


def _write(folder: Path, file: str, text: str) -> None:
    target = Path(os.path.normpath(folder / file))
    if not target.is_relative_to(folder):
        raise GitError(f"the saved result names a file outside of its root: {file}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="")


def _doctoring(commit: Revision | None, top: Path | None, root: Path) -> Callable[[str], bool]:
    """Whether a change may have brought a result file: it differs from a commit, or without one is tracked at all."""
    if top is None:
        return lambda _: False
    if commit is None:
        return lambda file: any(is_tracked(top, root / one) for one in (file, file + SUFFIX))
    return lambda file: any(is_tracked_and_changed(commit, root / one) for one in (file, file + SUFFIX))


def _moved(commit: Revision | None, root: Path) -> Mapping[str, str]:
    """Where files went since a commit, by their paths from the root."""
    if commit is None:
        return {}
    prefix = os.path.relpath(root.resolve(), commit.top.resolve())
    inside = "" if prefix == "." else f"{prefix}/"
    moved = moved_since(commit)
    return {old.removeprefix(inside): new.removeprefix(inside) for old, new in moved.items() if old.startswith(inside)}


def _named(path: Path, name: str) -> tuple[Revision, Path]:
    """The commit that a baseline names, and the path of the model there: `main`, or `main:old/shop.threat`."""
    folder = path.absolute().parent
    inside = Path(os.path.normpath(folder.resolve() / path.name))
    ref, colon, old = name.partition(":")
    commit = revision(folder, ref if ref and old else name)
    if ref and colon and old:
        return msgspec.structs.replace(commit, name=ref), commit.top.resolve() / os.path.normpath(old)
    return commit, inside


def _of_revision(path: Path, commit: Revision, inside: Path, root: Path | None) -> Baseline:
    top = commit.top.resolve()
    if not inside.is_relative_to(top):
        raise GitError(f"{path} is outside the repository {top}")
    with tempfile.TemporaryDirectory(prefix="threatdsl-") as folder:
        copy = Path(folder).resolve()
        (copy / ".git").mkdir()  # the top is a root, as in the repository
        write_models(commit, copy)
        there = copy / inside.relative_to(top)
        if not there.is_file():
            missing = f"{commit.name} has no {inside.relative_to(top)}"
            raise GitError(f"{missing}: a new model has no baseline; for one that moved, name {commit.name}:OLD/PATH")
        of_root = copy / root.resolve().relative_to(top) if root is not None else root_of(there)
        loaded = load_model(there, root=of_root, label=f"{commit.name}:")
        inside_top = of_root.relative_to(copy)
        if loaded.model is not None and (built := infrastructure_files(loaded.model)):
            write_files(commit, copy, ((inside_top / name).as_posix() for name in built))
            loaded = load_model(there, root=of_root, label=f"{commit.name}:")
        found = top / of_root.relative_to(copy)
    return Baseline(
        f"{commit.name} ({commit.short})",
        loaded,
        Evidence(),
        found,
        _doctoring(commit, top, found),
        _moved(commit, found),
    )
