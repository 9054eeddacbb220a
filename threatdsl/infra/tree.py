"""A YAML or JSON document as a tree of nodes that know their places."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec

from threatdsl.diagnostics import Span

NOTHING: Mapping[str, "Node"] = MappingProxyType({})
LONGEST_NUMBER = 18  # digits; longer ones are ids
TRUE = ("true", "yes", "on")
FALSE = ("false", "no", "off")

Content = str | Mapping[str, "Node"] | tuple["Node", ...] | None


class Node(msgspec.Struct, frozen=True, gc=False):
    """A scalar (its text as written, None for null), a mapping or a sequence.

    `line` and `column` count from 1 and are those of the key where the node is the value of one: that is where a reader
    looks. `tag` is a local tag of YAML (`!Ref`), empty where there is none. `quoted` tells a text that was written in
    quotes, which is never null and never meant as anything but text by who wrote it.
    """

    content: Content
    line: int
    column: int
    tag: str = ""
    quoted: bool = False

    def at(self, *path: str | int) -> "Node | None":
        """The node that keys and indices lead to, None where there is none or a null on the way."""
        node: Node | None = self
        for step in path:
            if isinstance(step, str):
                node = node.entries.get(step) if node is not None else None
            else:
                items = node.items if node is not None else ()
                node = items[step] if -len(items) <= step < len(items) else None
        return node

    def text_at(self, *path: str | int) -> str:
        """The text of a scalar below, empty where there is none."""
        node = self.at(*path)
        return node.text if node is not None else ""

    @property
    def entries(self) -> Mapping[str, "Node"]:
        """The entries of a mapping in the order of the file, nothing for other nodes."""
        return self.content if isinstance(self.content, Mapping) else NOTHING

    @property
    def items(self) -> tuple["Node", ...]:
        """The items of a sequence, nothing for other nodes."""
        return self.content if isinstance(self.content, tuple) else ()

    @property
    def text(self) -> str:
        """The text of a scalar as it was written, empty for other nodes and null."""
        return self.content if isinstance(self.content, str) else ""

    @property
    def truth(self) -> bool | None:
        """The truth value that a scalar is written for (`true`, `"true"`, `True`, `yes`), None for anything else."""
        word = self.text.casefold()
        return True if word in TRUE else False if word in FALSE else None

    @property
    def number(self) -> int | None:
        """The whole number that a scalar is written for (80, `"80"`), None for anything else."""
        word = self.text.strip()
        return int(word) if word.lstrip("-").isdecimal() and word.isascii() and len(word) <= LONGEST_NUMBER else None

    @property
    def is_null(self) -> bool:
        """Whether it is null: `null`, `~` or nothing at all."""
        return self.content is None

    def walk(self) -> Iterator["Node"]:
        """It and all nodes below, in the order of the file."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            below = tuple(node.entries.values()) or node.items
            waiting.extend(reversed(below))

    def span(self, file: str) -> Span:
        """Its place as a span of one character: what follows is not known to the parsers."""
        return Span(file, self.line, self.column, self.line, self.column + 1, 0, 0)


class Document(msgspec.Struct, frozen=True):
    """One document of a file; a YAML file may hold several. `file` is the name of the file in messages."""

    file: str
    root: Node

    def span(self, node: Node) -> Span:
        """Where a node of it stands."""
        return node.span(self.file)


class Malformed(Exception):  # noqa: N818 - it says what the text is, not that the program erred
    """A text that is no document of its format; `line` and `column` count from 1, 0 where they are not known."""

    def __init__(self, why: str, line: int = 0, column: int = 0) -> None:
        """Why, in words that go behind "FILE: "."""
        super().__init__(why)
        self.line, self.column = line, column


DEEPEST = 100  # nested collections of a document
MOST_NODES = 1_500_000  # of a file, those that aliases repeat included


class Budget:
    """Counts the nodes of a file while it is read, so that a bomb goes off before it is built."""

    def __init__(self) -> None:
        """Nothing is spent yet."""
        self.left = MOST_NODES

    def spend(self, nodes: int, line: int, column: int) -> None:
        """Raises Malformed when a file has more nodes than are read."""
        self.left -= nodes
        if self.left < 0:
            raise Malformed(f"more than {MOST_NODES:,} values, those repeated by aliases included", line, column)
