"""The pages of docs/reference say what the program does. `make golden` writes them anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from tests.cli.running import BOUTIQUE, DAY, threatdsl
from tests.house.files import ROOT
from tests.model.cases import NOW
from tests.reference import asking, diagnostics, vocabulary
from threatdsl.assess.assess import assess
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.model.load import load
from threatdsl.report.checked import Checked
from threatdsl.report.result import result
from threatdsl.report.saved import paths_schema, schema
from threatdsl.rules.finding import Outcome

PAGES = ROOT / "docs/reference"
Golden = Callable[[Path, str], None]
SHOP = """
model shop "Shop" { reviewed 2026-10-01; review-every 90d }
runtime fleet "Nodes" { image "bottlerocket" }
actor customer "Customer"
service api "Order API"
database orders "Orders" { stores [order] }
data order "Order" { confidentiality restricted }
flow customer -> api { carries [order]; returns []; protocol http }
flow api -> orders
accept disclosure.cleartext-crossing on customer -> api until 2026-12-31 { reason "Soon" }
"""


def test_the_page_of_diagnostics_is_that_of_the_golden_cases(golden: Golden) -> None:
    golden(PAGES / "diagnostics.md", diagnostics.page())


def test_the_page_of_the_vocabulary_is_that_of_the_prelude(golden: Golden, tmp_path: Path) -> None:
    golden(PAGES / "vocabulary.md", vocabulary.page(tmp_path))


def test_the_picture_of_the_readme_is_what_the_program_draws(golden: Golden, tmp_path: Path) -> None:
    picture = tmp_path / "online-boutique.svg"
    assert threatdsl("diagram", BOUTIQUE, "-o", picture, "--now", DAY, cwd=tmp_path).code == 0
    golden(ROOT / "docs/pictures/online-boutique.svg", picture.read_text(encoding="utf-8"))


def test_the_schema_of_a_result_is_that_of_what_is_written(golden: Golden) -> None:
    golden(PAGES / "result.schema.json", schema().decode())


def test_the_schema_of_attack_paths_is_that_of_what_is_written(golden: Golden) -> None:
    golden(PAGES / "paths.schema.json", paths_schema().decode())


def test_the_page_about_asking_shows_what_is_printed(golden: Golden, tmp_path: Path) -> None:
    golden(asking.PAGE, asking.page(tmp_path))


def test_the_page_of_outcomes_names_every_outcome_and_exit_code() -> None:
    page = (PAGES / "outcomes.md").read_text(encoding="utf-8")
    assert [outcome.value for outcome in Outcome if f"| {outcome.value} |" not in page] == []
    assert [code.value for code in ExitCode if f"| {code.value} |" not in page] == []


def names_in(value: object) -> Iterator[str]:
    """All keys of plain data."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from names_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from names_in(item)


def test_the_page_of_outcomes_names_every_field_of_a_result(tmp_path: Path) -> None:
    page = (PAGES / "outcomes.md").read_text(encoding="utf-8")
    file = tmp_path / "shop.threat"
    file.write_text(SHOP, encoding="utf-8")
    loaded = load(file)
    assert loaded.model is not None
    assessment = assess(loaded.model, now=NOW, diagnostics=loaded.diagnostics).assessment
    checked = Checked("shop", "shop.threat", assessment, loaded.diagnostics, str, loaded.texts)
    fields = msgspec.to_builtins(result(checked))
    assert all(fields[name] for name in ("findings", "questions", "decisions", "diagnostics", "gate", "sources"))
    assert sorted({name for name in names_in(fields) if f"`{name}`" not in page}) == []
