"""What is seen in a text without parsing it: comments, characters that do not belong, nesting that has no end."""

import re
import unicodedata
from itertools import islice

import msgspec

from threatdsl.diagnostics import Diagnostic, Span
from threatdsl.syntax import messages
from threatdsl.syntax.nodes import Comment
from threatdsl.syntax.places import Places

DEEPEST = 64
DEEPEST_STACK = 400  # states of the parser; 64 blocks need 321, so more is a chain of `not`
MOST_CHARACTERS = 1000
# Possessive, and an unclosed text runs to the end of its line (or file): no character is looked at twice.
TEXTS = r'"""(?:[^"\\]|\\(?:.|\n)?|"(?!""))*+(?:"""|\Z)|"(?:[^"\\\n]|\\[^\n]?)*+"?'
MARKS = re.compile(rf"{TEXTS}|#[^\r\n]*|[{{}}()]", re.DOTALL)
BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
UNWANTED = re.compile(rf"[{BIDIRECTIONAL}]+|(?:[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\r(?!\n))+")


class Seen(msgspec.Struct, frozen=True):
    """`text` has a space in place of each unwanted character; `too_deep` is set when parsing it is pointless."""

    text: str
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]
    too_deep: Diagnostic | None


def scan(text: str, file: str) -> Seen:
    """Look through the text once."""
    clean, problems = _characters(text, file)
    comments: list[Comment] = []
    too_deep: Diagnostic | None = None
    line, line_start, last, depth = 1, 0, 0, 0
    for found in MARKS.finditer(clean):
        start, mark = found.start(), clean[found.start()]
        if mark in "{(":
            depth += 1
            if depth > DEEPEST and too_deep is None:
                too_deep = messages.too_deep(Places(file, text).span(start, start + 1), DEEPEST)
        elif mark in "})":
            depth = max(0, depth - 1)
        elif mark == "#":
            newlines = clean.count("\n", last, start)
            if newlines:
                line, line_start = line + newlines, clean.rindex("\n", last, start) + 1
            last, end = start, found.end()
            column = start - line_start + 1
            span = Span(file, line, column, line, column + end - start, start, end)
            comments.append(Comment(span, text[start:end].rstrip(" \t")))
    return Seen(clean, tuple(comments), problems, too_deep)


def _characters(text: str, file: str) -> tuple[str, tuple[Diagnostic, ...]]:
    if UNWANTED.search(text) is None:
        return text, ()
    places = Places(file, text)
    problems = []
    for found in islice(UNWANTED.finditer(text), MOST_CHARACTERS):
        name = unicodedata.name(found.group()[0], "").lower()
        code = f"U+{ord(found.group()[0]):04X}"
        bidirectional = re.match(rf"[{BIDIRECTIONAL}]", found.group()) is not None
        span = places.span(found.start(), found.end())
        problems.append(messages.unwanted_character(span, f"{code} {name}".strip(), bidirectional=bidirectional))
    return UNWANTED.sub(lambda m: " " * len(m.group()), text), tuple(problems)
