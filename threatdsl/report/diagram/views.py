"""The views of a model: its overview, each boundary, the journey of each data asset, attack paths, levels."""

from dataclasses import dataclass

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPaths
from threatdsl.report.diagram.dfd import Diagram, plan

OVERVIEW = "overview"


@dataclass(frozen=True, slots=True)
class View:
    """A diagram of a part of the model.

    `name` is what `--view` takes: `overview`, `boundary:ID`, `data:ID`, `path:NUMBER`, `level:DEPTH`.
    """

    name: str
    title: str
    diagram: Diagram


def views(assessment: Assessment, paths: AttackPaths) -> tuple[View, ...]:
    """All views of an assessed model, the overview first, then those of `paths`, boundaries and data."""
    shown = plan(assessment)
    return (View(OVERVIEW, shown.title, shown),) if paths.entries or shown.nodes else ()
