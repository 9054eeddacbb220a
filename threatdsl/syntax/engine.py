"""lark's LALR parser, opened up: the same tables and lexers, but every file brings its own callbacks.

This is the one place that reaches into lark; its minor version is pinned for that (pyproject.toml).
"""

from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.lexer import ContextualLexer, LexerState, LexerThread, LineCounter
from lark.parse_tree_builder import ParseTreeBuilder
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_parser_state import ParseConf, ParserState
from lark.utils import TextSlice

from threatdsl.syntax.tables import lark_parser

START = "start"


class Engine:
    """The parts of a lark parser that parsing and recovery need. Immutable once made."""

    def __init__(self, parser: Lark) -> None:
        frontend: Any = parser.parser
        self.table = frontend.parser._parse_table  # noqa: SLF001  # see the module docstring
        self.lexer: ContextualLexer = frontend.lexer.lexer  # behind the one that `WholeWords` needs
        self.states: dict[Any, dict[str, Any]] = self.table.states
        self.trees = ParseTreeBuilder(parser.rules, Tree, maybe_placeholders=True)
        self.beginnings = frozenset(
            state
            for state, row in self.states.items()
            if "_NL" in row and "SEMICOLON" in row and ("IMPORT" in row or "WHEN" in row)
        )
        self.literals = {t.name: t.pattern.value for t in parser.terminals if t.pattern.type == "str"}

    def begin(self, text: str, builder: object) -> ParserState[Any]:
        """A parser at the start of the text, which calls the builder's methods."""
        conf: ParseConf[Any] = ParseConf(self.table, self.trees.create_callback(builder), START)
        return ParserState(conf, LexerThread.from_text(self.lexer, text))

    def shift(self, stack: list[Any], terminal: str) -> bool:
        """Move a stack of states on over one token, without callbacks; False when the token cannot stand there."""
        while True:
            action = self.states[stack[-1]].get(terminal)
            if action is None:
                return False
            if action[0] is Shift:
                stack.append(action[1])
                return True
            rule = action[1]
            if rule.expansion:
                del stack[-len(rule.expansion) :]
            stack.append(self.states[stack[-1]][rule.origin.name][1])
            if terminal == "$END" and stack[-1] == self.table.end_states[START]:
                return True

    def expected(self, stack: list[Any]) -> frozenset[str]:
        """The terminals that can really come next (a LALR row also lists some that fail after a reduction)."""
        return frozenset(t for t in self.states[stack[-1]] if (t.isupper() or t == "$END") and self.shift([*stack], t))

    def read(self, text: TextSlice[str], at: int, state: object) -> Token:
        """The next token as the lexer of the state sees it. Raises UnexpectedCharacters, or EOFError at the end."""
        counter = LineCounter("\n")
        counter.char_pos = at
        return self.lexer.lexers[state].next_token(LexerState(text, counter))  # type: ignore[index]  # states are numbers


@cache
def engine(folder: Path | None = None) -> Engine:
    """The engine of the shipped grammar; `folder` may keep its tables."""
    return Engine(lark_parser(folder))
