"""How the things of a model are written: the statements behind them, and the text of the files."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.sources import SHIPPED
from threatdsl.model.things import Thing
from threatdsl.syntax.nodes import Declaration, Document, Flow, Import, Items, Name, Property, Statement, Value


class Written(msgspec.Struct, frozen=True, dict=True):
    """The texts and the statements of a model's files, by the name that spans use."""

    texts: Mapping[str, str]
    documents: Mapping[str, Document]

    def text(self, span: Span) -> str:
        """What stands there."""
        return self.texts[span.file][span.start : span.end]

    def line(self, span: Span) -> str:
        """What stands there, on one line."""
        return " ".join(self.text(span).split())

    def statement(self, thing: Thing) -> Declaration | Flow | None:
        """The statement that declares a thing; None where its file is not at hand."""
        return self._begun.get((thing.span.file, thing.span.start))

    @cached_property
    def _begun(self) -> Mapping[tuple[str, int], Declaration | Flow]:
        """The declarations and flows of all files by the place where each begins."""
        nodes = (node for document in self.documents.values() for node in _declared(document.statements))
        return {(node.span.file, node.span.start): node for node in nodes}

    def items(self, value: Value) -> tuple[str, ...]:
        """The items of a list as they are written; a single value is a list of one."""
        return tuple(self.line(item.span) for item in (value.items if isinstance(value, Items) else (value,)))

    def name(self, full: str, file: str) -> str:
        """A declared word, `namespace.word`, as a file writes it: bare in its own file, by the alias of an import."""
        namespace, dot, word = full.rpartition(".")
        document = self.documents.get(file)
        if not dot or document is None:
            return full
        if namespace == self._namespace(file):
            return word
        for statement in document.statements:
            if isinstance(statement, Import) and self._namespace(_target(statement, file)) == namespace:
                return f"{statement.alias.text if statement.alias is not None else namespace}.{word}"
        return full

    def _namespace(self, file: str) -> str:
        """The name in the `library` statement of a file."""
        statements = self.documents[file].statements if file in self.documents else ()
        heads = (node for node in statements if isinstance(node, Declaration) and node.kind.text == "library")
        return next((head.name.text for head in heads), "")


def _target(statement: Import, file: str) -> str:
    """The file that an import names."""
    if isinstance(statement.source, Name):
        return f"{SHIPPED}lib/{statement.source.text}.threat"
    return normpath(f"{PurePosixPath(file).parent}/{statement.source.text}")


def property_of(node: Declaration | Flow, name: str) -> Property | None:
    """The line that states a property, None where there is none."""
    lines = (line for line in node.body or () if isinstance(line, Property))
    return next((line for line in lines if line.name.text == name), None)


def _declared(statements: tuple[Statement, ...]) -> Iterator[Declaration | Flow]:
    """All declarations and flows, outer ones first."""
    for statement in statements:
        if isinstance(statement, Declaration | Flow):
            yield statement
            yield from _declared(statement.body or ())
