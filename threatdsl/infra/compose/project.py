"""The services of a project: several files are merged as compose merges them, and each setting keeps its file and line.

Lists add up, mappings are merged, of single values the last file's counts.
Source: https://docs.docker.com/reference/compose-file/merge/
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.infra.infrastructure import Resource
from threatdsl.infra.interface import Files
from threatdsl.infra.tree import Document, Node

READER = "compose"
SECTIONS = ("networks", "volumes", "secrets", "configs")
VARIABLE = re.compile(
    r"\$\$|\$\{(?P<braced>[A-Za-z_]\w*)(?:(?P<sign>:?[-?+])(?P<default>[^}]*))?\}|\$(?P<plain>[A-Za-z_]\w*)"
)
DEEPEST_EXTENDS = 10


class Setting(msgspec.Struct, frozen=True):
    """A node with the file that it stands in."""

    node: Node
    file: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.node.span(self.file)

    @property
    def text(self) -> str | None:
        """Its text with variables replaced by their defaults; None where a variable without one decides."""
        return interpolated(self.node.text)

    def below(self, node: Node) -> "Setting":
        """Another node of the same file."""
        return Setting(node, self.file)


class Service(msgspec.Struct, frozen=True):
    """A service with its definitions, the first file's first."""

    name: str
    definitions: tuple[Setting, ...]
    resources: tuple[Resource, ...]

    @property
    def key(self) -> str:
        """Its binding."""
        return self.resources[0].binding

    def one(self, *path: str) -> Setting | None:
        """A single value: that of the last file that has it."""
        found = (d.below(node) for d in reversed(self.definitions) if (node := d.node.at(*path)) is not None)
        return next(found, None)

    def items(self, *path: str) -> tuple[Setting, ...]:
        """The items of a list in all files; a single value counts as a list of one."""
        every = [(d, node) for d in self.definitions if (node := d.node.at(*path)) is not None]
        return tuple(d.below(item) for d, node in every for item in (node.items or ((node,) if node.text else ())))

    def pairs(self, *path: str) -> Mapping[str, Setting]:
        """The entries of a mapping, or of a list of `NAME=VALUE`, in all files; the last file's counts."""
        found: dict[str, Setting] = {}
        for definition in self.definitions:
            node = definition.node.at(*path)
            if node is None:
                continue
            found.update((name, definition.below(value)) for name, value in node.entries.items())
            for item in node.items:
                name, _, value = item.text.partition("=")
                found[name] = definition.below(Node(value, item.line, item.column, quoted=True))
        return found


class Project:
    """All services of compose files, and the other things that they declare."""

    def __init__(self, files: Files) -> None:
        self.notes: list[Diagnostic] = []
        self._files = files
        self.documents = tuple(document for document in files.documents if self._is_compose(document))
        self.title = next((t for d in self.documents if (t := d.root.text_at("name"))), "Compose project")
        found: dict[str, list[tuple[Document, Node]]] = {}
        for document in self.documents:
            services = document.root.at("services")
            for name, node in services.entries.items() if services is not None else ():
                found.setdefault(name, []).append((document, node))
        self.services = tuple(self._service(name, some) for name, some in sorted(found.items()))

    def declared(self, section: str) -> Mapping[str, Setting]:
        """The networks, volumes, secrets or configs by name."""
        found: dict[str, Setting] = {}
        for document in self.documents:
            node = document.root.at(section)
            for name, value in node.entries.items() if node is not None else ():
                found.setdefault(name, Setting(value, document.file))
        return found

    def _is_compose(self, document: Document) -> bool:
        if document.root.at("services") is not None:
            return True
        if not any(document.root.at(section) is not None for section in SECTIONS):
            message = "this is no compose file: it has no `services`"
            self.notes.append(Diagnostic("TM0801", Severity.WARNING, message, document.root.span(document.file)))
            return False
        return True

    def _service(self, name: str, some: Iterable[tuple[Document, Node]]) -> Service:
        definitions: list[Setting] = []
        resources = []
        for document, node in some:
            definitions += self._extended(document, node, DEEPEST_EXTENDS)
            resources.append(Resource(READER, document.file, name, "service", node.span(document.file)))
        return Service(name, tuple(definitions), tuple(resources))

    def _extended(self, document: Document, node: Node, depth: int) -> Iterator[Setting]:
        """The definition that one extends, before it; what cannot be found is left out."""
        extends = node.at("extends")
        if extends is not None and depth:
            name = extends.text or extends.text_at("service")
            file = extends.text_at("file")
            for other in self._files.beside(document, file) if file else (document,):
                base = other.root.at("services", name)
                if base is not None and base is not node:
                    yield from self._extended(other, base, depth - 1)
        yield Setting(node, document.file)


def interpolated(text: str) -> str | None:
    """A text with `${NAME:-default}` replaced by its default, None where a variable has none."""
    unknown = False

    def value(match: "re.Match[str]") -> str:
        nonlocal unknown
        if match[0] == "$$":
            return "$"
        if match["sign"] in ("-", ":-"):
            return match["default"]
        unknown = True
        return ""

    replaced = VARIABLE.sub(value, text)
    return None if unknown else replaced
