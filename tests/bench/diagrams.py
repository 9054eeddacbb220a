"""How long the views of large models take: one process for all against one each, and flows lost on the way.

python -m tests.bench.diagrams [ELEMENTS ...]        default: 20 100 300 1000
"""

import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.report.nested import nested
from threatdsl.attack.search import attack_paths
from threatdsl.report.diagram.dfd import Diagram
from threatdsl.report.diagram.drawing import draw, draw_all
from threatdsl.report.diagram.svg import Drawing
from threatdsl.report.diagram.views import views

SIZES = (20, 100, 300, 1000)
LABEL = re.compile(r'<g id="flow-\d+" [^>]*data-ref="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Measured:
    """Drawings, seconds of the wall clock, and of the processor with those of Graphviz."""

    drawings: tuple[Drawing, ...]
    wall: float
    cpu: float


def main(sizes: tuple[int, ...]) -> None:
    """Measure and print."""
    for size in sizes:
        sys.stdout.write(f"{line(size)}\n")
        sys.stdout.flush()


def line(size: int) -> str:
    """A line about a size: views, seconds, what separate processes would take, and what is not drawn."""
    case = nested(size)
    start = time.process_time()
    shown = views(case, attack_paths(case))
    planned = time.process_time() - start
    diagrams = tuple(view.diagram for view in shown)
    together = measured(draw_all, diagrams)
    apart = measured(lambda some: tuple(draw(one) for one in some), diagrams)
    drawn = {id_ for drawing in together.drawings for ids in LABEL.findall(drawing.text) for id_ in ids.split()}
    lost = len({flow.id for flow in case.model.flows} - drawn)
    through = sum(len(drawing.through) for drawing in together.drawings)
    return (
        f"{size} elements, {len(case.model.flows)} flows: {len(shown)} views planned in {planned:.2f} s, drawn in "
        f"{together.wall:.1f} s ({together.cpu:.1f} s CPU), one process each {apart.wall / together.wall:.1f} times "
        f"that; {lost} flows lost, {through} lines through a foreign element"
    )


def measured(work: Callable[[tuple[Diagram, ...]], tuple[Drawing, ...]], diagrams: tuple[Diagram, ...]) -> Measured:
    """The drawings and their cost."""
    wall, before = time.perf_counter(), os.times()
    drawings = work(diagrams)
    after = os.times()
    return Measured(drawings, time.perf_counter() - wall, sum(after[:4]) - sum(before[:4]))


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
