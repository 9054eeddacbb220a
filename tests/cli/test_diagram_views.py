"""Views are asked for by name; several go into a folder, one file each."""

import re
from pathlib import Path

import pytest

from tests.cli.running import DAY, SHOP, threatdsl

ALL = ("--now", DAY)


def test_the_list_names_every_view_with_its_title(tmp_path: Path) -> None:
    done = threatdsl("diagram", SHOP, "--view", "list", *ALL, cwd=tmp_path)
    assert done.code == 0
    lines = dict(re.split(r"  +", line, maxsplit=1) for line in done.out.splitlines())
    assert lines["overview"] == "Overview"
    assert lines["boundary:edge"] == "Edge subnet"
    assert lines["data:order"] == "Order and address"
    assert lines["path:1"].startswith("From Support agent to ")
    assert {"paths", "level:0"} <= set(lines)


def test_an_unknown_view_is_refused_with_the_names_of_those_there_are(tmp_path: Path) -> None:
    done = threatdsl("diagram", SHOP, "--view", "boundary:nowhere", "-o", "x.svg", *ALL, cwd=tmp_path)
    assert done.code == 2
    assert "no view `boundary:nowhere`" in done.err
    assert "boundary:edge" in done.err
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.parametrize(
    "name", ["path:0", "path:999999", "path:x", "path:\N{SUPERSCRIPT TWO}", "level:9", "data:", ""]
)
def test_a_number_out_of_range_is_no_view(name: str, tmp_path: Path) -> None:
    assert threatdsl("diagram", SHOP, "--view", name, *ALL, cwd=tmp_path).code == 2


@pytest.mark.parametrize(
    ("form", "ending", "start"),
    [
        ("svg", "svg", b"<?xml"),
        ("png", "png", b"\x89PNG"),
        ("dot", "dot", b"digraph"),
        ("mermaid", "mmd", b"flowchart"),
    ],
)
def test_all_views_go_into_a_folder_one_file_each(form: str, ending: str, start: bytes, tmp_path: Path) -> None:
    listed = threatdsl("diagram", SHOP, "--view", "list", *ALL, cwd=tmp_path).out.splitlines()
    done = threatdsl("diagram", SHOP, "--view", "all", "--format", form, "-o", "views/", *ALL, cwd=tmp_path)
    assert done.code == 0
    files = sorted((tmp_path / "views").iterdir())
    assert len(files) == len(listed)
    assert {"overview", "boundary-edge", "data-order", "path-1"} <= {file.stem for file in files}
    assert {file.suffix for file in files} == {f".{ending}"}
    assert all(file.read_bytes().startswith(start) for file in files)


def test_one_view_goes_into_a_file_whose_name_says_the_form(tmp_path: Path) -> None:
    assert threatdsl("diagram", SHOP, "--view", "boundary:edge", "-o", "edge.mmd", *ALL, cwd=tmp_path).code == 0
    assert (tmp_path / "edge.mmd").read_text(encoding="utf-8").startswith("flowchart TB\n")


def test_several_views_need_a_folder(tmp_path: Path) -> None:
    two = ("--view", "overview", "--view", "paths")
    done = threatdsl("diagram", SHOP, *two, *ALL, cwd=tmp_path)
    assert done.code == 2
    assert "name a folder with -o" in done.err
    assert threatdsl("diagram", SHOP, *two, "-o", "views", *ALL, cwd=tmp_path).code == 0
    assert {file.name for file in (tmp_path / "views").iterdir()} == {"overview.svg", "paths.svg"}
