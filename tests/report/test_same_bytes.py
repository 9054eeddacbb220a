"""The same assessment gives the same bytes, whatever the hash seed, the locale and the time zone."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.house.files import ROOT

WRITE = """
import hashlib, sys
from tests.report.hostile import hostile
from tests.report.shop import shop
from threatdsl.report.diagram.export import diagram, diagram_dot
from threatdsl.report.document.pdf import pdf
from threatdsl.report.page.html import html
for case in (shop(), hostile()):
    for made in (diagram(case, "svg"), diagram(case, "png"), diagram_dot(case).encode(), html(case), pdf(case)):
        print(hashlib.sha256(made).hexdigest())
"""


def digests(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", WRITE],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.fixture(scope="module")
def first() -> list[str]:
    return digests(PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")


def test_there_are_ten_different_files(first: list[str]) -> None:
    assert len(set(first)) == 10
    assert hashlib.sha256(b"").hexdigest() not in first


def test_another_hash_seed_locale_and_time_zone_change_nothing(first: list[str]) -> None:
    assert digests(PYTHONHASHSEED="2", LC_ALL="C.UTF-8", LANG="tr_TR.UTF-8", TZ="Pacific/Auckland") == first
