"""What lark calls for each rule of the grammar it recognises: tokens in, nodes out. No tree is built between.

Methods are named after the rules of `grammar/threatdsl.lark`.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from threatdsl.diagnostics import Diagnostic, Span
from threatdsl.syntax import nodes as n
from threatdsl.syntax.messages import unknown_escape
from threatdsl.syntax.places import Places
from threatdsl.syntax.texts import dedent, resolve, unknown_escapes

if TYPE_CHECKING:
    from lark import Token

Child = Any  # a Token, a node, a tuple of nodes, or None for an optional part that is absent
PLAIN: dict[str, Callable[[Span, str], n.Scalar]] = {
    "NAME": n.Name,
    "NUMBER": n.Number,
    "DATE": n.Date,
    "DURATION": n.Duration,
    "REFERENCE": n.Reference,
}
QUOTES = {"STRING": 1, "BLOCK_TEXT": 3}


class Builder:
    """Builds the nodes of one file. `diagnostics` grows with what is wrong inside of tokens."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.diagnostics: list[Diagnostic] = []

    # ---- tokens

    def span(self, token: "Token") -> Span:
        return Span(
            self.file,
            token.line or 1,
            token.column or 1,
            token.end_line or 1,
            token.end_column or 1,
            token.start_pos or 0,
            token.end_pos or 0,
        )

    def within(self, token: "Token", start: int, end: int) -> Span:
        """The stretch between two offsets of the token's text."""
        before, inside = token[:start], token[start:end]
        line = (token.line or 1) + before.count("\n")
        column = (token.column or 1) + start if "\n" not in before else start - before.rindex("\n")
        at = (token.start_pos or 0) + start
        return Span(self.file, line, column, line, column + len(inside), at, at + len(inside))

    def name(self, token: "Token") -> n.Name:
        return n.Name(self.span(token), token.value)

    def scalar(self, token: "Token") -> n.Scalar:
        make = PLAIN.get(token.type)
        return make(self.span(token), token.value) if make else self.text(token)

    def text(self, token: "Token") -> n.Text:
        quotes = QUOTES[token.type]
        raw = token[quotes:-quotes]
        if "\\" in raw:
            for at in unknown_escapes(raw):
                place = self.within(token, at + quotes, at + quotes + 2)
                self.diagnostics.append(unknown_escape(place, raw[at : at + 2]))
        block = quotes > 1
        return n.Text(self.span(token), resolve(dedent(raw) if block else raw), block)

    def value(self, child: Child) -> Any:  # noqa: ANN401  # a token becomes a node, a node stays
        return child if isinstance(child, n.Node) else self.scalar(child)

    def from_to(self, first: "Token", last: Child) -> Span:
        end = last.span if isinstance(last, n.Node) else self.span(last)
        return self.span(first).until(end)

    # ---- statements

    def start(self, children: list[Child]) -> tuple[n.Statement, ...]:
        return tuple(children)

    def body(self, children: list[Child]) -> "Body":
        return Body(self.span(children[-1]), _nodes(children))

    def declaration(self, children: list[Child]) -> n.Declaration:
        kind, name, title, body = children
        span = self.from_to(kind, body or title)
        return n.Declaration(span, self.name(kind), self.name(name), self.text(title), _inside(body))

    def untitled(self, children: list[Child]) -> n.Declaration:
        kind, name, body = children
        return n.Declaration(self.from_to(kind, body), self.name(kind), self.name(name), None, _inside(body))

    def property(self, children: list[Child]) -> n.Property:
        name, value = children[0], self.value(children[1])
        return n.Property(self.from_to(name, value), self.name(name), value)

    def items(self, children: list[Child]) -> n.Items:
        found = tuple(self.value(c) for c in children if isinstance(c, n.Node) or c.type in PLAIN or c.type in QUOTES)
        return n.Items(self.from_to(children[0], children[-1]), found)

    def pair(self, children: list[Child]) -> n.Pair:
        source, target = children
        return n.Pair(self.from_to(source, target), self.name(source), self.name(target))

    def import_(self, children: list[Child]) -> n.Import:
        keyword, source, _, alias = children
        named = cast("n.Text | n.Name", self.scalar(source))
        return n.Import(self.from_to(keyword, alias or source), named, self.name(alias) if alias else None)

    def ends(self, children: list[Child]) -> tuple[n.Name, ...]:
        return tuple(self.name(c) for c in children)

    def flow(self, children: list[Child]) -> n.Flow:
        keyword, name, sources, _, targets, title, body = children
        return n.Flow(
            self.from_to(keyword, body or title or targets[-1]),
            self.name(name) if name else None,
            sources,
            targets,
            self.text(title) if title else None,
            _inside(body),
        )

    def targets(self, children: list[Child]) -> tuple[n.Name | n.Pair, ...]:
        return tuple(self.value(c) for c in children)

    def decision(self, children: list[Child]) -> n.Decision:
        verb, rule, targets, until, body = children
        return n.Decision(
            self.from_to(verb, body or until or targets[-1]),
            verb.value,
            self.name(rule),
            targets,
            n.Date(self.span(until), until.value) if until else None,
            _inside(body),
        )

    def switch(self, children: list[Child]) -> n.Switch:
        keyword, rule, _, until, body = children
        date = n.Date(self.span(until), until.value) if until else None
        return n.Switch(self.from_to(keyword, body or until or rule), self.name(rule), date, _inside(body))

    # ---- rules

    def rule(self, children: list[Child]) -> n.Rule:
        keyword, name, title, *clauses = children
        span = self.from_to(keyword, children[-1])
        return n.Rule(span, self.name(name), self.text(title), _nodes(clauses))

    def binder(self, children: list[Child]) -> n.Binder:
        keyword, kind, variable, *where_part = children
        where = _last_node(where_part)
        return n.Binder(
            self.from_to(keyword, where or variable), keyword.value, self.name(kind), self.name(variable), where
        )

    def condition(self, children: list[Child]) -> n.Condition:
        keyword, expression = children
        return n.Condition(self.from_to(keyword, expression), keyword.value, expression)

    def or_(self, children: list[Child]) -> n.Or:
        return n.Or(children[0].span.until(children[-1].span), tuple(children))

    def and_(self, children: list[Child]) -> n.And:
        return n.And(children[0].span.until(children[-1].span), tuple(children))

    def not_(self, children: list[Child]) -> n.Not:
        return n.Not(self.from_to(*children), children[1])

    def quantified(self, children: list[Child]) -> n.Quantified:
        quantifier, variable, source = children[0], children[1], self.value(children[2])
        where = _last_node(children[3:])
        span = self.from_to(quantifier, where or source)
        return n.Quantified(span, quantifier.value, self.name(variable), source, where)

    def truth(self, children: list[Child]) -> n.Truth:
        operand = self.value(children[0])
        return n.Truth(operand.span, operand)

    def compare(self, children: list[Child]) -> n.Compare:
        left, right = self.value(children[0]), self.value(children[2])
        return n.Compare(left.span.until(right.span), left, children[1].value, right)

    def member(self, children: list[Child]) -> n.Member:
        left, right = self.value(children[0]), self.value(children[1])
        return n.Member(left.span.until(right.span), left, right)

    def is_kind(self, children: list[Child]) -> n.IsKind:
        operand, kind = self.value(children[0]), self.name(children[1])
        return n.IsKind(operand.span.until(kind.span), operand, kind)

    def has(self, children: list[Child]) -> n.Has:
        operand, control = self.value(children[0]), self.name(children[1])
        return n.Has(operand.span.until(control.span), operand, control)

    def lacks(self, children: list[Child]) -> n.Lacks:
        operand, control = self.value(children[0]), self.name(children[1])
        return n.Lacks(operand.span.until(control.span), operand, control)

    def count(self, children: list[Child]) -> n.Count:
        keyword, variable, source, closing = children[0], children[2], children[4], children[-1]
        where = _last_node(children[5:])
        return n.Count(self.from_to(keyword, closing), self.name(variable), self.value(source), where)


class Body(n.Node, frozen=True):
    """The statements between braces, until their owner takes them; its span is that of the closing brace."""

    statements: tuple[n.Statement, ...]


class PlacedBuilder(Builder):
    """For a text that was mended before it was parsed: spans are those of the original."""

    def __init__(self, places: Places) -> None:
        super().__init__(places.file)
        self.places = places

    def span(self, token: "Token") -> Span:
        return self.places.span(token.start_pos or 0, token.end_pos or 0)

    def within(self, token: "Token", start: int, end: int) -> Span:
        at = token.start_pos or 0
        return self.places.span(at + start, at + end)


def _inside(body: Body | None) -> tuple[n.Statement, ...] | None:
    return body.statements if body else None


def _nodes(children: Iterable[Child]) -> tuple[Any, ...]:
    """Without brackets, separators and line ends."""
    return tuple(c for c in children if isinstance(c, n.Node))


def _last_node(children: list[Child]) -> Any:  # noqa: ANN401  # lark gives no placeholder for an inlined rule
    nodes = _nodes(children)
    return nodes[-1] if nodes else None
