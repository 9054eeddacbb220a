"""The one way in: a path to a model with everything that is wrong."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, in_order
from threatdsl.model.binding import bind
from threatdsl.model.model import Model
from threatdsl.model.problems import MOST_SHOWN, Problems
from threatdsl.model.sources import read_sources, root_of
from threatdsl.model.vocabulary import Vocabulary
from threatdsl.model.written import Written
from threatdsl.syntax.messages import too_many
from threatdsl.syntax.nodes import Comment, Document

# What a statement that could not be read leaves behind: names that seem unknown, blocks that seem to hold too much or
# too little. After a mistake of syntax these say nothing that is known to be true, and are not told.
CONSEQUENCES = frozenset(
    (
        *("TM0204", "TM0207", "TM0210", "TM0211", "TM0213", "TM0214", "TM0215", "TM0217", "TM0219", "TM0221"),
        *("TM0222", "TM0224", "TM0225", "TM0304"),
    )
)
SYNTAX = ("TM00", "TM01")
TOO_MANY = "TM0199"


class Loaded(msgspec.Struct, frozen=True):
    """A model, or None beside the errors that stand in its way.

    `texts` holds the text of each file by the name that spans use, for showing diagnostics; `root` is the folder that
    these names are relative to; `comments` are those of the checked file; `documents` are the parsed files by name.
    """

    model: Model | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    root: Path
    comments: tuple[Comment, ...]
    documents: Mapping[str, Document]

    @property
    def written(self) -> Written:
        """How the model is written."""
        return Written(self.texts, self.documents)


def load(
    path: Path,
    *,
    root: Path | None = None,
    cache: Path | None = None,
    instead: tuple[Path, ...] = (),
    words: Vocabulary | None = None,
    label: str = "",
) -> Loaded:
    """Read, parse and bind a model.

    `root` overrides the nearest folder upwards with `threatdsl.root` or `.git`; `cache` is a folder for parsed files;
    `instead` are rule files that stand in for shipped ones of the same name; `words` those that count in place of what
    the files say; `label` stands before the names of files of the root, to tell revisions apart. Raises OSError when
    `path` cannot be read.
    """
    problems = Problems()
    folder = root if root is not None else root_of(path)
    sources = read_sources(path, folder, cache, problems, instead, label)
    of_reading = problems.found
    model = bind(sources, problems, words)
    found = (*of_reading, *_told(of_reading, problems.found[len(of_reading) :]))
    return Loaded(
        model,
        limited(in_order(found)),
        sources.texts,
        folder,
        sources.checked.document.comments,
        {source.document.file: source.document for source in sources.all},
    )


def limited(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics, but of many errors only the first ones and a count."""
    errors = tuple(d for d in found if d.severity is Severity.ERROR and d.code != TOO_MANY)
    if len(errors) <= MOST_SHOWN:
        return found
    return (*errors[:MOST_SHOWN], too_many(errors[MOST_SHOWN].span, len(errors) - MOST_SHOWN))


def _told(of_reading: tuple[Diagnostic, ...], of_binding: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    """What binding found, without what may only follow from a statement that could not be read."""
    unreadable = {(d.span.file, d.span.line) for d in of_reading if d.code.startswith(SYNTAX)}
    for diagnostic in of_binding:
        on_its_line = (diagnostic.span.file, diagnostic.span.line) in unreadable
        if not on_its_line and not (unreadable and diagnostic.code in CONSEQUENCES):
            yield diagnostic
