"""Reads a text that has mistakes: each is told once, and reading goes on behind it.

A mistake is repaired where one small change lets its statement be read to the end; else the statement is left out. The
body of a statement whose head is beyond repair is read all the same.
"""

from typing import Any, cast

from lark import Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.utils import TextSlice

from threatdsl.diagnostics import Diagnostic
from threatdsl.syntax import messages
from threatdsl.syntax.build import PlacedBuilder
from threatdsl.syntax.engine import Engine
from threatdsl.syntax.mend import Mended
from threatdsl.syntax.nodes import Statement
from threatdsl.syntax.pieces import ENOUGH
from threatdsl.syntax.repairs import Fed, Mistake, Repair, Repairs
from threatdsl.syntax.scan import DEEPEST_STACK
from threatdsl.syntax.statement import body_of_statement, end_of_statement, word_at

MOST = 50


class Recovery:
    """One reading of one mended text."""

    def __init__(self, engine: Engine, mended: Mended) -> None:
        self.engine = engine
        self.mended = mended
        self.text = mended.text
        self.slice = TextSlice(self.text, 0, len(self.text))
        self.builder = PlacedBuilder(mended.places)
        self.state = engine.begin(self.text, self.builder)
        self.repairs = Repairs(engine, self.text, mended.places)
        self.problems: list[Diagnostic] = []
        self.begin = 0
        self.mistakes = 0
        self.left_at = -1  # where a statement was last left out: never twice at one place

    def read(self) -> tuple[tuple[Statement, ...], tuple[Diagnostic, ...]]:
        """The statements that could be read, and what is wrong with the others."""
        while True:
            try:
                for token in self.state.lexer.lex(self.state):
                    self._feed(token)
                size = len(self.text)
                self._close_open_blocks()
                statements = self.state.feed_token(self._token(Fed("$END", size, size)), is_end=True)
            except UnexpectedInput as error:
                self._recover(error)
            else:
                return statements, (*self.problems, *self.builder.diagnostics)
            if self.mistakes >= ENOUGH:
                return (), (*self.problems, *self.builder.diagnostics)

    def _feed(self, token: Token) -> None:
        if self.state.position in self.engine.beginnings and token.type not in {"_NL", "SEMICOLON", "RBRACE"}:
            self.begin = token.start_pos or 0
        self.state.feed_token(token)
        if len(self.state.state_stack) > DEEPEST_STACK:
            self._say(messages.too_deep_condition(self.builder.span(token)), quiet=False)
            self.mistakes = ENOUGH
            raise UnexpectedToken(token, set())

    def _close_open_blocks(self) -> None:
        """At the end of the text a block may still be open, when the head of another one could not be read."""
        size = len(self.text)
        while self.state.position in self.engine.beginnings and self.engine.shift([*self.state.state_stack], "RBRACE"):
            self.state.feed_token(self._token(Fed("RBRACE", size, size)))

    def _token(self, fed: Fed) -> Token:
        value = self.text[fed.start : fed.end] or ('""' if fed.terminal == "STRING" else "")
        if fed.terminal == "STRING" and not value.startswith('"'):
            value = f'"{value}"'
        return Token(fed.terminal, value, fed.start, 1, 1, 1, 1, fed.end)

    def _recover(self, error: UnexpectedInput) -> None:
        if self.mistakes >= ENOUGH:
            return
        mistake = self._mistake(error)
        quiet = self.mended.places.span(mistake.at, mistake.at).line in self.mended.quiet
        self.mistakes += 1
        few = self.mistakes <= MOST
        if few and (repair := next((r for r in self.repairs.of(mistake) if self._holds(r)), None)):
            self._say(repair.problem, quiet=quiet)
            self._go_on(repair)
            return
        repair = self._without(mistake)
        self._say(repair.problem, quiet=quiet)
        if repair.resume == self.left_at:
            repair = Repair(repair.keep, (), repair.resume + 1, repair.problem)
        self.left_at = repair.resume
        self._go_on(repair)

    def _mistake(self, error: UnexpectedInput) -> Mistake:
        token = cast("Token | None", getattr(error, "token", None))
        at, terminal = len(self.text), ""
        if isinstance(error, UnexpectedCharacters):
            at = int(getattr(error, "pos_in_stream", 0))
        elif token is not None and token.type != "$END":
            at, terminal = token.start_pos or 0, token.type
            if terminal in {"_AND", "_OR"}:
                at += token.index("and" if terminal == "_AND" else "or")
        stack = self.state.state_stack
        base = len(stack)
        while base > 1 and stack[base - 1] not in self.engine.beginnings:
            base -= 1
        begin = self.begin if base < len(stack) else at
        ends = terminal in {"_NL", "SEMICOLON", "RBRACE"} or at == len(self.text)
        found = "" if ends else word_at(self.text, at)
        return Mistake(tuple(stack), base, begin, at, found, terminal, end_of_statement(self.text, begin, at))

    def _holds(self, repair: Repair) -> bool:
        """Whether the statement can be read to its end after the repair."""
        stack = list(self.state.state_stack[: repair.keep])
        if not all(self.engine.shift(stack, fed.terminal) for fed in repair.fed):
            return False
        at = repair.resume
        while True:
            try:
                token = self.engine.read(self.slice, at, stack[-1])
            except EOFError:
                return self.engine.shift(stack, "$END")
            except UnexpectedCharacters:
                return False
            if not self.engine.shift(stack, token.type):
                return False
            if token.type in {"_NL", "SEMICOLON"} and stack[-1] in self.engine.beginnings:
                return True
            at = token.end_pos or 0

    def _said(self, mistake: Mistake) -> Diagnostic:
        expected = self.engine.expected(list(mistake.stack))
        if mistake.found:
            return self.repairs.unexpected(mistake, expected, mistake.at + len(mistake.found))
        first = word_at(self.text, mistake.begin)
        end = mistake.begin + len(self.text[mistake.begin : mistake.at].rstrip())
        span = self.mended.places.span(mistake.begin, end)
        in_rule = "WHEN" in self.engine.states[mistake.stack[mistake.base - 1]]
        advice = messages.form(first, in_rule=in_rule)
        if end == mistake.begin + len(first) and "NUMBER" in expected:
            return messages.no_value(span, first, advice)
        return messages.incomplete(span, self.repairs.wanted(expected), advice)

    def _without(self, mistake: Mistake) -> Repair:
        """Leave the statement out; its body, if it has one, is read under a stand-in for its head."""
        problem = self._said(mistake)
        body = body_of_statement(self.text, mistake.begin, mistake.at, mistake.end)
        row = self.engine.states[mistake.stack[mistake.base - 1]]
        if body is None or "IMPORT" not in row:
            return Repair(mistake.base, (), mistake.end, problem)
        first = word_at(self.text, mistake.begin)
        head = Fed("NAME", mistake.begin, mistake.begin + len(first))
        name = Fed("NAME", body, body)
        fed = (head, name) if first != "rule" else (Fed("RULE", head.start, head.end), name, Fed("STRING", body, body))
        return Repair(mistake.base, fed, body, problem)

    def _go_on(self, repair: Repair) -> None:
        state: Any = self.state
        del state.state_stack[repair.keep :]
        del state.value_stack[max(0, repair.keep - 1) :]
        for fed in repair.fed:
            self._feed(self._token(fed))
        counter = state.lexer.state.line_ctr
        counter.char_pos = repair.resume

    def _say(self, problem: Diagnostic, *, quiet: bool) -> None:
        if not quiet:
            self.problems.append(problem)
