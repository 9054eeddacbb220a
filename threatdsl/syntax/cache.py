"""Parsing a file once: a msgpack entry per content and name. lark is not even imported when every file is known."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import msgspec

from threatdsl.diagnostics import Diagnostic
from threatdsl.syntax.nodes import Document
from threatdsl.syntax.parser import parse
from threatdsl.syntax.source import read_source
from threatdsl.syntax.store import read_entry, write_entry
from threatdsl.syntax.tables import grammar_text


class SourceFile(msgspec.Struct, frozen=True):
    """A file as read: its text, what could be parsed of it, and what is wrong with it."""

    text: str
    document: Document
    diagnostics: tuple[Diagnostic, ...]


def parse_file(data: bytes, file: str, cache: Path | None) -> SourceFile:
    """Read and parse the bytes of a file named `file`.

    `cache` is a folder for parsed documents and parser tables, made when needed; None keeps nothing. Only documents
    without diagnostics are kept. An entry that cannot be read is made anew; failing to write is silent.
    """
    text, unreadable = read_source(data, file)
    if unreadable:
        return SourceFile(text, Document(file, (), ()), unreadable)
    entry = None if cache is None else cache / f"{_key(data, file)}.msgpack"
    known = None if entry is None else _stored(entry, file)
    if known is not None:
        return SourceFile(text, known, ())
    parsed = parse(text, file, tables=cache)
    if entry is not None and not parsed.diagnostics:
        write_entry(entry, msgspec.msgpack.encode(parsed.document))
    return SourceFile(text, parsed.document, parsed.diagnostics)


def _key(data: bytes, file: str) -> str:
    digest = sha256(_form())
    digest.update(f"{len(file)}:{file}".encode(errors="surrogatepass"))
    digest.update(data)
    return digest.hexdigest()


@cache
def _form() -> bytes:
    """A digest of all that decides what a text parses to: the grammar and the code of this room."""
    digest = sha256(grammar_text().encode())
    for source in sorted(files("threatdsl.syntax").iterdir(), key=lambda path: path.name):
        if source.name.endswith(".py"):
            digest.update(source.read_bytes())
    return digest.digest()


def _stored(entry: Path, file: str) -> Document | None:
    content = read_entry(entry)
    if content is None:
        return None
    try:
        document = msgspec.msgpack.decode(content, type=Document)
    except (msgspec.DecodeError, RecursionError):
        return None
    return document if document.file == file else None
