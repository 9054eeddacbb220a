"""The ways one statement can be put right, likeliest first. Each says what it changes and what is told about it."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import msgspec

from threatdsl.diagnostics import Diagnostic
from threatdsl.syntax import messages
from threatdsl.syntax.engine import Engine
from threatdsl.syntax.places import Places
from threatdsl.syntax.statement import word_at

ARROW_LIKE = re.compile(r"[-=~]*[>\u2192\u21d2\u27f6]+|[\u2013\u2014]>?|--+(?!>)")
ASSIGNMENT = re.compile(r":=|=(?!=)|:")
HEAD = re.compile(r"[ \t]*[\"{]")
NAME_LIKE = re.compile(r"[\w.-]+")
VERDICTS = ("accept", "dismiss", "transfer", "adjust")
FIXED = ("AS", "ON", "IN", "UNTIL", "ARROW")
OPEN = {"NAME": "a name", "STRING": "a quoted text", "DATE": "a date", "NUMBER": "a number"}
SEPARATORS = ("SEMICOLON", "_NL")


class Fed(msgspec.Struct, frozen=True):
    """A token the parser is given although the text does not have it, or has another in its place."""

    terminal: str
    start: int
    end: int


class Repair(msgspec.Struct, frozen=True):
    """Keep so many states, feed these tokens, read on at `resume`."""

    keep: int
    fed: tuple[Fed, ...]
    resume: int
    problem: Diagnostic


class Mistake(msgspec.Struct, frozen=True):
    """Where reading stopped: the states, the statement, and what stands there (`found` is empty at its end)."""

    stack: tuple[Any, ...]
    base: int  # how many states stand before the statement
    begin: int
    at: int
    found: str
    terminal: str  # as the lexer sees it where anything is allowed, or nothing
    end: int  # of the statement


class Repairs:
    """Enumerates repairs of mistakes in one text."""

    def __init__(self, engine: Engine, text: str, places: Places) -> None:
        self.engine = engine
        self.text = text
        self.places = places

    def of(self, mistake: Mistake) -> Iterator[Repair]:
        """All that may be tried, in order; most will not let the statement be read to its end."""
        expected = self.engine.expected(list(mistake.stack))
        if not mistake.found:
            return
        yield from self._typical(mistake, expected)
        yield from self._misspelt(mistake, expected)
        yield from self._not_names(mistake, expected)
        yield from self._inserted(mistake, expected, FIXED)
        if mistake.found not in "{}[]()":
            behind = mistake.at + len(mistake.found)
            yield self._repair(mistake, (), behind, self.unexpected(mistake, expected, behind))
        if "SEMICOLON" in expected:
            here = Fed("SEMICOLON", mistake.at, mistake.at)
            yield self._repair(mistake, (here,), mistake.at, messages.line_end_missing(*self._found(mistake)))
        yield from self._inserted(mistake, expected, tuple(OPEN))
        yield from self._replaced(mistake, expected)
        if "SEMICOLON" in expected:
            yield self._repair(mistake, (), mistake.end, self.unexpected(mistake, expected, mistake.end))

    def unexpected(self, mistake: Mistake, expected: frozenset[str], end: int) -> Diagnostic:
        """What is said when nothing more special is known."""
        first = word_at(self.text, mistake.begin)
        raw = self.text[mistake.at : end].rstrip()
        shown = raw if "\n" not in raw and len(raw) <= 60 else mistake.found  # noqa: PLR2004  # fits a line
        in_rule = "WHEN" in self.engine.states[mistake.stack[mistake.base - 1]]
        advice = messages.form(first, in_rule=in_rule)
        if mistake.terminal in {"NAME", ""} and "SEMICOLON" in expected:
            advice = "a text of several words stands in quotes"
        span = self.places.span(mistake.at, mistake.at + max(len(shown), 1))
        return messages.unexpected(span, shown, self.wanted(expected), advice)

    def wanted(self, expected: frozenset[str]) -> str:
        """What could stand there, when that is one or two things."""
        words = [OPEN.get(t, f"`{self.engine.literals[t]}`" if t in self.engine.literals else "") for t in expected]
        known = sorted(word for word in words if word)
        return f"expected {' or '.join(known)}" if len(known) == len(words) and len(known) in {1, 2} else ""

    def _repair(self, mistake: Mistake, fed: tuple[Fed, ...], resume: int, problem: Diagnostic) -> Repair:
        return Repair(len(mistake.stack), fed, resume, problem)

    def _found(self, mistake: Mistake) -> tuple[Any, str]:
        return self.places.span(mistake.at, mistake.at + len(mistake.found)), mistake.found

    def _typical(self, mistake: Mistake, expected: frozenset[str]) -> Iterator[Repair]:
        """What people write who know another language."""
        at = mistake.at
        arrow = ARROW_LIKE.match(self.text, at)
        if arrow and "ARROW" in expected:
            fed = (Fed("ARROW", at, arrow.end()),)
            problem = messages.not_an_arrow(self.places.span(at, arrow.end()), arrow.group())
            yield self._repair(mistake, fed, arrow.end(), problem)
        assignment = ASSIGNMENT.match(self.text, at)
        if assignment:
            problem = messages.no_assignment(self.places.span(at, assignment.end()), assignment.group())
            yield self._repair(mistake, (), assignment.end(), problem)
        first = word_at(self.text, mistake.begin)
        second = mistake.begin + len(first) + 1
        if mistake.found == "{" and first != "rule" and self.text.startswith('"', second):
            head = (Fed("NAME", mistake.begin, second - 1), Fed("NAME", second, second))
            title = word_at(self.text, second)
            span = self.places.span(second, second + len(title))
            problem = messages.missing(span, "a name", title, messages.STATEMENT)
            yield Repair(mistake.base, head, second, problem)
        if "COMMA" in expected and "RSQB" in expected:
            problem = messages.comma_missing(*self._found(mistake))
            yield self._repair(mistake, (Fed("COMMA", at, at),), at, problem)

    def _misspelt(self, mistake: Mistake, expected: frozenset[str]) -> Iterator[Repair]:
        """A word close to a keyword that can stand there, or a first word close to one that begins a statement."""
        known = {self.engine.literals[t]: t for t in expected if t in self.engine.literals}
        for meant in self._close(mistake.found, known):
            fed = (Fed(known[meant], mistake.at, mistake.at + len(mistake.found)),)
            problem = messages.misspelt(*self._found(mistake), meant)
            yield self._repair(mistake, fed, fed[0].end, problem)
        row = self.engine.states[mistake.stack[mistake.base - 1]]
        firsts = {self.engine.literals[t]: t for t in row if t in self.engine.literals and t != "SEMICOLON"}
        if "VERDICT" in row:
            firsts |= dict.fromkeys(VERDICTS, "VERDICT")
        first = word_at(self.text, mistake.begin)
        for meant in self._close(first, firsts):
            end = mistake.begin + len(first)
            problem = messages.misspelt(self.places.span(mistake.begin, end), first, meant)
            yield Repair(mistake.base, (Fed(firsts[meant], mistake.begin, end),), end, problem)

    @staticmethod
    def _close(word: str, known: dict[str, str]) -> list[str]:
        words = sorted(w for w in known if w.isalpha())
        return [] if word in known else get_close_matches(word, words, n=1, cutoff=0.75)

    def _not_names(self, mistake: Mistake, expected: frozenset[str]) -> Iterator[Repair]:
        """A word that is no token at all: letters beyond ASCII, a digit in front, a hyphen at the end."""
        word = NAME_LIKE.match(self.text, mistake.at)
        if word is None or mistake.terminal:
            return
        glued = mistake.at > 0 and NAME_LIKE.match(self.text, mistake.at - 1)
        start = mistake.at
        while glued and start > mistake.begin and NAME_LIKE.match(self.text[start - 1]):
            start -= 1
        span = self.places.span(start, word.end())
        heads = HEAD.match(self.text, word.end())  # a title or a body follows, so this was to be a name
        say = messages.not_a_value if "NUMBER" in expected and not glued and not heads else messages.not_a_name
        problem = say(span, self.text[start : word.end()])
        if glued:
            yield self._repair(mistake, (), word.end(), problem)
        elif "NAME" in expected:
            yield self._repair(mistake, (Fed("NAME", mistake.at, word.end()),), word.end(), problem)

    def _inserted(self, mistake: Mistake, expected: frozenset[str], terminals: tuple[str, ...]) -> Iterator[Repair]:
        for terminal in terminals:
            if terminal in expected and (terminal != "ARROW" or word_at(self.text, mistake.begin) in messages.FORMS):
                what = OPEN.get(terminal) or f"`{self.engine.literals[terminal]}`"
                advice = messages.form(word_at(self.text, mistake.begin), in_rule=False)
                span, found = self._found(mistake)
                problem = messages.missing(span, what, found, advice)
                yield self._repair(mistake, (Fed(terminal, mistake.at, mistake.at),), mistake.at, problem)

    def _replaced(self, mistake: Mistake, expected: frozenset[str]) -> Iterator[Repair]:
        if mistake.found in "{}[]()":
            return
        behind = mistake.at + len(mistake.found)
        for terminal in (*OPEN, *FIXED, "COMMA", "SEMICOLON", "_AND", "COMPARISON"):
            if terminal in expected:
                problem = self.unexpected(mistake, expected, behind)
                yield self._repair(mistake, (Fed(terminal, mistake.at, behind),), behind, problem)
