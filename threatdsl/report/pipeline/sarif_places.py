"""Places of a model in SARIF: relative paths, and columns that count as UTF-16 does."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.sources import SHIPPED
from threatdsl.report.checked import PathOf
from threatdsl.report.plain import plain


class Places(msgspec.Struct, frozen=True, dict=True):
    """Makes locations out of spans. `elsewhere` are files that the checked-out tree does not hold."""

    path_of: PathOf
    texts: Mapping[str, str]
    elsewhere: frozenset[str] = frozenset()

    def has(self, span: Span) -> bool:
        """Whether the checked-out tree holds the place."""
        return not span.file.startswith(SHIPPED) and span.file not in self.elsewhere

    def location(self, span: Span, message: str = "", id_: int | None = None) -> dict[str, Any]:
        """The first line of a span: a place is shown at a change only where all its lines are part of it."""
        made: dict[str, Any] = {"physicalLocation": {**artifact(self.path_of(span.file)), "region": self._region(span)}}
        if message:
            made["message"] = {"text": unlinked(message)}
        return made if id_ is None else {"id": id_, **made}

    @cached_property
    def _lines(self) -> Mapping[str, Sequence[str]]:
        return {file: text.split("\n") for file, text in self.texts.items()}

    def _region(self, span: Span) -> dict[str, int]:
        lines = self._lines.get(span.file, ())
        line = lines[span.line - 1] if span.line <= len(lines) else ""
        end = span.end_column if span.end_line == span.line else max(len(line) + 1, span.column)
        return {
            "startLine": span.line,
            "startColumn": _utf16(line, span.column),
            "endLine": span.line,
            "endColumn": _utf16(line, end),
        }


def artifact(path: str) -> dict[str, Any]:
    """A path from the root of the sources, with what a URI cannot hold as percents."""
    uri = quote(PurePath(path).as_posix(), safe="/", errors="surrogateescape")
    return {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}


def unlinked(text: str) -> str:
    """The text on one line, in which nothing is a link of SARIF: `[words](target)`."""
    return plain(text).replace("](", "] (")


def _utf16(line: str, column: int) -> int:
    """A column that counts characters as one that counts units of UTF-16."""
    return column + sum(character > "\uffff" for character in line[: column - 1])
