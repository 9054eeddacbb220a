import msgspec
import pytest

from threatdsl.evidence.decoding import bare_url, json_as, json_lines
from threatdsl.evidence.interface import Unreadable


class Named(msgspec.Struct, frozen=True):
    name: str


def test_a_text_in_another_encoding_is_unreadable() -> None:
    content = b'{"name": "caf\xe9"}'
    with pytest.raises(Unreadable, match="not UTF-8"):
        json_as(Named, content)
    with pytest.raises(Unreadable, match="line 1 is not UTF-8"):
        list(json_lines(Named, content))


@pytest.mark.parametrize(
    ("place", "bare"),
    [
        ("https://u:hunter2@h.example:8443/a/b;jsessionid=hunter2?x=hunter2#hunter2", "https://h.example:8443/a/b"),
        ("https://h.example;jsessionid=hunter2", "https://h.example"),
        ("https://h.example:80;jsessionid=hunter2/", "https://h.example:80/"),
        ("https://h.example?token=hunter2/b", "https://h.example"),
        ("https://h.example/a%3Ftoken=hunter2", "https://h.example/a"),
        ("https://h.example/a%253btoken=hunter2", "https://h.example/a"),
        ("h.example/a?token=hunter2&to=https://b.example/", "h.example/a"),
        ("h.example/to/https://u:hunter2@b.example/", "h.example/to/https://"),
        ("https://h.example/to/u:hunter2%40b.example/c", "https://h.example/to/"),
        ("u:hunter2@h.example:22", "h.example:22"),
        ("https://h.example/@scope/name", "https://h.example/@scope/name"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ("2001:db8::1", "2001:db8::1"),
        ("caf\xe9.example:80", "caf\xe9.example:80"),
        ("tcp://h.example:22", "tcp://h.example:22"),
    ],
)
def test_a_url_keeps_its_place_and_nothing_that_holds_secrets(place: str, bare: str) -> None:
    assert bare_url(place) == bare


@pytest.mark.parametrize(
    "place",
    [
        "",
        "https://",
        "/a/b",
        "data:text/html,hunter2",
        "hunter2 is no host",
        "token=hunter2",
        "https://u:hunter2/x@h.example/",
        "https://u:p@hunter2/x@h.example/",
        "https://u:hunter2?x@h.example/",
        "https://u:123456789",
    ],
)
def test_where_no_host_is_certain_nothing_is_kept(place: str) -> None:
    assert bare_url(place) == ""


@pytest.mark.parametrize("part", ["a", ":", "@", "/", ";", "%25", "a@", "://", "a/"])
def test_a_long_url_is_bared_at_once(part: str) -> None:
    assert bare_url("https://h.example/" + part * 300_000).startswith("https://h.example/")
