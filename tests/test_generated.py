"""The generated models are valid, as large as asked for, and the same each time."""

from pathlib import Path

import pytest

from tests.cli.running import DAY, threatdsl, write
from tests.generated import generated
from threatdsl.model.load import load


@pytest.mark.parametrize("elements", [20, 100])
def test_a_generated_model_has_that_many_elements_and_no_mistake(elements: int, tmp_path: Path) -> None:
    loaded = load(write(tmp_path, "large.threat", generated(elements)))
    assert loaded.model is not None, loaded.diagnostics
    assert len(loaded.model.elements) == elements
    assert len(loaded.model.flows) > elements
    assert max(len(around) for around in loaded.model.graph.boundaries.values()) == 3
    done = threatdsl("check", "large.threat", "--now", DAY, cwd=tmp_path)
    assert done.code == 1
    assert "matches no finding" not in done.out
    assert "is not needed" not in done.out


def test_it_is_the_same_each_time() -> None:
    assert generated(100) == generated(100)
