"""What tests of pipelines share."""

from pathlib import Path

import pytest

from tests.cli.changing import Repository
from tests.pipelines.runner import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A runner that has checked a repository out, on a branch that changes nothing yet."""
    for name in ("checkout", "temporary"):
        (tmp_path / name).mkdir()
    return Machine(Repository(tmp_path / "checkout"), tmp_path / "temporary")
