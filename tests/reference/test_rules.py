"""The pages of rules say what the rules say; each example on them is run while it is cut."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.house.files import ROOT
from tests.reference import rule_pages, rules

PAGES = ROOT / "docs/reference"
Golden = Callable[[Path, str], None]
GoldenFolder = Callable[[Path, Mapping[str, str]], None]


def test_the_page_of_rules_leads_to_every_shipped_rule(golden: Golden) -> None:
    golden(PAGES / "rules.md", rules.page(rule_pages.shipped()[1].values()))


def test_each_shipped_rule_has_a_page_that_says_what_it_says(golden_folder: GoldenFolder) -> None:
    pages = {f"{rule.id}.md": rule_pages.page(rule) for rule in rule_pages.shipped()[1].values()}
    golden_folder(PAGES / "rules", pages)
