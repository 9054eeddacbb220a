"""Text to nodes."""

from pathlib import Path

import msgspec

from threatdsl.diagnostics import Diagnostic, in_order
from threatdsl.syntax import messages
from threatdsl.syntax.build import Builder
from threatdsl.syntax.nodes import Document, Statement
from threatdsl.syntax.places import Places
from threatdsl.syntax.scan import DEEPEST_STACK, scan

MOST = 50


class Parsed(msgspec.Struct, frozen=True):
    """What could be read of a text, and what is wrong with it."""

    document: Document
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str, file: str, *, tables: Path | None = None) -> Parsed:
    """Parse a text; `file` is the name its spans carry. `tables` may be a folder that keeps the parser tables.

    Always returns a document, with the statements that could be read and all comments. The diagnostics are in the
    order of the text, at most 50, and then one that counts the rest.
    """
    seen = scan(text, file)
    if seen.too_deep is not None:
        return Parsed(Document(file, (), seen.comments), (*seen.diagnostics[: MOST - 1], seen.too_deep))
    read = _read(seen.text, file, tables)
    if read is None:
        read = _recover(seen.text, file, tables)
    statements, problems = read
    told = {diagnostic.span.line for diagnostic in seen.diagnostics}
    problems = tuple(problem for problem in problems if problem.span.line not in told)
    return Parsed(Document(file, statements, seen.comments), _limited((*seen.diagnostics, *problems)))


def _read(text: str, file: str, tables: Path | None) -> tuple[tuple[Statement, ...], tuple[Diagnostic, ...]] | None:
    """The statements of a text without mistakes of syntax; None when it has one."""
    from lark import Token, UnexpectedInput

    from threatdsl.syntax.engine import engine

    builder = Builder(file)
    state = engine(tables).begin(text, builder)
    stack, feed = state.state_stack, state.feed_token
    try:
        for token in state.lexer.lex(state):
            feed(token)
            if len(stack) > DEEPEST_STACK:
                place = Places(file, text).span(token.start_pos or 0, token.end_pos or 0)
                return (), (messages.too_deep_condition(place),)
        statements = feed(Token("$END", ""), is_end=True)
    except UnexpectedInput:
        return None
    return statements, tuple(builder.diagnostics)


def _recover(text: str, file: str, tables: Path | None) -> tuple[tuple[Statement, ...], tuple[Diagnostic, ...]]:
    from threatdsl.syntax.engine import engine
    from threatdsl.syntax.mend import mend
    from threatdsl.syntax.recover import Recovery

    mended = mend(text, file)
    statements, problems = Recovery(engine(tables), mended).read()
    return statements, (*mended.diagnostics, *problems)


def _limited(problems: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    ordered = in_order(problems)
    if len(ordered) <= MOST:
        return ordered
    return (*ordered[:MOST], messages.too_many(ordered[MOST].span, len(ordered) - MOST))
