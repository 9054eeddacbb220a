"""Graphviz runs as one process that ends in time, and one bad graph takes no other with it."""

import os
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.report.nested import nested
from tests.report.shop import shop
from threatdsl.attack.paths import AttackPaths
from threatdsl.report.diagram import layout
from threatdsl.report.diagram.dfd import plan
from threatdsl.report.diagram.dot import dot
from threatdsl.report.diagram.drawing import draw_all
from threatdsl.report.diagram.layout import find_dot, lay_out_all
from threatdsl.report.diagram.reduce import merged
from threatdsl.report.diagram.routing import crossings
from threatdsl.report.diagram.views import views
from threatdsl.report.errors import DiagramError

GOOD = "digraph {name} {{ a -> b }}"
TORN = "digraph {name} {{ a -> "
NO_PATHS = AttackPaths((), (), (), (), (), (), (), (), ())


def graphs(*sources: str) -> dict[str, str]:
    return {f"g{place}": source.format(name=f"g{place}") for place, source in enumerate(sources)}


def stub(folder: Path, body: str) -> str:
    """A program in place of Graphviz."""
    program = folder / "dot-stub"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize("bad", range(5))
def test_a_graph_that_is_no_graph_takes_no_other_with_it(bad: int) -> None:
    sources = [GOOD] * 5
    sources[bad] = TORN
    assert set(lay_out_all(graphs(*sources))) == {f"g{place}" for place in range(5)} - {f"g{bad}"}


def test_all_views_are_laid_out_by_one_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("THREATDSL_DOT", stub(tmp_path, f'echo run >> {log}\nexec {find_dot()} "$@"'))
    shown = views(shop(), NO_PATHS)
    assert len(draw_all([view.diagram for view in shown])) == len(shown)
    assert log.read_text().count("run") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the stub is a shell script")
def test_a_program_that_hangs_is_killed_with_its_children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    monkeypatch.setenv("THREATDSL_DOT", stub(tmp_path, f"sleep 300 &\necho $! > {pid}\nwait"))
    monkeypatch.setattr(layout, "SECONDS", 1)
    with pytest.raises(DiagramError, match="did not lay out the diagram in 1 seconds"):
        draw_all([plan(shop())])
    assert not _runs(int(pid.read_text()))


def _runs(pid: int) -> bool:
    """Whether a process still runs a second later; one that nobody has waited for yet counts as ended."""
    for _ in range(20):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except (ProcessLookupError, FileNotFoundError):
            return False
        time.sleep(0.05)
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="the stub is a shell script")
def test_a_program_that_writes_nothing_is_an_error_that_names_the_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("THREATDSL_DOT", stub(tmp_path, "cat > /dev/null"))
    with pytest.raises(DiagramError, match="browse, agent->console"):
        draw_all([plan(shop())])


def graph_of(raw: bytes) -> ET.Element:
    root = ET.fromstring(raw)  # noqa: S314 - what the layout program has just written
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root[0]


def test_a_line_through_a_foreign_element_is_seen() -> None:
    shown = plan(shop())
    graph = graph_of(lay_out_all({"threatdsl": dot(shown)})["threatdsl"])
    assert crossings(graph, shown) == frozenset()
    box = next(group for group in graph if group.get("id") == "el-events")
    line = next(group for group in graph if group.get("id") == "flow-1-a")
    corners = [
        tuple(map(float, pair.split(","))) for part in box.iter("polygon") for pair in part.attrib["points"].split()
    ]
    x, y = (sum(values) / len(corners) for values in zip(*corners, strict=True))
    for path in line.findall("path"):
        path.set("d", f"M{x - 200},{y}C{x - 100},{y} {x + 100},{y} {x + 200},{y}")
    assert crossings(graph, shown) == {"flow-1-a"}


def test_lines_are_steered_round_foreign_elements() -> None:
    shown = merged(plan(nested(50)))
    before = crossings(graph_of(lay_out_all({"threatdsl": dot(shown)})["threatdsl"]), shown)
    (after,) = draw_all([shown])
    assert len(after.through) < len(before) // 2
