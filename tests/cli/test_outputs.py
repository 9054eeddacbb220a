"""Where `-o` writes: what a user of other tools expects, and nothing behind the user's back."""

from pathlib import Path

import pytest

from tests.cli.running import threatdsl

MODEL = """model shop "Shop" { }
boundary internet "Internet" { trust untrusted; actor customer "Customer" }
boundary inside "Inside" { trust internal; service web "Web shop" }
data card "Card" { confidentiality restricted }
flow customer -> web "Order" { carries [card] }
flow pay customer -> web "Pay" { protocol http; carries [card] }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small model."""
    (tmp_path / "shop.threat").write_text(MODEL, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ("report", "shop.threat", "-o", "reports/shop.md"),
        ("diagram", "shop.threat", "-o", "reports/shop.svg"),
        ("check", "shop.threat", "--format", "json", "-o", "reports/shop.json"),
        ("diagram", "shop.threat", "--view", "all", "-o", "reports/views"),
    ],
)
def test_a_folder_that_is_not_there_is_an_error(folder: Path, command: tuple[str, ...]) -> None:
    done = threatdsl(*command, cwd=folder)
    assert (done.code, "there is no folder reports" in done.err) == (2, True)
    assert not (folder / "reports").exists()


@pytest.mark.parametrize(
    "command", [("check", "shop.threat", "--format", "json"), ("diagram", "shop.threat"), ("paths", "shop.threat")]
)
def test_a_hyphen_is_standard_output(folder: Path, command: tuple[str, ...]) -> None:
    assert threatdsl(*command, "-o", "-", cwd=folder).out == threatdsl(*command, cwd=folder).out != ""
    assert not (folder / "-").exists()


def test_several_views_do_not_go_into_one_file(folder: Path) -> None:
    done = threatdsl(
        "diagram", "shop.threat", "--view", "overview", "--view", "boundary:inside", "-o", "x.svg", cwd=folder
    )
    assert (done.code, "name a folder" in done.err, (folder / "x.svg").exists()) == (2, True, False)


def test_findings_of_parallel_flows_can_be_told_apart(folder: Path) -> None:
    assert threatdsl("report", "shop.threat", "-o", "shop.md", cwd=folder).code == 0
    text = (folder / "shop.md").read_text(encoding="utf-8")
    assert "(Order)" in text.replace("\\", "")
    assert "(Pay)" in text.replace("\\", "")
