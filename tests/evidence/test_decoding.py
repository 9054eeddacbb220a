import msgspec
import pytest

from threatdsl.evidence.decoding import json_as, json_lines
from threatdsl.evidence.interface import Unreadable


class Named(msgspec.Struct, frozen=True):
    name: str


def test_a_text_in_another_encoding_is_unreadable() -> None:
    content = b'{"name": "caf\xe9"}'
    with pytest.raises(Unreadable, match="not UTF-8"):
        json_as(Named, content)
    with pytest.raises(Unreadable, match="line 1 is not UTF-8"):
        list(json_lines(Named, content))
