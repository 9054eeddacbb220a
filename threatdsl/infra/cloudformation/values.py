"""What the values of a template come to: texts that may hold gaps, lists and mappings, each with its place."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.infra.tree import NOTHING, Node

NUL = "\0"  # around a gap in a text; no text of a file keeps one
SEPARATOR = "\1"
GAP = re.compile(f"{NUL}([^{NUL}]*){NUL}")
LINK, SYMBOL, UNKNOWN = "L", "S", "U"
INCLUDED = "Fn::Transform"  # beside other keys: what else there is comes from elsewhere
LONGEST = 8_192  # characters of a text; longer ones are not followed


class Link(msgspec.Struct, frozen=True):
    """A reference to a resource of a template, by the number of the template; `attribute` is empty for Ref."""

    template: int
    logical: str
    attribute: str


class Value(msgspec.Struct, frozen=True, gc=False):
    """A node after evaluation. A text may hold gaps for what is not known: links to resources, symbols, unknowns.

    `why` says what it rests on where nobody wrote it here: the default of a parameter, an import matched by its end.
    `options` are all texts it can have, where that is known though the text is not.
    """

    content: "str | tuple[Value, ...] | Mapping[str, Value]"
    node: Node
    why: str = ""
    options: tuple[str, ...] = ()

    def at(self, *path: str | int) -> "Value | None":
        """The value that keys and indices lead to, None where there is none; below what is unknown all is unknown."""
        value = self
        for step in path:
            if value.is_unknown:
                return value
            found = value.entries.get(step) if isinstance(step, str) else _item(value.items, step)
            if found is None:
                return unknown(value.node) if INCLUDED in value.entries else None
            value = found
        return value

    @property
    def entries(self) -> "Mapping[str, Value]":
        """The entries of a mapping, nothing for other values."""
        return self.content if isinstance(self.content, Mapping) else EMPTY

    @property
    def items(self) -> "tuple[Value, ...]":
        """The items of a list, nothing for other values."""
        return self.content if isinstance(self.content, tuple) else ()

    @property
    def listed(self) -> "tuple[Value, ...]":
        """The items of a list; any other value is a list of itself, as policies have it."""
        return self.content if isinstance(self.content, tuple) else (self,)

    @property
    def raw(self) -> str:
        """A text with its gaps, empty for other values: equal texts are equal values."""
        return self.content if isinstance(self.content, str) else ""

    @property
    def text(self) -> str | None:
        """A text without gaps, None for anything else."""
        return self.content if isinstance(self.content, str) and NUL not in self.content else None

    @property
    def is_unknown(self) -> bool:
        """Whether it is a scalar that is not known in full."""
        return isinstance(self.content, str) and NUL in self.content

    @property
    def truth(self) -> bool | None:
        """The truth value that it is written for, None for anything else."""
        return Node(self.text, 0, 0).truth

    @property
    def number(self) -> int | None:
        """The whole number that it is written for, None for anything else."""
        return Node(self.text, 0, 0).number

    def walk(self) -> "Iterator[Value]":
        """It and all values below, in the order of the file."""
        waiting = [self]
        while waiting:
            value = waiting.pop()
            yield value
            waiting.extend(reversed(tuple(value.entries.values()) or value.items))

    def links(self) -> Iterator[Link]:
        """The resources that it and what is below refer to, each as often as it does."""
        for value in self.walk():
            yield from links_of(value.raw)


EMPTY: Mapping[str, Value] = {}
NO_VALUE = Value(f"{NUL}none{NUL}", Node(None, 0, 0))


def links_of(raw: str) -> Iterator[Link]:
    """The links in a text with gaps."""
    for gap in GAP.findall(raw):
        kind, *rest = gap.split(SEPARATOR)
        if kind == LINK:
            yield Link(int(rest[0]), rest[1], rest[2])


def _item(items: tuple[Value, ...], index: int) -> Value | None:
    return items[index] if -len(items) <= index < len(items) else None


def gap(kind: str, *parts: str) -> str:
    """A gap to put into a text."""
    return f"{NUL}{SEPARATOR.join((kind, *parts))}{NUL}"


def unknown(node: Node, *, options: tuple[str, ...] = (), why: str = "") -> Value:
    """A value that is not known, equal to itself only."""
    return Value(gap(UNKNOWN, str(node.line), str(node.column), str(id(node))), node, why, options)


def scalar(raw: str, node: Node, why: str = "") -> Value:
    """A text, unless it is too long to follow."""
    return Value(raw, node, why) if len(raw) <= LONGEST else unknown(node)


def plain(node: Node) -> Value:
    """A node as it stands, nothing evaluated; for mappings of a template."""
    if node.items:
        return Value(tuple(plain(item) for item in node.items), node)
    if node.entries is not NOTHING:
        return Value({key: plain(value) for key, value in node.entries.items()}, node)
    return scalar(clean(node.text), node)


def clean(text: str) -> str:
    """A text of a file without the marks of gaps."""
    return text.replace(NUL, "\ufffd").replace(SEPARATOR, "\ufffd")


def reasons(*why: str) -> str:
    """Several reasons as one."""
    return "; ".join(dict.fromkeys(one for one in why if one))
