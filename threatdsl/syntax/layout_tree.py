"""A text without mistakes as the formatter sees it: statements made of tokens, lists and bodies, and comments.

Tokens keep their text, so nothing that was written can get lost or change.
"""

import re

import msgspec

from threatdsl.syntax.scan import TEXTS

TOKEN = re.compile(
    rf"(?P<text>{TEXTS})|(?P<comment>#[^\r\n]*)|(?P<line>\n)|(?P<word>[A-Z]{{2}}-\d+\(\d+\)|(?:[\w.]|-(?!>))+)"
    r"|(?P<mark>->|[<>=!]=|[<>{}\[\](),;])",
    re.DOTALL,
)
JOINS = frozenset({"and", "or"})
CONDITIONS = frozenset({"when", "unless"})


class Token(msgspec.Struct, frozen=True):
    """`breaks` is the number of line ends before it, `glued` whether nothing at all is.

    An `and` or `or` between conditions has the kind `join`; elsewhere they are words like any other.
    """

    kind: str
    text: str
    breaks: int
    glued: bool = False


class Items(msgspec.Struct, frozen=True):
    """A list; `broken` when it was written over lines."""

    items: tuple["Entry", ...]
    broken: bool


class Body(msgspec.Struct, frozen=True):
    """A block: entries, and the comment that stands right behind its `{`."""

    entries: tuple["Entry", ...]
    comment: str
    broken: bool


Part = Token | Items | Body


class Entry(msgspec.Struct, frozen=True):
    """A statement with the comment that trails it, or a comment alone (no parts). `blank` asks for a blank line."""

    parts: tuple[Part, ...]
    comment: str
    blank: bool


def tokens(text: str) -> list[Token]:
    """All tokens in order, with how far each is from the one before."""
    found, breaks, last = [], 0, -1
    for match in TOKEN.finditer(text):
        if match.lastgroup == "line":
            breaks += 1
            continue
        kind = match.lastgroup or ""
        written = match.group().rstrip(" \t") if kind == "comment" else match.group()
        found.append(Token(match.group() if kind == "mark" else kind, written, breaks, match.start() == last))
        breaks, last = 0, match.end()
    return found


class Reader:
    """Reads tokens into entries."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0

    def peek(self) -> Token | None:
        """The next token, or None at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Token:
        """The next token; it is then read."""
        self.at += 1
        return self.tokens[self.at - 1]

    def entries(self, *, in_rule: bool) -> tuple[Entry, ...]:
        """The entries up to the end of the body or the text."""
        found: list[Entry] = []
        while (token := self.peek()) is not None and token.kind != "}":
            if token.kind == ";":
                self.take()
                continue
            blank = token.breaks > 1 and bool(found)
            if token.kind == "comment":
                self.take()
                after = found[-1] if found and not token.breaks and not found[-1].comment else None
                if after is not None:
                    found[-1] = msgspec.structs.replace(after, comment=token.text)
                else:
                    found.append(Entry((), token.text, blank=blank))
            else:
                found.append(Entry(self._parts(in_rule=in_rule), "", blank=blank))
        return tuple(found)

    def _parts(self, *, in_rule: bool) -> tuple[Part, ...]:
        first = self.tokens[self.at].text
        parts: list[Part] = []
        depth, condition = 0, in_rule and first in CONDITIONS
        while (token := self.peek()) is not None and token.kind not in {"}", ";"}:
            if parts and depth == 0 and not self._goes_on(token, joins=condition):
                break
            self.take()
            if token.kind == "[":
                parts.append(self._items())
            elif token.kind == "{":
                parts.append(self._body(in_rule=first == "rule"))
            else:
                depth += (token.kind == "(") - (token.kind == ")")
                condition = condition or (in_rule and token.text == "where" and token.kind == "word")
                join = condition and token.kind == "word" and token.text in JOINS
                parts.append(msgspec.structs.replace(token, kind="join") if join else token)
        return tuple(parts)

    def _goes_on(self, token: Token, *, joins: bool) -> bool:
        """Whether the statement goes on with this token: on the same line, or around an `and` or `or`."""
        previous = self.tokens[self.at - 1]
        if not token.breaks and token.kind != "comment":
            return previous.kind != "comment"
        if not joins:
            return False
        at = self.at
        while at < len(self.tokens) and self.tokens[at].kind == "comment":
            at += 1
        before = self.at - 1
        while self.tokens[before].kind == "comment":
            before -= 1
        following = self.tokens[at].text if at < len(self.tokens) else ""
        return following in JOINS or self.tokens[before].text in JOINS

    def _items(self) -> Items:
        found: list[Entry] = []
        last, broken = -1, False  # the item being read, and whether the list was written over lines
        while (token := self.take()).kind != "]":
            broken = broken or token.breaks > 0 or token.kind == "comment"
            if token.kind == "comment":
                if found and not token.breaks and not found[-1].comment:
                    found[-1] = msgspec.structs.replace(found[-1], comment=token.text)
                else:
                    found.append(Entry((), token.text, blank=False))
            elif token.kind == ",":
                last = -1
            elif last >= 0:
                found[last] = msgspec.structs.replace(found[last], parts=(*found[last].parts, token))
            else:
                last = len(found)
                found.append(Entry((token,), "", blank=False))
        return Items(tuple(found), broken or token.breaks > 0)

    def _body(self, *, in_rule: bool) -> Body:
        comment = ""
        token = self.tokens[self.at]
        if token.kind == "comment" and not token.breaks:
            comment = self.take().text
        entries = self.entries(in_rule=in_rule)
        lines = token.breaks > 0 or self.tokens[self.at].breaks > 0
        broken = bool(comment) or (lines and bool(entries))
        self.take()
        return Body(entries, comment, broken)
