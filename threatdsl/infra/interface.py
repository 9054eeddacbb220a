"""The one interface of all readers of infrastructure, where they are found, and how files reach them."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.infra import readers
from threatdsl.infra.documents import read_documents
from threatdsl.infra.infrastructure import Infrastructure, together
from threatdsl.infra.tree import Document, Malformed

MOST_FILES = 5_000  # of a folder


class Files:
    """The documents of one kind that were named, and those that they lead to.

    `parameters` are the values that the command line gives to parameters of templates.
    """

    def __init__(
        self, root: Path, paths: Iterable[Path], endings: tuple[str, ...], parameters: Mapping[str, str]
    ) -> None:
        """Read all files at once; a folder means the files in it and below that end with one of `endings`."""
        self._root = root
        self.parameters = parameters
        self.notes: list[Diagnostic] = []
        found = [file for path in paths for file in self._expanded(path, endings)]
        self.documents = tuple(document for file in dict.fromkeys(found) for document in self._documents(file))

    def beside(self, document: Document, reference: str) -> tuple[Document, ...]:
        """The documents of a file that a document names by a relative path, nothing where none is inside the root."""
        try:
            path = (self._root / document.file).parent / reference
            if not path.resolve().is_relative_to(self._root.resolve()) or not path.is_file():
                return ()
        except (OSError, RuntimeError, ValueError):  # links in a circle, a NUL in the name
            return ()
        return self._documents(path)

    def named(self, path: Path) -> str:
        """A file as bindings and messages name it: relative to the root with forward slashes, where it is inside."""
        absolute = path.absolute()
        root = self._root.absolute()
        return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else path.as_posix()

    def _documents(self, path: Path) -> tuple[Document, ...]:
        file = self.named(path)
        try:
            return read_documents(path, file)
        except Malformed as error:
            line, column = error.line or 1, error.column or 1
            self._unusable(f"{file}: {error}", Span(file, line, column, line, column + 1, 0, 0))
            return ()

    def _expanded(self, path: Path, endings: tuple[str, ...]) -> tuple[Path, ...]:
        """The file itself, or the files of a folder in order; no link is followed into another folder."""
        if not path.is_dir():
            return (path,)
        files = sorted(file for file in path.rglob("*") if file.name.endswith(endings) and file.is_file())
        if files and len(files) <= MOST_FILES:
            return tuple(files)
        what = f"more than {MOST_FILES:,} files" if files else f"no file that ends in {', '.join(endings)}"
        name = self.named(path)
        self._unusable(f"{name} holds {what}", Span(name, 1, 1, 1, 2, 0, 0))
        return ()

    def _unusable(self, message: str, span: Span) -> None:
        self.notes.append(Diagnostic("TM0801", Severity.ERROR, message, span))


class Reader(Protocol):
    """A module of `threatdsl.infra.readers`.

    `ENDINGS` are those of its files in a folder. `read` never raises for what files hold: what it cannot follow becomes
    a loss, a note or an unresolved fact.
    """

    ENDINGS: tuple[str, ...]

    def read(self, files: Files) -> Infrastructure:
        """What the files say. Notes of reading (`files.notes`) are added by the caller."""


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of infrastructure, as `realized-by` writes them."""
    return tuple(sorted(module.name for module in iter_modules(readers.__path__)))


def reader(kind: str) -> Reader:
    """The reader of a kind of `kinds()`."""
    return cast("Reader", import_module(f"{readers.__name__}.{kind}"))


def read_infrastructure(
    sources: Iterable[tuple[str, Path]], root: Path, parameters: Mapping[str, str] | None = None
) -> Infrastructure:
    """All sources, each a kind of `kinds()` and a file or folder, as one; those of one kind are read together.

    Bindings and messages name files relative to `root`. Never raises for what is in the files, or missing: that is a
    note, an error for a file that cannot be used.
    """
    by_kind: dict[str, list[Path]] = {}
    for kind, path in sources:
        by_kind.setdefault(kind, []).append(path)
    found = []
    for kind, paths in by_kind.items():
        module = reader(kind)
        files = Files(root, paths, module.ENDINGS, parameters or {})
        one = module.read(files)
        found.append(together((one, Infrastructure(notes=tuple(files.notes)))))
    return together(tuple(found))
