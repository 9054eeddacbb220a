"""What all tests share: property tests that always try the same examples, and golden files."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.chromium import started

settings.register_profile("same everywhere", deadline=None, derandomize=True, database=None)
settings.load_profile("same everywhere")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing with them")


def updates(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written."""
    return bool(request.config.getoption("--update-golden") or os.environ.get("UPDATE_GOLDEN"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with a golden file; `--update-golden` or `make golden` (UPDATE_GOLDEN=1) writes it instead."""
    update = updates(request)

    def compare(path: Path, text: str) -> None:
        if update:
            path.write_bytes(text.encode())
        assert path.is_file(), f"{path} is missing; `make golden` writes it"
        assert text == path.read_bytes().decode()

    return compare


@pytest.fixture
def golden_folder(
    request: pytest.FixtureRequest, golden: Callable[[Path, str], None]
) -> Callable[[Path, Mapping[str, str]], None]:
    """Compares the files of a folder, by name, with texts: one that is there and should not be is wrong too."""
    update = updates(request)

    def compare(folder: Path, texts: Mapping[str, str]) -> None:
        left = [path for path in sorted(folder.iterdir()) if path.name not in texts]
        if update:
            for path in left:
                path.unlink()
        else:
            assert left == [], "`make golden` removes them"
        for name, text in texts.items():
            golden(folder / name, text)

    return compare


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a process: starting one takes longer than most of them."""
    with sync_playwright() as playwright:
        running = started(playwright)
        yield running
        running.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, without pages that another test left."""
    yield chromium
    for context in chromium.contexts:
        context.close()
