"""Bytes of a stranger's file to values: JSON by type, JSON lines, XML, times; bounded, and with one kind of error.

A reader names the fields it wants as `msgspec.Struct`s. All else in the file is skipped while decoding and cannot reach
an output: several formats hold secrets in clear.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

import msgspec

from threatdsl.evidence.interface import Unreadable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

T = TypeVar("T")

BOM = b"\xef\xbb\xbf"
DEEPEST = 200  # nested elements of an XML file
FIRST_ZONE = timedelta(hours=14)  # the clocks of Kiribati are first
MOST_ELEMENTS = 2_000_000  # of an XML file
MILLISECONDS_FROM = 100_000_000_000  # larger Unix times count milliseconds: as seconds they are past the year 5000
URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)?([^/?#]*)(/[^?#]*)?")
AUTHORITY = re.compile(
    r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|(?:\[[0-9A-Fa-f:.]+\]|[^\s:@\[\]\\=&%,\"'<>(){}|]+)(?::\d{0,5})?"
)
HIDDEN = re.compile(r"(?:;|%(?:25)*(?:3b|3f|23)).*", re.IGNORECASE | re.DOTALL)  # parameters, or an encoded ? or #
INNER_USER = re.compile(r"[^/](?=@|%(?:25)*40)")


def json_as(type_: type[T], content: bytes) -> T:
    """A JSON document as a type. Raises Unreadable where it is none or of another shape."""
    try:
        return msgspec.json.decode(text(content), type=type_)
    except msgspec.ValidationError as error:
        raise Unreadable(f"not of this format: {error}") from None
    except msgspec.DecodeError as error:
        raise Unreadable(f"not JSON: {error}") from None
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None


def json_lines(type_: type[T], content: bytes) -> Iterator[T]:
    """The documents of a file with one JSON document a line; blank lines do not count. Raises Unreadable."""
    decoder = msgspec.json.Decoder(type_)
    for number, line in enumerate(text(content).splitlines(), start=1):
        if line.strip():
            yield _decoded(decoder, line, f"line {number}")


def each_as(type_: type[T], pieces: Iterable[msgspec.Raw], what: str) -> Iterator[T]:
    """Items of a long list, decoded one by one, so that never all are in memory. Raises Unreadable."""
    decoder = msgspec.json.Decoder(type_)
    for number, piece in enumerate(pieces, start=1):
        yield _decoded(decoder, piece, f"{what} {number}")


def _decoded(decoder: msgspec.json.Decoder[T], piece: bytes | msgspec.Raw, what: str) -> T:
    try:
        return decoder.decode(piece)
    except msgspec.ValidationError as error:
        raise Unreadable(f"{what} is not of this format: {error}") from None
    except msgspec.DecodeError as error:
        raise Unreadable(f"{what} is not JSON: {error}") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{what} is not UTF-8") from None
    except RecursionError:
        raise Unreadable(f"{what} is nested too deeply") from None


def text(content: bytes) -> bytes:
    """The content without a byte order mark. Raises Unreadable for what is no UTF-8 text or holds nothing."""
    content = content.removeprefix(BOM)
    if not content.strip():
        raise Unreadable("empty")
    if b"\0" in content:
        raise Unreadable("not text: it holds NUL bytes, or is UTF-16")
    return content


def xml_root(content: bytes) -> "Element":
    """The root of an XML document. Raises Unreadable; entities of the document's own and deep nesting are refused."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    depth = count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(BytesIO(text(content)), events=("start", "end")):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            count += event == "start"
            if depth > DEEPEST or count > MOST_ELEMENTS:
                raise Unreadable("nested too deeply" if depth > DEEPEST else f"more than {MOST_ELEMENTS} elements")
    except DefusedXmlException:
        raise Unreadable("it declares entities of its own, which are not expanded") from None
    except ParseError as error:
        raise Unreadable(f"not XML: {error}") from None
    except (LookupError, ValueError) as error:  # an encoding that is unknown or does not fit
        raise Unreadable(f"not XML: {error}") from None
    assert root is not None  # else the parser says that there is no element
    return root


def local(element: "Element") -> str:
    """The name of an XML element without its namespace."""
    return element.tag.rpartition("}")[2]


def moment(value: str | float | None) -> datetime | None:
    """A time in UTC: ISO 8601 with a zone, or Unix seconds or milliseconds; None for what does not say which moment."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return found.astimezone(UTC) if found.tzinfo is not None else None
        seconds = value / 1000 if abs(value) >= MILLISECONDS_FROM else value
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def earliest(value: str | None) -> datetime | None:
    """The earliest moment in UTC that a time of ISO 8601 may stand for: without a zone it may be that of any place."""
    found = moment(value)
    if found is not None or not value:
        return found
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC) - FIRST_ZONE
    except (ValueError, OverflowError):
        return None


def bare_url(place: str) -> str:
    """Scheme, host, port and path of a URL or host, without what holds secrets: user, query, fragment, path parameters.

    Empty where what stands before the path is no host, for it may be a password. The path ends before a part that holds
    an `@` behind other text: a user of another URL, a mail address, or the end of a password with a slash.
    """
    found = URL.match(place)
    assert found is not None  # every part of it may be empty
    scheme, authority, path = found.groups(default="")
    user, _, host = authority.rpartition("@")
    host = HIDDEN.sub("", host)
    inner = INNER_USER.search(path := HIDDEN.sub("", path))
    if not AUTHORITY.fullmatch(host) or (user and inner):
        return ""
    return f"{scheme}{host}{path[: path.rindex('/', 0, inner.end()) + 1] if inner else path}"
