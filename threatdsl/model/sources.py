"""The files of a model: the checked one, the prelude and the shipped rules, and all that they import."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import msgspec

from threatdsl.diagnostics import Related, Span, did_you_mean
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.syntax import parse_file
from threatdsl.syntax.nodes import Declaration, Document, Import, Name

SHIPPED = "threatdsl:"
PRELUDE = "lib/prelude.threat"
CORE_RULES = "rules/core.threat"
ROOT_MARKS = ("threatdsl.root", ".git")


class Source(msgspec.Struct, frozen=True):
    """One file. `core` tells the prelude and the shipped rules, `shipped` also other shipped libraries."""

    document: Document
    text: str
    scope: Scope
    head: Declaration | None
    core: bool
    shipped: bool


class Sources(msgspec.Struct, frozen=True):
    """All files of a model in the order of binding: the core first, the checked file last.

    `texts` holds the text of each file by its name in spans.
    """

    checked: Source
    all: tuple[Source, ...]

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of each file by the name that spans use."""
        return {source.document.file: source.text for source in self.all}


def shipped_folder() -> Path:
    """The folder of the shipped models, on disk in every kind of install (`threatdsl.models` is never zipped)."""
    return Path(str(files("threatdsl.models")))


def root_of(path: Path) -> Path:
    """The nearest folder upwards that holds `threatdsl.root` or `.git`, else the file's own."""
    folder = path.resolve().parent
    return next((up for up in (folder, *folder.parents) if any((up / mark).exists() for mark in ROOT_MARKS)), folder)


def read_sources(
    path: Path, root: Path, cache: Path | None, problems: Problems, instead: tuple[Path, ...] = ()
) -> Sources:
    """Read the checked file and all that it needs.

    `instead` are files that stand in for the shipped rule files of the same library name. Raises OSError when `path`
    itself cannot be read.
    """
    return _Reader(path, root, cache, problems).read(instead)


class _Reader:
    """Reads each file once, in the order in which it is needed."""

    def __init__(self, path: Path, root: Path, cache: Path | None, problems: Problems) -> None:
        self._path = path.resolve()
        self._root = root.resolve()
        self._shipped = shipped_folder()
        self._cache = cache
        self._problems = problems
        self._done: dict[Path, Source] = {}
        self._open: dict[Path, Span] = {}
        self._instead: dict[str, Path] = {}
        self._core = True

    def read(self, instead: tuple[Path, ...]) -> Sources:
        self._read(self._shipped / PRELUDE, None)
        for path in instead:
            source = self._read(path.resolve(), None)
            if source is not None and source.head is not None:
                self._instead[source.head.name.text] = path.resolve()
        self._read(self._shipped / CORE_RULES, None)
        self._core = False
        checked = self._read(self._path, None)
        if checked is None:
            raise FileNotFoundError(self._path)
        return Sources(checked, tuple(self._done.values()))

    def _is_shipped(self, path: Path) -> bool:
        """Whether it is a library or a rule file that ships with threatdsl; the examples are models like any other."""
        return any(path.is_relative_to(self._shipped / folder) for folder in ("lib", "rules"))

    def _display(self, path: Path) -> str:
        if self._is_shipped(path):
            return SHIPPED + path.relative_to(self._shipped).as_posix()
        if path.is_relative_to(self._root):
            return path.relative_to(self._root).as_posix()
        return path.name

    def _read(self, path: Path, at: Span | None) -> Source | None:
        if path in self._done:
            return self._done[path]
        if at is not None and path in self._open:
            place = self._open[path]
            self._problems.error(
                "TM0203",
                f"{self._display(path)} imports itself in a circle",
                at,
                label="this import closes the circle",
                related=(Related("the circle begins here", place),) if place != at else (),
                help="move what both files need to a third one",
            )
            return None
        parsed = parse_file(path.read_bytes(), self._display(path), self._cache)
        self._problems.extend(parsed.diagnostics)
        head = self._head(parsed.document)
        aliases = self._imports(path, parsed.document)
        namespace = "" if self._core or path == self._path or head is None else head.name.text
        scope = Scope(parsed.document.file, namespace, aliases)
        source = Source(parsed.document, parsed.text, scope, head, self._core, self._is_shipped(path))
        self._done[path] = source
        return source

    def _head(self, document: Document) -> Declaration | None:
        heads = [s for s in document.statements if isinstance(s, Declaration) and s.kind.text in ("model", "library")]
        for extra in heads[1:]:
            self._problems.error(
                "TM0208",
                f"a second `{extra.kind.text}` statement",
                extra.kind.span,
                related=(Related("the first is here", heads[0].kind.span),),
                help="a file is one model or one library",
            )
        return heads[0] if heads else None

    def _imports(self, path: Path, document: Document) -> dict[str, str]:
        aliases: dict[str, str] = {}
        seen: dict[str, Span] = {}
        for statement in document.statements:
            if not isinstance(statement, Import):
                continue
            target = self._target(path, statement)
            if target is None:
                continue
            self._open[path] = statement.span
            source = self._read(target, statement.source.span)
            del self._open[path]
            if source is None:
                continue
            if source.head is None and source.document.statements:
                self._problems.error(
                    "TM0207",
                    f"{source.document.file} has no `library` statement",
                    statement.source.span,
                    help=f'begin it with `library {Path(source.document.file).stem} "Title"`',
                )
                continue
            self._add_alias(statement, source, aliases, seen)
        return aliases

    def _add_alias(self, statement: Import, source: Source, aliases: dict[str, str], seen: dict[str, Span]) -> None:
        if source.head is None:
            return
        alias = statement.alias.text if statement.alias is not None else source.head.name.text
        if alias in aliases and aliases[alias] != source.scope.namespace:
            self._problems.error(
                "TM0206",
                f"two imports are called `{alias}`",
                statement.span,
                related=(Related("the other is here", seen[alias]),),
                help="give one of them another name with `as`",
            )
            return
        aliases[alias] = source.scope.namespace
        seen[alias] = statement.span

    def _target(self, importer: Path, statement: Import) -> Path | None:
        if isinstance(statement.source, Name):
            return self._library(statement.source)
        text, span = statement.source.text, statement.source.span
        if self._is_shipped(importer):
            path, bound = (importer.parent / text).resolve(), self._shipped
            path = self._instead.get(path.stem, path)
        else:
            path, bound = (importer.parent / text).resolve(), self._root
        if "\0" in text or not path.is_relative_to(bound):
            self._problems.error(
                "TM0202",
                f'"{text}" is outside the root of the model',
                span,
                help="move the file under the root, or name another root with --root",
            )
            return None
        if path.is_file():
            return path
        siblings = [p.name for p in path.parent.glob("*.threat")] if path.parent.is_dir() else []
        self._problems.error(
            "TM0201", f'there is no file "{text}"', span, label="not found", help=did_you_mean(path.name, siblings)
        )
        return None

    def _library(self, name: Name) -> Path | None:
        path = self._shipped / "lib" / f"{name.text}.threat"
        if path.is_file():
            return path
        known = sorted(p.stem for p in (self._shipped / "lib").glob("*.threat"))
        self._problems.error(
            "TM0205",
            f"no library called `{name.text}` ships with threatdsl",
            name.span,
            help=did_you_mean(name.text, known) or f"there are: {', '.join(known)}; a file of yours is named in quotes",
        )
        return None
