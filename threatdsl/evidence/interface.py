"""The one interface of all readers, and where they are found."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from threatdsl.evidence import readers
from threatdsl.evidence.observation import Reading


class Unreadable(Exception):  # noqa: N818 - it says what the file is, not that the program erred
    """A result file that cannot be used; the text says why, in words that go behind "FILE: "."""


class Reader(Protocol):
    """A module of `threatdsl.evidence.readers`."""

    def recognises(self, content: bytes) -> bool:
        """Whether a file seems to be of this format, by a look at its beginning; never raises."""

    def read(self, content: bytes) -> Reading:
        """What a file of this format says. Raises Unreadable for one that is truncated or of another format."""


@cache
def formats() -> tuple[str, ...]:
    """The names of all formats, as a check writes them."""
    return tuple(sorted(module.name.replace("_", "-") for module in iter_modules(readers.__path__)))


def reader(name: str) -> Reader:
    """The reader of a format of `formats()`."""
    return cast("Reader", import_module(f"{readers.__name__}.{name.replace('-', '_')}"))


def recognised(content: bytes) -> tuple[str, ...]:
    """The formats that a file may be."""
    return tuple(name for name in formats() if reader(name).recognises(content))
