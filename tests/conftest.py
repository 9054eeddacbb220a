"""What all tests share: property tests that always try the same examples, and golden files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same everywhere", deadline=None, derandomize=True, database=None)
settings.load_profile("same everywhere")


@pytest.fixture
def golden() -> Callable[[Path, str], None]:
    """Compares a text with a golden file; `make golden` (UPDATE_GOLDEN=1) writes the file instead."""

    def compare(path: Path, text: str) -> None:
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_bytes(text.encode())
        assert path.is_file(), f"{path} is missing; `make golden` writes it"
        assert text == path.read_bytes().decode()

    return compare
