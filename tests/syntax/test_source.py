"""Bytes become text, or the one reason why not."""

import random

import pytest

from threatdsl.syntax import parse_file, read_source
from threatdsl.syntax.source import LARGEST


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"a 1\nb \xff", "TM0001", 2, 3),
        ("a 1\n\u00e4 ".encode() + b"\xc3", "TM0001", 2, 3),
        ("a 1".encode("utf-16"), "TM0001", 1, 1),
        (b"a 1\nb\0", "TM0002", 2, 2),
        (b"#" * (LARGEST + 1), "TM0003", 1, 1),
        (random.Random(1).randbytes(1_000_000), "TM0001", 1, 2),  # noqa: S311  # any bytes, the same each time
    ],
)
def test_bytes_that_are_no_text_are_one_mistake_with_its_place(data: bytes, code: str, line: int, column: int) -> None:
    (diagnostic,) = parse_file(data, "m.threat", None).diagnostics
    assert (diagnostic.code, diagnostic.span.line) == (code, line)
    assert diagnostic.span.column == column or line == 1


def test_a_byte_order_mark_is_dropped() -> None:
    assert read_source(b"\xef\xbb\xbfa 1", "m") == ("a 1", ())
