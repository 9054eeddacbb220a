"""Results that cannot be used: one error that names file and check, exit code 2, whatever the format."""

import os
from pathlib import Path

import pytest

from tests.cli.running import threatdsl, write
from threatdsl.evidence.interface import formats

MODEL = """
model shop "Web shop" { owner "team-shop@example.org" }
service web "Web shop" { controls [input-validation] }
check scan "A scan" { format FORMAT; file "result"; proves input-validation; on [web] }
"""
MEBIBYTE = 1024 * 1024
LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
VARIANTS = {
    "empty": b"",
    "blank": b" \n\n ",
    "NUL-filled": b"\0" * 4096,
    "UTF-16": '{"results": []}'.encode("utf-16"),
    "not UTF-8": b'{"results": ["\xff"]}',
    "deeply nested list": b"[" * 200_000,
    "deeply nested XML": b"<a>" * 200_000,
    "billion laughs": f'<!DOCTYPE a [<!ENTITY a0 "ha">{LAUGHS}]><testsuite name="&a9;"/>'.encode(),
    "external entity": b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite name="&e;"/>',
    "a page": b"<!doctype html><html><body>Sign in</body></html>",
    "cut off": b'{"results": [{"check_id": "a',
}


@pytest.fixture(params=formats())
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write(tmp_path, "shop.threat", MODEL.replace("FORMAT", request.param))


def test_what_cannot_be_used_is_one_error_that_names_file_and_check(shop: Path) -> None:
    for name, content in VARIANTS.items():
        (shop.parent / "result").write_bytes(content)
        done = threatdsl("check", shop, "--now", "2026-11-25", cwd=shop.parent)
        assert (name, done.code, done.err.count("error[")) == (name, 2, 1), done.err
        assert "error[TM0702]: result of check `scan`: " in done.err
        assert "root:" not in done.err  # of /etc/passwd


def test_a_file_of_100_mb_is_not_read(tmp_path: Path) -> None:
    shop = write(tmp_path, "shop.threat", MODEL.replace("FORMAT", "sarif"))
    (tmp_path / "result").touch()
    os.truncate(tmp_path / "result", 100 * MEBIBYTE)
    done = threatdsl("check", shop, cwd=tmp_path)
    assert (done.code, "it is larger than 64 MiB" in done.err) == (2, True)
