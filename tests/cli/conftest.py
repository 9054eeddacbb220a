"""What tests of the command line share."""

from pathlib import Path

import pytest

from tests.cli.changing import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository on a branch that changes nothing yet."""
    return Repository(tmp_path)
