"""A parsed model without some of its parts: which parts there are, what is left, and its text."""

from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.syntax.nodes import Declaration, Document, Flow, Items, Name, Pair, Property, Statement, Value

HEAD = "model"
Removed = frozenset[Span]
Body = tuple[Statement, ...]


def declaring(statements: Body, around: tuple[Span, ...] = ()) -> Iterator[tuple[Declaration | Flow, tuple[Span, ...]]]:
    """All statements that declare a thing or a flow, with the places of those around each; not the head of the file."""
    for statement in statements:
        if isinstance(statement, Declaration | Flow) and not _is_head(statement):
            yield statement, around
            yield from declaring(statement.body or (), (*around, statement.span))


def named(statement: Declaration | Flow) -> str:
    """The name that it declares, empty for a flow without one."""
    return statement.name.text if statement.name is not None else ""


def mentioned(statement: Declaration | Flow) -> Iterator[str]:
    """The names that its ends and its own properties speak of."""
    if isinstance(statement, Flow):
        yield from (name.text for name in (*statement.sources, *statement.targets))
    for inner in statement.body or ():
        if isinstance(inner, Property):
            yield from _names(inner.value)


def _names(value: Value) -> Iterator[str]:
    if isinstance(value, Items):
        for item in value.items:
            yield from _names(item)
    elif isinstance(value, Pair):
        yield from (value.source.text, value.target.text)
    elif isinstance(value, Name):
        yield value.text


def _is_head(statement: Statement) -> bool:
    return isinstance(statement, Declaration) and statement.kind.text == HEAD


def parts(statements: Body) -> Iterator[Span]:
    """Everything that can be left out, the larger before what is inside: statements, items of lists, ends of flows."""
    for statement in statements:
        if _is_head(statement):
            continue
        yield statement.span
        if isinstance(statement, Property) and isinstance(statement.value, Items):
            yield from (item.span for item in statement.value.items)
        if isinstance(statement, Flow):
            yield from (end.span for ends in (statement.sources, statement.targets) if len(ends) > 1 for end in ends)
        if isinstance(statement, Declaration | Flow):
            yield from parts(statement.body or ())


def without(document: Document, removed: Removed) -> Document:
    """What is left, also without what speaks of things that are gone."""
    declared = {named(statement) for statement, _ in declaring(document.statements)}
    kept = {
        named(statement)
        for statement, around in declaring(document.statements)
        if removed.isdisjoint((statement.span, *around))
    }
    return msgspec.structs.replace(document, statements=_kept(document.statements, removed, declared - kept))


def _kept(statements: Body, removed: Removed, gone: set[str]) -> Body:
    left = (_left(statement, removed, gone) for statement in statements if statement.span not in removed)
    return tuple(statement for statement in left if statement is not None)


def _left(statement: Statement, removed: Removed, gone: set[str]) -> Statement | None:
    if isinstance(statement, Property):
        return _property(statement, removed, gone)
    if not isinstance(statement, Declaration | Flow) or _is_head(statement):
        return statement
    body = _kept(statement.body, removed, gone) if statement.body is not None else None
    if isinstance(statement, Declaration):
        bare = not body and statement.title is not None
        return msgspec.structs.replace(statement, body=None if bare else body)
    sources, targets = (
        tuple(end for end in ends if end.span not in removed and end.text not in gone)
        for ends in (statement.sources, statement.targets)
    )
    if not sources or not targets:
        return None
    return msgspec.structs.replace(statement, sources=sources, targets=targets, body=body or None)


def _property(node: Property, removed: Removed, gone: set[str]) -> Property | None:
    if not isinstance(node.value, Items) or not node.value.items:
        return None if not gone.isdisjoint(_names(node.value)) else node
    items = tuple(i for i in node.value.items if i.span not in removed and gone.isdisjoint(_names(i)))
    return msgspec.structs.replace(node, value=msgspec.structs.replace(node.value, items=items)) if items else None


def text_of(document: Document, source: str, remarks: Mapping[int, str]) -> str:
    """The text of what is left, cut from `source`, flows last.

    `remarks` are lines to stand above the statements that begin at an offset.
    """
    lines: list[str] = []
    previous = ""
    for statement in sorted(document.statements, key=lambda statement: isinstance(statement, Flow)):
        written = _written(statement, source, remarks)
        first = source[statement.span.start : statement.span.end].split(maxsplit=1)[0]
        if lines and first != previous:
            lines.append("")
        lines.append(written)
        previous = first
    return "\n".join(lines) + "\n"


def _written(statement: Statement, source: str, remarks: Mapping[int, str]) -> str:
    def cut(span: Span) -> str:
        return source[span.start : span.end]

    if isinstance(statement, Property):
        return f"{cut(statement.name.span)} {_value(statement.value, source)}"
    if not isinstance(statement, Declaration | Flow):
        return cut(statement.span)
    if isinstance(statement, Declaration):
        words = [cut(statement.kind.span), cut(statement.name.span)]
    else:
        words = ["flow", named(statement), _ends(statement.sources), "->", _ends(statement.targets)]
    words += [cut(statement.title.span)] if statement.title is not None else []
    above = f"{remarks[statement.span.start]}\n" if statement.span.start in remarks else ""
    return above + " ".join(word for word in words if word) + _body(statement.body, source, remarks)


def _body(body: Body | None, source: str, remarks: Mapping[int, str]) -> str:
    if not body:
        return "" if body is None else " { }"
    written = [_written(statement, source, remarks) for statement in body]
    nested = any(isinstance(statement, Declaration | Flow) for statement in body)
    return " {\n" + "\n".join(written) + "\n}" if nested else " { " + "; ".join(written) + " }"


def _value(value: Value, source: str) -> str:
    if isinstance(value, Items):
        return f"[{', '.join(_value(item, source) for item in value.items)}]"
    return source[value.span.start : value.span.end]


def _ends(ends: tuple[Name, ...]) -> str:
    return ends[0].text if len(ends) == 1 else f"[{', '.join(end.text for end in ends)}]"
