"""What must hold of an output in which hostile texts are to stay text."""

import csv
import io
import json
import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser

from defusedxml.ElementTree import fromstring

from tests.report.hostile_text import ATTACKS
from threatdsl.report.diagram.layout import find_dot

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
ADDRESS = re.compile(r"^\s*(javascript|file|data|vbscript|https?):", re.IGNORECASE)
CELL = ("=", "+", "-", "@", "\t", "\r")
MARKED_UP = ("img", "script", "style", "base", "table", "iframe", "svg")


class Seen(HTMLParser):
    """The elements and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def nothing_foreign(self, allowed: tuple[str, ...]) -> None:
        assert [tag for tag in self.tags if tag in MARKED_UP and tag not in allowed] == []
        assert self.handlers == []


def in_order(text: str) -> None:
    """A terminal or a log: nothing in it moves the cursor."""
    assert CONTROL.search(text) is None


def as_json(text: str) -> None:
    held = json.dumps(json.loads(text), ensure_ascii=False)
    assert json.dumps(ATTACKS["image"])[1:-1] in held


def as_sarif(text: str) -> None:
    """A message of SARIF knows links `[words](target)`: a square bracket of a model is escaped in it."""
    for message in _messages(json.loads(text)):
        assert re.search(r"(?<!\\)\[x\]\(", message) is None, message


def as_xml(text: str) -> None:
    found = {part.tag for part in fromstring(text).iter()}
    assert found <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "skipped",
        "properties",
        "property",
        "system-out",
    }


def as_github(text: str) -> None:
    in_order(text)
    assert [line for line in text.splitlines() if line.startswith("::error file=x")] == []


def as_markdown(text: str) -> None:
    """Rendered with HTML allowed, as in the laxest wiki, there is no element, link or mention that we did not write."""
    from markdown_it import MarkdownIt

    seen = Seen()
    seen.feed(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text))
    seen.nothing_foreign(allowed=("table", "img"))
    assert [address for address in seen.addresses if "evil.example" in address or ADDRESS.match(address)] == []
    assert re.search(r"(?<![\w`\\])@everyone", _without_code(text)) is None


def as_wiki(text: str) -> None:
    """The same for the whole report, whose diagram is a block of Mermaid."""
    blocks = re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL)
    for block in blocks:
        as_mermaid(block)
    as_markdown(re.sub(r"```mermaid\n.*?```", "", text, flags=re.DOTALL))


def as_csv(text: str) -> None:
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("cmd|" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(CELL)] == []


def as_dot(text: str) -> None:
    """`dot` reads it, and draws neither a table nor a name in place of an escape."""
    drawn = subprocess.run([find_dot(), "-Tplain"], input=text, capture_output=True, text=True, check=True).stdout
    assert "<TABLE>" in drawn or "&lt;TABLE&gt;" in drawn


def as_svg_source(text: str) -> None:
    tags = {str(part.tag).rpartition("}")[2] for part in fromstring(text).iter()}
    assert not tags & {"script", "foreignObject", "image", "img", "table"}
    assert "alert(1)" in text


def as_mermaid(text: str) -> None:
    in_order(text)
    assert re.search(r"<(?!br)[a-zA-Z/]", text) is None


def squeezed(text: str) -> str:
    """Without white space, and without what a line break may add."""
    return re.sub("[\\s\u200b\u00ad]+", "", text)


def _without_code(text: str) -> str:
    return re.sub(r"`[^`]*`", "", text)


def _messages(log: object) -> Iterator[str]:
    """The texts of all messages of a SARIF log: they may hold links, descriptions of rules may not."""
    if isinstance(log, dict):
        if isinstance(log.get("message"), dict):
            yield log["message"]["text"]
        for part in log.values():
            yield from _messages(part)
    elif isinstance(log, list):
        for part in log:
            yield from _messages(part)
