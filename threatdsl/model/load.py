"""The one way in: a path to a model with everything that is wrong."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from threatdsl.diagnostics import Diagnostic, in_order
from threatdsl.model.binding import bind
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.sources import read_sources, root_of
from threatdsl.syntax.nodes import Comment


class Loaded(msgspec.Struct, frozen=True):
    """A model, or None beside the errors that stand in its way.

    `texts` holds the text of each file by the name that spans use, for showing diagnostics; `root` is the folder that
    these names are relative to; `comments` are those of the checked file.
    """

    model: Model | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    root: Path
    comments: tuple[Comment, ...]


def load(
    path: Path, *, now: date, root: Path | None = None, cache: Path | None = None, instead: tuple[Path, ...] = ()
) -> Loaded:
    """Read, parse and bind a model.

    `root` overrides the nearest folder upwards with `threatdsl.root` or `.git`; `cache` is a folder for parsed files;
    `instead` are rule files that stand in for shipped ones of the same name. Raises OSError when `path` cannot be read.
    """
    problems = Problems()
    folder = root if root is not None else root_of(path)
    sources = read_sources(path, folder, cache, problems, instead)
    model = bind(sources, now, problems)
    return Loaded(model, in_order(problems.found), sources.texts, folder, sources.checked.document.comments)
