"""The parser tables of the grammar, computed by lark or read from a folder of the cache.

lark stores tables with pickle, which would run whatever a stranger puts into a shared folder. Their content is plain
numbers and texts, so they are kept as msgpack instead: reading them can execute nothing.
"""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from threatdsl.syntax.store import read_entry, write_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Lark, Token

# lark writes 2**64 for "any length"; msgpack stops just below, and lark only sorts by it.
LONGEST = 2**62


class WholeWords:
    """Lets every state of the lexer see names, so that `untill` is a name and not `until` and an `l`."""

    always_accept: ClassVar = ("NAME",)

    @staticmethod
    def process(stream: "Iterator[Token]") -> "Iterator[Token]":
        """The tokens as they are."""
        return stream


@cache
def grammar_text() -> str:
    """The grammar as shipped, `grammar/threatdsl.lark`."""
    return (files("threatdsl.grammar") / "threatdsl.lark").read_text("utf-8")


def _tables_key() -> str:
    """A short key of everything the tables depend on: the grammar and lark."""
    import lark

    return sha256(f"{lark.__version__}\n{grammar_text()}".encode()).hexdigest()[:16]


@cache
def lark_parser(folder: Path | None = None) -> "Lark":
    """The LALR parser. With a folder its tables are read from there, or computed and left there."""
    from lark import Lark

    entry = None if folder is None else folder / f"tables-{_tables_key()}.msgpack"
    stored = None if entry is None else read_entry(entry)
    parser = None if stored is None else _from_tables(stored)
    if parser is None:
        parser = Lark(grammar_text(), parser="lalr", maybe_placeholders=True, postlex=WholeWords())
        if entry is not None:
            write_entry(entry, _to_tables(parser))
    return parser


def _to_tables(parser: "Lark") -> bytes:
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    data, memo = parser.memo_serialize([TerminalDef, Rule])
    data["options"] |= {"postlex": None}
    return msgspec.msgpack.encode(_storable({"data": data, "memo": memo}))


def _storable(value: object) -> object:
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return min(value, LONGEST) if isinstance(value, int) else value


def _from_tables(stored: bytes) -> "Lark | None":
    """A parser of stored tables; None when they are foreign or damaged."""
    from lark import Lark

    try:
        tables: Any = msgspec.msgpack.decode(stored, strict=False)
        parser: Lark = Lark._load_from_dict(tables["data"], tables["memo"], postlex=WholeWords())  # noqa: SLF001  # `load` knows only pickle
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError, ValueError, AssertionError):
        return None
    return parser
