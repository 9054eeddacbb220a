"""Text of a model in Markdown: it stays text, for GitHub and for GitLab.

A backslash takes its meaning from a sign of Markdown. Mentions, numbers of issues, addresses and emoji are found in
text that is already rendered, where a backslash is gone: an invisible space behind their sign keeps these apart.
"""

import re
from urllib.parse import quote

from threatdsl.report.plain import plain
from threatdsl.report.words import clean, clipped

SPACE = "&#8203;"
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})
SIGNS = re.compile(r"([\\`*_{}\[\]()|!~^=+#-])")
NAMED = re.compile(r"(\\#|[@:%])(?=\S)|(?<=www)(?=\.)", re.IGNORECASE)
LONGEST = 600


def text(given: str) -> str:
    """The text on one line, of a bounded length."""
    escaped = clipped(clean(plain(given)), LONGEST).translate(ENTITIES)
    return NAMED.sub(lambda found: f"{found.group()}{SPACE}", SIGNS.sub(r"\\\1", escaped))


def code(given: str) -> str:
    """The text as code, in which nothing is a mention or a link."""
    shown = clipped(clean(plain(given)), LONGEST).replace("`", "'")
    return f"`{shown or '-'}`"


def link(path: str, line: int) -> str:
    """A place that leads to the line of the file."""
    return f"[{code(f'{path}:{line}')}]({quote(path)}#L{line})"
