"""The files of a model: the checked one, the prelude and the shipped rules, and all that they import."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path, PurePosixPath

import msgspec

from threatdsl.diagnostics import Related, Span, did_you_mean
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.syntax import parse_file
from threatdsl.syntax.nodes import Declaration, Document, Import, Name

SHIPPED = "threatdsl:"
PRELUDE = "lib/prelude.threat"
CORE_RULES = "rules/core.threat"
HEADS = ("model", "library")
DEEPEST = 8  # files that lead to one another
ROOT_MARKS = ("threatdsl.root", ".git")


class Source(msgspec.Struct, frozen=True):
    """One file. `core` tells the prelude and the shipped rules, `shipped` also other shipped libraries."""

    document: Document
    text: str
    scope: Scope
    head: Declaration | None
    core: bool
    shipped: bool

    @property
    def library(self) -> str:
        """The name in its `library` statement, empty where it has none."""
        return self.head.name.text if self.head is not None and self.head.kind.text == "library" else ""


class Sources(msgspec.Struct, frozen=True):
    """All files of a model in the order of binding: the core first, the checked file last.

    `texts` holds the text of each file by its name in spans, also of those that were read and could not be used.
    """

    checked: Source
    all: tuple[Source, ...]
    texts: Mapping[str, str]


def shipped_folder() -> Path:
    """The folder of the shipped models, on disk in every kind of install (`threatdsl.models` is never zipped)."""
    return Path(str(files("threatdsl.models")))


def root_of(path: Path) -> Path:
    """The nearest folder upwards that holds `threatdsl.root` or `.git`, else the file's own.

    The path counts as it is written: a link in a folder does not make the place that it leads to the root.
    """
    folder = path.absolute().parent
    return next((up for up in (folder, *folder.parents) if any((up / mark).exists() for mark in ROOT_MARKS)), folder)


def read_sources(
    path: Path,
    root: Path,
    cache: Path | None,
    problems: Problems,
    instead: tuple[Path, ...] = (),
    label: str = "",
) -> Sources:
    """Read the checked file and all that it needs.

    `instead` are files that stand in for the shipped rule files of the same library name, `label` stands
    before the names of files of the root. Raises OSError when `path`
    itself cannot be read.
    """
    return _Reader(path, root, cache, problems, label).read(instead)


class _Reader:
    """Reads each file once, in the order in which it is needed."""

    def __init__(self, path: Path, root: Path, cache: Path | None, problems: Problems, label: str) -> None:
        self._path = path.resolve()
        self._root = root.resolve()
        self._shipped = shipped_folder()
        self._cache = cache
        self._problems = problems
        self._label = label
        self._done: dict[Path, Source] = {}
        self._open: dict[Path, Span] = {}
        self._instead: dict[str, Path] = {}
        self._namespaces: dict[str, Source] = {}
        self._refused: set[str] = set()
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
        texts = {source.document.file: source.text for source in self._done.values()}
        return Sources(checked, tuple(s for s in self._done.values() if s.document.file not in self._refused), texts)

    def _is_shipped(self, path: Path) -> bool:
        """Whether it is a library or a rule file that ships with threatdsl; the examples are models like any other."""
        return any(path.is_relative_to(self._shipped / folder) for folder in ("lib", "rules"))

    def _display(self, path: Path) -> str:
        if self._is_shipped(path):
            return SHIPPED + path.relative_to(self._shipped).as_posix()
        if path.is_relative_to(self._root):
            return self._label + path.relative_to(self._root).as_posix()
        return self._label + path.name

    def _read(self, path: Path, at: Span | None) -> Source | None:
        if path in self._done:
            return self._done[path]
        if at is not None and not self._may_enter(path, at):
            return None
        parsed = parse_file(path.read_bytes(), self._display(path), self._cache)
        self._problems.extend(parsed.diagnostics)
        head = self._head(parsed.document)
        aliases, complete = self._imports(path, parsed.document)
        namespace = "" if self._core or path == self._path or head is None else head.name.text
        scope = Scope(parsed.document.file, namespace, aliases, not complete)
        source = Source(parsed.document, parsed.text, scope, head, self._core, self._is_shipped(path))
        self._done[path] = source
        return source

    def _may_enter(self, path: Path, at: Span) -> bool:
        """Whether an import leads on; False with a diagnostic when it closes a circle or goes too deep."""
        if path in self._open:
            place = self._open[path]
            self._problems.error(
                "TM0203",
                f"{self._display(path)} imports itself in a circle",
                at,
                label="this import closes the circle",
                related=(Related("the circle begins here", place),) if place != at else (),
                help="move what both files need to a third one",
            )
            return False
        if len(self._open) > DEEPEST:
            self._problems.error("TM0233", f"imports lead through more than {DEEPEST} files", at, label="not read")
            return False
        return True

    def _head(self, document: Document) -> Declaration | None:
        heads = [s for s in document.statements if isinstance(s, Declaration) and s.kind.text in HEADS]
        for extra in heads[1:]:
            self._problems.error(
                "TM0208",
                f"a second `{extra.kind.text}` statement",
                extra.kind.span,
                related=(Related("the first is here", heads[0].kind.span),),
                help="a file is one model or one library",
            )
        return heads[0] if heads else None

    def _imports(self, path: Path, document: Document) -> tuple[Mapping[str, str], bool]:
        """The names of a file's imports with their namespaces, and whether all could be read."""
        aliases: dict[str, str] = {}
        seen: dict[str, Span] = {}
        complete = True
        for statement in document.statements:
            if not isinstance(statement, Import):
                continue
            source = self._imported(path, statement)
            if source is None or source.head is None:
                complete = False
            else:
                self._add_alias(statement, source.head.name.text, source.scope.namespace, aliases, seen)
        return aliases, complete

    def _imported(self, path: Path, statement: Import) -> Source | None:
        """The file that an import names, None with a diagnostic."""
        target = self._target(path, statement)
        if target is None:
            return None
        self._open[path] = statement.source.span
        try:
            source = self._read(target, statement.source.span)
        except OSError as error:
            self._missing(statement, f'"{statement.source.text}" cannot be read: {error.strerror}', "")
            return None
        finally:
            del self._open[path]
        return source if source is None or self._is_library(source, statement) else None

    def _is_library(self, source: Source, statement: Import) -> bool:
        """Whether an imported file has a name of its own; False with a diagnostic."""
        name = source.scope.namespace
        if source.head is None:
            if not any(problem.span.file == source.document.file for problem in self._problems.found):
                self._problems.error(
                    "TM0209",
                    f"{source.document.file} has no `library` statement",
                    statement.source.span,
                    label="imported here",
                    help=f'begin it with: library {PurePosixPath(source.document.file).stem} "Title"',
                )
            return False
        first = self._namespaces.setdefault(name, source) if name else source
        if first is source:
            return True
        self._refused.add(source.document.file)
        self._problems.error(
            "TM0229",
            f"two files are called `{name}`",
            source.head.name.span,
            label="taken",
            related=() if first.head is None else (Related("the other is here", first.head.name.span),),
            help="the names of a library begin with its name: give one of them another",
        )
        return False

    def _add_alias(
        self, statement: Import, name: str, namespace: str, aliases: dict[str, str], seen: dict[str, Span]
    ) -> None:
        alias = statement.alias.text if statement.alias is not None else name
        if alias in aliases and aliases[alias] != namespace:
            self._problems.error(
                "TM0206",
                f"two imports are called `{alias}`",
                statement.span,
                label="the second one",
                related=(Related("the first one", seen[alias]),),
                help="give one of them another name with `as`",
            )
            return
        aliases[alias] = namespace
        seen[alias] = statement.span

    def _target(self, importer: Path, statement: Import) -> Path | None:
        if isinstance(statement.source, Name):
            return self._library(statement.source)
        text, span = statement.source.text, statement.source.span
        shipped = self._is_shipped(importer)
        try:
            path = (importer.parent / text).resolve()
            is_file = path.is_file()
        except (OSError, RuntimeError, ValueError):  # too long, links in a circle, a NUL
            self._missing(statement, f'"{text}" is not a path', "")
            return None
        if shipped and path.stem in self._instead:
            return self._instead[path.stem]
        if not path.is_relative_to(self._shipped if shipped else self._root):
            self._problems.error(
                "TM0202",
                f'"{text}" is outside the root of the model',
                span,
                label="not read",
                help="move the file under the root, or name another root with --root",
            )
            return None
        if is_file:
            return path
        siblings = [p.name for p in path.parent.glob("*.threat") if p != importer] if path.parent.is_dir() else []
        self._missing(statement, f'there is no file "{text}"', did_you_mean(path.name, siblings))
        return None

    def _missing(self, statement: Import, message: str, help: str) -> None:
        self._problems.error("TM0201", message, statement.source.span, label="not found", help=help)

    def _library(self, name: Name) -> Path | None:
        path = self._shipped / "lib" / f"{name.text}.threat"
        if path.is_file():
            return path
        core = {done for done, source in self._done.items() if source.core}
        known = sorted(p.stem for p in (self._shipped / "lib").glob("*.threat") if p not in core)
        self._problems.error(
            "TM0205",
            f"no library called `{name.text}` ships with threatdsl",
            name.span,
            label="unknown library",
            help=did_you_mean(name.text, known) or f"there are: {', '.join(known)}; a file of yours is named in quotes",
        )
        return None
