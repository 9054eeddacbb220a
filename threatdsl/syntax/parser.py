"""Text to nodes."""

from pathlib import Path

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.syntax.build import Builder
from threatdsl.syntax.nodes import Document


class Parsed(msgspec.Struct, frozen=True):
    """What could be read of a text, and what is wrong with it."""

    document: Document
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str, file: str, *, tables: Path | None = None) -> Parsed:
    from lark import Token, UnexpectedInput

    from threatdsl.syntax.engine import engine

    builder = Builder(file)
    state = engine(tables).begin(text, builder)
    try:
        for token in state.lexer.lex(state):
            state.feed_token(token)
        statements = state.feed_token(Token("$END", ""), is_end=True)
    except UnexpectedInput as e:
        span = Span(file, max(e.line, 1), max(e.column, 1), max(e.line, 1), max(e.column, 1) + 1, 0, 1)
        return Parsed(Document(file, (), ()), (Diagnostic("TM0130", Severity.ERROR, str(e), span),))
    return Parsed(Document(file, statements, ()), tuple(builder.diagnostics))
