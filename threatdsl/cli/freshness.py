"""Which elements of a model were left behind by changes of their code and infrastructure since a revision."""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from threatdsl.cli.baseline import Baseline
from threatdsl.cli.git import Revision, changed_since, commits_since, files_of, lines_since, write_files
from threatdsl.cli.infrastructure import infrastructure_files
from threatdsl.evidence.matching import code_patterns, is_file
from threatdsl.infra.code_changes import is_quiet, sensitive_lines
from threatdsl.infra.freshness import fingerprint, shown_of
from threatdsl.infra.reading import realized
from threatdsl.model.digest import thing_meaning
from threatdsl.model.model import Model
from threatdsl.model.things import Thing

TRAILER = re.compile(r"^Threat-Model:\s*unchanged\s*\((?P<reason>[^)]+)\)\s*$", re.IGNORECASE | re.MULTILINE)


class Left(msgspec.Struct, frozen=True):
    """An element whose code or infrastructure changed while it did not: `what` changed, each with its `file:line`.

    `model` and `bindings` are fingerprints of what the model says and of what builds it now.
    """

    element: str
    title: str
    what: Mapping[str, str]
    line: int
    file: str
    model: str
    bindings: str


class Fresh(msgspec.Struct, frozen=True):
    """The elements left behind, the bound files whose changes matter to no threat, and what trailers silenced."""

    left: tuple[Left, ...]
    quiet: tuple[str, ...]
    told: Mapping[str, str]


class Freshness:
    """A model of the work tree beside what stood at a revision."""

    def __init__(self, model: Model, root: Path, baseline: Baseline, commit: Revision) -> None:
        """`baseline` is the model at the revision."""
        self._model, self._root, self._commit = model, root, commit
        self._past = baseline.loaded.model
        here, top = root.resolve(), commit.top.resolve()
        self._inside = "" if here == top else f"{here.relative_to(top).as_posix()}/"
        self._told = dict(self._trailers())
        self._changed = tuple(name for name in changed_since(commit) if name not in self._told)

    def found(self) -> Fresh:
        """What was left behind."""
        built = self._built()
        left, quiet = [], dict[str, None]()
        for thing in self._model.things.values():
            what = dict(built.get(thing.id, {}))
            for name in self._code_of(thing):
                lines = dict(self._lines(name))
                what.update(lines)
                if not lines:
                    quiet[name] = None
            if what and self._is_as_it_was(thing):
                left.append(self.left(thing, what))
        return Fresh(tuple(left), tuple(quiet), self._told)

    def left(self, thing: Thing, what: Mapping[str, str]) -> Left:
        """An element with what changed and the fingerprints of today."""
        title, span = thing.title or thing.id, thing.span
        return Left(
            thing.id, title, what, span.line, span.file, self._meaning(self._model, thing), self.bindings(thing)
        )

    def bindings(self, thing: Thing) -> str:
        """A fingerprint of all that builds a thing now: what infrastructure shows, and the contents of its code."""
        now = realized(self._model, self._root)
        shown = shown_of(now.bound, now.infrastructure).get(thing.id, {})
        return fingerprint((*shown, *self._code_now(tuple(code_patterns(thing)))))

    def _code_now(self, patterns: tuple[str, ...]) -> Iterator[str]:
        """The files of patterns with fingerprints of their contents."""
        for path in sorted(self._root.rglob("*")) if patterns else ():
            name = path.relative_to(self._root).as_posix()
            bound = not name.startswith(".git/") and any(is_file(name, one) for one in patterns)
            if bound and not is_quiet(name) and path.is_file():
                yield f"{name} {_content(path)}"

    def _built(self) -> Mapping[str, Mapping[str, str]]:
        """What infrastructure shows now and did not, or showed and does not, of each thing."""
        names = [f"{self._inside}{name}" for name in infrastructure_files(self._model)]
        if not set(names) & set(self._changed):
            return {}
        with tempfile.TemporaryDirectory(prefix="threatdsl-") as folder:
            copy = Path(folder).resolve()
            write_files(self._commit, copy, names)
            then = realized(self._model, copy / self._inside)
        now = realized(self._model, self._root)
        before, after = (shown_of(one.bound, one.infrastructure) for one in (then, now))
        return {
            id_: {
                text: place
                for text, place in _differing(before.get(id_, {}), after.get(id_, {}))
                if self._counts(place)
            }
            for id_ in {*before, *after}
        }

    def _counts(self, place: str) -> bool:
        """Whether no commit says of the file of a place that the model is right as it is."""
        return f"{self._inside}{place.rpartition(':')[0]}" not in self._told

    def _code_of(self, thing: Thing) -> Iterator[str]:
        """The changed files that a thing is made of."""
        patterns = tuple(code_patterns(thing))
        for name in self._changed if patterns else ():
            path = name.removeprefix(self._inside)
            if name.startswith(self._inside) and any(is_file(path, one) for one in patterns):
                yield path

    def _lines(self, path: str) -> Iterator[tuple[str, str]]:
        if not is_quiet(path):
            for line, what in sensitive_lines(lines_since(self._commit, f"{self._inside}{path}")):
                yield f"{path} {what}", f"{path}:{line}"

    def _is_as_it_was(self, thing: Thing) -> bool:
        """Whether the model says of a thing and its flows what it said at the revision."""
        past = self._past
        was = past.things.get(thing.id) if past is not None else None
        return was is not None and past is not None and self._meaning(past, was) == self._meaning(self._model, thing)

    @staticmethod
    def _meaning(model: Model, thing: Thing) -> str:
        flows = (flow for flow in model.flows if thing.id in (flow.source, flow.target))
        return fingerprint(thing_meaning(one) for one in (thing, *flows))

    def _trailers(self) -> Iterator[tuple[str, str]]:
        """The files that commits changed which say that the model is right as it is, with the reason."""
        for id_, message in commits_since(self._commit).items():
            trailer = TRAILER.search(message)
            if trailer is not None:
                yield from ((name, trailer["reason"]) for name in files_of(self._commit, id_))


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((f"now {text}", place) for text, place in after.items() if text not in before)
    yield from ((f"no longer {text}", place) for text, place in before.items() if text not in after)


def _content(path: Path) -> str:
    """A fingerprint of a file's content with line ends as git keeps them."""
    try:
        return sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:12]
    except OSError as error:
        return os.strerror(error.errno or 0)
