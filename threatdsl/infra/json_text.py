"""JSON to trees, with places: the standard library keeps none."""

import re
from collections.abc import Iterator, Mapping
from json import JSONDecodeError, loads
from types import MappingProxyType

from threatdsl.infra.tree import DEEPEST, Budget, Content, Malformed, Node

TOKEN = re.compile(
    r"""[ \t\r]*+(?:(?P<newline>\n)|(?P<mark>[{}\[\],:])|(?P<text>"(?:[^"\\\x00-\x1f]|\\.)*+")"""
    r"""|(?P<word>-?\d[-+.\deE]*|true|false|null))"""
)
Token = tuple[str, str, int, int]  # group, text, line, column


def read_json(text: str) -> Node:
    """The document of a JSON text. Raises Malformed with the place of the mistake."""
    tokens = _tokens(text)
    reader = _Reader(tokens)
    root = reader.value(next(tokens), 0)
    group, found, line, column = next(tokens)
    if group != "end":
        raise Malformed(f"not JSON: `{found}` stands behind its end", line, column)
    return root


def _tokens(text: str) -> Iterator[Token]:
    line, start, position, match = 1, 0, 0, TOKEN.match
    while found := match(text, position):
        position = found.end()
        group = found.lastgroup
        assert group is not None  # each alternative is a group
        if group == "newline":
            line, start = line + 1, position
        else:
            yield group, found[group], line, found.start(group) - start + 1
    if text[position:].strip():
        raise Malformed("not JSON", line, position - start + 1)
    yield "end", "the end of the file", line, position - start + 1


class _Reader:
    """Reads one document from its tokens."""

    def __init__(self, tokens: Iterator[Token]) -> None:
        self._tokens = tokens
        self._budget = Budget()

    def value(self, token: Token, depth: int) -> Node:
        """The value that begins with a token. `depth` is the number of collections around it."""
        group, text, line, column = token
        self._budget.spend(1, line, column)
        if depth > DEEPEST:
            raise Malformed("nested too deeply", line, column)
        content: Content
        if group == "text":
            return Node(_unescaped(token), line, column, quoted=True)
        if group == "word":
            return Node(None if text == "null" else text, line, column)
        if text == "[":
            content = tuple(self._items(depth + 1))
        elif text == "{":
            content = self._entries(depth + 1)
        else:
            raise Malformed(f"not JSON: a value is missing before {_named(token)}", line, column)
        return Node(content, line, column)

    def _items(self, depth: int) -> Iterator[Node]:
        token = next(self._tokens)
        if token[1] == "]" and token[0] == "mark":
            return
        while True:
            yield self.value(token, depth)
            if self._ends("]"):
                return
            token = next(self._tokens)

    def _entries(self, depth: int) -> Mapping[str, Node]:
        entries: dict[str, Node] = {}
        token = next(self._tokens)
        if token[:2] == ("mark", "}"):
            return entries
        while True:
            if token[0] != "text":
                raise Malformed(f"not JSON: a key is missing before {_named(token)}", *token[2:])
            key, colon = _unescaped(token), next(self._tokens)
            if colon[:2] != ("mark", ":"):
                raise Malformed(f"not JSON: a colon is missing before {_named(colon)}", *colon[2:])
            if key in entries:
                raise Malformed(f"the key `{key}` stands twice, first in line {entries[key].line}", *token[2:])
            value = self.value(next(self._tokens), depth)
            entries[key] = Node(value.content, token[2], token[3], quoted=value.quoted)
            if self._ends("}"):
                return MappingProxyType(entries)
            token = next(self._tokens)

    def _ends(self, closing: str) -> bool:
        """Whether the collection ends here; False behind a comma."""
        token = next(self._tokens)
        if token[0] != "mark" or token[1] not in (closing, ","):
            raise Malformed(f"not JSON: a comma or `{closing}` is missing before {_named(token)}", *token[2:])
        return token[1] == closing


def _named(token: Token) -> str:
    return token[1] if token[0] == "end" else f"`{token[1][:40]}`"


def _unescaped(token: Token) -> str:
    text = token[1]
    if "\\" not in text:
        return text[1:-1]
    try:
        return str(loads(text))
    except JSONDecodeError as error:
        raise Malformed(f"not JSON: {error.msg}", *token[2:]) from None
