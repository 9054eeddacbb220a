"""Where a baseline comes from: a revision of the repository, or the saved result of an earlier run."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from threatdsl.cli.git import GitError, Revision, is_tracked_and_changed, revision, write_models
from threatdsl.cli.session import fail, load_model
from threatdsl.evidence.envelope import SUFFIX
from threatdsl.evidence.verdict import Evidence
from threatdsl.model.load import Loaded
from threatdsl.model.sources import root_of


class Baseline(msgspec.Struct, frozen=True):
    """What a change is compared with.

    `name` tells it in words, `loaded` is its model, whose files have the `name` before them, `evidence` the verdicts
    that were saved with it, `root` the folder of the checked-out tree that its paths are relative to. `is_doctored`
    tells whether the change brought a result file itself.
    """

    name: str
    loaded: Loaded
    evidence: Evidence
    root: Path
    is_doctored: Callable[[str], bool]


def baseline_of(path: Path, name: str, root: Path | None) -> Baseline:
    """The baseline of a model. One that cannot be had ends the program with a message and exit code 2."""
    try:
        return _of_revision(path, revision(path.absolute().parent, name), root)
    except GitError as error:
        fail(str(error))


def _of_revision(path: Path, commit: Revision, root: Path | None) -> Baseline:
    top = commit.top.resolve()
    inside = Path(os.path.normpath(path.absolute().parent.resolve() / path.name))
    if not inside.is_relative_to(top):
        raise GitError(f"{path} is outside the repository {top}")
    with tempfile.TemporaryDirectory(prefix="threatdsl-") as folder:
        copy = Path(folder).resolve()
        (copy / ".git").mkdir()  # the top is a root, as in the repository
        write_models(commit, copy)
        there = copy / inside.relative_to(top)
        if not there.is_file():
            raise GitError(f"{commit.name} has no {inside.relative_to(top)}: a new model has no baseline yet")
        of_root = copy / root.resolve().relative_to(top) if root is not None else root_of(there)
        loaded = load_model(there, root=of_root, label=f"{commit.name}:")
        found = top / of_root.relative_to(copy)
    return Baseline(
        f"{commit.name} ({commit.short})",
        loaded,
        Evidence(),
        found,
        lambda file: any(is_tracked_and_changed(commit, found / one) for one in (file, file + SUFFIX)),
    )
