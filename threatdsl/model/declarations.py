"""Which things and flows the files declare: names, kinds and places, before any fact is bound."""

from collections.abc import Iterator

import msgspec

from threatdsl.diagnostics import Span, did_you_mean
from threatdsl.model.facts import incomplete_declaration
from threatdsl.model.names import ANY, Names, find, may_declare, short_names, unknown_kind
from threatdsl.model.scope import Scope
from threatdsl.model.sources import HEADS, Source
from threatdsl.model.wording import a, noun
from threatdsl.model.words import BODIES, full_name
from threatdsl.syntax import nodes
from threatdsl.syntax.nodes import Declaration, Name, Pair, Property, Statement

WORDS = frozenset(BODIES)
TOP_ONLY = (nodes.Import, nodes.Rule, nodes.Decision, nodes.Switch)


class ThingNode(msgspec.Struct, frozen=True):
    """A declaration with its id, kind, the boundary around it and its file; `known` is false when its kind is not."""

    id: str
    kind: str
    node: Declaration
    parent: str | None
    source: Source
    known: bool


class FlowNode(msgspec.Struct, frozen=True):
    """A flow statement with its file. It may stand for several flows."""

    node: nodes.Flow
    source: Source


class Declarations(msgspec.Struct, frozen=True):
    """What the files declare, in order."""

    things: tuple[ThingNode, ...]
    flows: tuple[FlowNode, ...]


def collect(sources: tuple[Source, ...], names: Names) -> Declarations:
    """Declare every thing by name. What does not belong where it stands is a diagnostic."""
    collector = _Collector(names)
    for source in sources:
        collector.top(source)
    return Declarations(tuple(collector.things.values()), tuple(collector.flows))


class _Collector:
    """Walks the braces."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._vocabulary = names.vocabulary
        self._problems = names.problems
        self.things: dict[str, ThingNode] = {}
        self.flows: list[FlowNode] = []

    def top(self, source: Source) -> None:
        for statement in source.document.statements:
            if isinstance(statement, Declaration):
                if statement.kind.text not in WORDS and not is_second_head(source, statement):
                    self._declaration(source, statement, None)
            elif isinstance(statement, nodes.Flow):
                self.flows.append(FlowNode(statement, source))
            elif isinstance(statement, Property):
                self._stray_property(source.scope, statement)

    def _stray_property(self, scope: Scope, statement: Property) -> None:
        word = statement.name.text
        known_kind = find(scope, word, self._vocabulary.kinds) is not None
        if known_kind and incomplete_declaration(statement, self._problems):
            return
        known = [*short_names(scope, self._vocabulary.kinds), "import", "flow", "rule", "accept", "dismiss", "disable"]
        self._problems.error(
            "TM0219",
            f"`{word}` cannot stand here",
            statement.name.span,
            label="outside of every declaration",
            help=did_you_mean(word, known) or "properties stand in the braces of what they describe",
        )

    def _declaration(self, source: Source, node: Declaration, parent: str | None) -> None:
        kind = find(source.scope, node.kind.text, self._vocabulary.kinds)
        if kind is None:
            unknown_kind(source.scope, node.kind, (*self._vocabulary.kinds, *WORDS), self._problems)
        elif parent is not None:
            self._check_place(node, kind, parent)
        if kind is not None and not self._vocabulary.kinds[kind].complete:
            kind = None  # what it lacks is reported where the kind is declared
        if not may_declare(node.name, self._problems):
            return
        id_ = head_id(node) if node is source.head else full_name(source.scope, node.name.text)
        if not self._names.declare(id_, kind or ANY, node.name.span, core=source.core):
            return
        self.things[id_] = ThingNode(id_, kind or "element", node, parent, source, known=kind is not None)
        self._former(source.scope, id_, node.body)
        for statement in node.body or ():
            self._nested(source, statement, id_, kind or ANY)

    def _check_place(self, node: Declaration, kind: str, parent: str) -> None:
        outer = self._names.things[parent].kind
        if outer == ANY or any(self._vocabulary.is_a(kind, inner) for inner in self._vocabulary.kinds[outer].contains):
            return
        self._misplaced(f"{a(noun(kind))} cannot stand in {a(noun(outer))}", node.kind.span)

    def _misplaced(self, message: str, span: Span) -> None:
        self._problems.error("TM0215", message, span, label="not in these braces", help="move it out of the braces")

    def _nested(self, source: Source, statement: Statement, outer: str, outer_kind: str) -> None:
        if isinstance(statement, Declaration):
            if statement.kind.text in WORDS:
                self._misplaced(f"{a(statement.kind.text)} stands at the top of a file", statement.kind.span)
            else:
                self._declaration(source, statement, outer)
        elif isinstance(statement, nodes.Flow):
            if outer_kind == ANY or "flow" in self._vocabulary.kinds[outer_kind].contains:
                self.flows.append(FlowNode(statement, source))
            else:
                self._misplaced(f"a flow cannot stand in {a(noun(outer_kind))}", _head(statement))
        elif isinstance(statement, TOP_ONLY):
            self._misplaced("this statement stands at the top of a file", _head(statement))

    def _former(self, scope: Scope, id_: str, body: tuple[Statement, ...] | None) -> None:
        for name, span in former_names(body):
            self._names.rename(full_name(scope, name), id_, span)


def head_id(head: Declaration) -> str:
    """The id of a `model` or `library` statement; its blank keeps it apart from the names of things."""
    return f"{head.kind.text} {head.name.text}"


def is_second_head(source: Source, statement: Declaration) -> bool:
    """Whether it is a `model` or `library` statement after the first, which is reported when files are read."""
    return statement.kind.text in HEADS and statement is not source.head


def _head(statement: Statement) -> Span:
    """The first line of a statement, as far as it goes."""
    if isinstance(statement, nodes.Flow):
        return statement.span.until(statement.targets[-1].span)
    if isinstance(statement, nodes.Decision | nodes.Switch):
        return statement.span.until(statement.rule.span)
    return statement.span.until(statement.name.span) if isinstance(statement, nodes.Rule) else statement.span


def former_names(body: tuple[Statement, ...] | None) -> Iterator[tuple[str, Span]]:
    """The names that `was` lists, a flow's as `a->b`, and where each stands."""
    for statement in body or ():
        if isinstance(statement, Property) and statement.name.text == "was":
            value = statement.value
            for item in value.items if isinstance(value, nodes.Items) else (value,):
                if isinstance(item, Pair):
                    yield f"{item.source.text}->{item.target.text}", item.span
                elif isinstance(item, Name) and item.text != "unknown":
                    yield item.text, item.span
