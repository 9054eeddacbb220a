"""What all tests share: property tests that always try the same examples, and golden files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same everywhere", deadline=None, derandomize=True, database=None)
settings.load_profile("same everywhere")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with a golden file; `--update-golden` or `make golden` (UPDATE_GOLDEN=1) writes it instead."""
    update = request.config.getoption("--update-golden") or os.environ.get("UPDATE_GOLDEN")

    def compare(path: Path, text: str) -> None:
        if update:
            path.write_bytes(text.encode())
        assert path.is_file(), f"{path} is missing; `make golden` writes it"
        assert text == path.read_bytes().decode()

    return compare
