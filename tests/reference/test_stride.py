"""The STRIDE tables say what the rules say, and why they say nothing where they do."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.house.files import ROOT
from tests.reference import stride
from tests.reference.rule_pages import shipped
from tests.reference.stride_reasons import ELEMENTS, INTERACTIONS, reason
from threatdsl.rules.finding import Stride

PAGE = ROOT / "docs/reference/stride.md"
LINKED = re.compile(r"\(rules/(\S+)\.md\)")
FEWEST = 8
TABLES = (
    pytest.param(stride.element_cells, ELEMENTS, id="elements"),
    pytest.param(stride.interaction_cells, INTERACTIONS, id="interactions"),
)
Reasons = Mapping[tuple[str, ...], str]


def test_the_page_is_that_of_the_shipped_rules(golden: Callable[[Path, str], None]) -> None:
    golden(PAGE, stride.page())


def test_every_shipped_rule_stands_on_the_page() -> None:
    assert sorted(set(shipped()[1]) - set(LINKED.findall(stride.page()))) == []


@pytest.mark.parametrize(("cells", "reasons"), TABLES)
def test_every_cell_has_a_rule_or_a_reason(cells: Callable[[], stride.Cells], reasons: Reasons) -> None:
    assert [cell for cell, rules in cells().items() if not rules and reason(cell, reasons) is None] == []


@pytest.mark.parametrize(("cells", "reasons"), TABLES)
def test_every_reason_is_that_of_an_empty_cell(cells: Callable[[], stride.Cells], reasons: Reasons) -> None:
    empty = {reason(cell, reasons) for cell, rules in cells().items() if not rules}
    assert [key for key in reasons if key not in empty] == []


@pytest.mark.parametrize("letter", [Stride.REPUDIATION, Stride.DENIAL])
def test_no_letter_is_neglected(letter: Stride) -> None:
    assert sum(rule.info.stride is letter for rule in shipped()[1].values()) >= FEWEST
