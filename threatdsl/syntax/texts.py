"""What a quoted text says: escapes resolved, the common indentation of a block text removed."""

import re

ESCAPE = re.compile(r"\\(.|\r?\n)", re.DOTALL)
MEANING = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}


def unknown_escapes(raw: str) -> tuple[int, ...]:
    """Offsets of the escapes that mean nothing; they stay in the text as they are written."""
    return tuple(m.start() for m in ESCAPE.finditer(raw) if m.group(1) not in MEANING)


def resolve(raw: str) -> str:
    r"""The text with `\\"`, `\\\\`, `\\n` and `\\t` resolved."""
    if "\\" not in raw:
        return raw
    return ESCAPE.sub(lambda m: MEANING.get(m.group(1), m.group()), raw)


def dedent(raw: str) -> str:
    """The inside of a block text without its common indentation and without a blank first and last line.

    A first line that stands right after the quotes has no indentation and takes no part in the common one.
    """
    lines = raw.replace("\r\n", "\n").split("\n")
    first, rest = lines[0], lines[1:]
    indents = [line[: len(line) - len(line.lstrip(" \t"))] for line in rest if line.strip(" \t")]
    common = _common_start(indents)
    inside = [line[len(common) :] if line.strip(" \t") else "" for line in rest]
    if first.strip(" \t"):
        inside.insert(0, first)
    if rest and inside and not rest[-1].strip(" \t"):
        inside.pop()
    return "\n".join(inside)


def _common_start(indents: list[str]) -> str:
    """The longest start that all of them share, tabs and spaces as they are."""
    if not indents:
        return ""
    low, high = min(indents), max(indents)
    return next((low[:i] for i, char in enumerate(low) if i >= len(high) or char != high[i]), low)
