"""The views of a model: its overview, each boundary, the journey of each data asset, attack paths, levels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPath, AttackPaths
from threatdsl.model.model import Model
from threatdsl.model.things import Thing
from threatdsl.report.attack import MOST_PATHS, note_of, path_title
from threatdsl.report.diagram.dfd import Diagram, plan
from threatdsl.report.diagram.reduce import merged, only
from threatdsl.report.diagram.zones import Tree, boundary, closed, fits, fitted, tree
from threatdsl.report.names import title
from threatdsl.report.words import some, verb

OVERVIEW, PATHS = "overview", "paths"
KEEPING, MOVING = ("stores", "holds"), ("carries", "returns")


@dataclass(frozen=True, slots=True)
class View:
    """A diagram of a part of the model.

    `name` is what `--view` takes: `overview`, `boundary:ID`, `data:ID`, `paths`, `path:NUMBER`, `level:DEPTH`.
    """

    name: str
    title: str
    diagram: Diagram


def views(assessment: Assessment, paths: AttackPaths, shown: Diagram | None = None) -> tuple[View, ...]:
    """All views of an assessed model, the overview first, then boundaries, data, attack paths and levels.

    Of attack paths as many as reports show. `shown` is the model's plan, where the caller has it already.
    """
    shown = shown or plan(assessment)
    if not shown.nodes:
        return ()
    forest = tree(shown)
    return (
        View(OVERVIEW, "Overview", fitted(shown)),
        *_boundaries(forest),
        *_journeys(assessment.model, shown),
        *_paths(assessment, shown, paths),
        *_levels(forest),
    )


def _boundaries(forest: Tree) -> Iterator[View]:
    for zone in forest.diagram.zones:
        if forest.within(zone.id):
            yield View(f"boundary:{zone.id}", zone.title, _titled(boundary(forest, zone.id), zone.title))


def _titled(diagram: Diagram, text: str) -> Diagram:
    return replace(diagram, title=f"{diagram.title}: {text}")


def _journeys(model: Model, shown: Diagram) -> Iterator[View]:
    """The whole way of each data asset: the elements that have it, and the flows that move it."""
    having = _by_item(model.elements, KEEPING)
    moving = _by_item(model.flows, MOVING)
    for data in model.data:
        arrows = [arrow for arrow in shown.arrows if arrow.id in moving.get(data.id, ())]
        ends = {end for arrow in arrows for end in (arrow.source, arrow.target)}
        nodes = frozenset(ends | having.get(data.id, set()))
        if nodes:
            yield View(f"data:{data.id}", title(data), _titled(fitted(only(shown, nodes, arrows)), title(data)))


def _by_item(things: Iterable[Thing], names: tuple[str, ...]) -> dict[str, set[str]]:
    """The ids of the things that name each item in one of the properties."""
    found: dict[str, set[str]] = {}
    for thing in things:
        for name in names:
            for item in thing.items(name):
                found.setdefault(str(item), set()).add(thing.id)
    return found


def _paths(assessment: Assessment, shown: Diagram, paths: AttackPaths) -> Iterator[View]:
    if not paths.paths:
        return
    yield View(PATHS, "Attack paths", _titled(_lit(shown, _all_hops(paths.paths)), "attack paths"))
    for number in range(1, min(len(paths.paths), MOST_PATHS) + 1):
        yield path(assessment, shown, paths, number)


def path(assessment: Assessment, shown: Diagram, paths: AttackPaths, number: int) -> View:
    """One attack path, by its number from 1."""
    chosen = paths.paths[number - 1]
    hops: dict[str, str] = {}
    for index, step in enumerate(chosen.steps):
        weakest = ", the weakest" if index == chosen.weakest and len(chosen.steps) > 1 else ""
        text = f"hop {index + 1}{weakest}: {note_of(assessment, step)}"
        hops[step.flow] = f"{hops[step.flow]}; {text}" if step.flow in hops else text
    name = path_title(assessment.model, chosen)
    return View(f"path:{number}", name, _titled(_lit(shown, hops), name))


def _all_hops(chosen: tuple[AttackPath, ...]) -> dict[str, str]:
    """Of each flow that is a step, the numbers of the paths."""
    numbers: dict[str, list[int]] = {}
    for number, one in enumerate(chosen, 1):
        for id_ in dict.fromkeys(step.flow for step in one.steps):
            numbers.setdefault(id_, []).append(number)
    return {id_: _which(of) for id_, of in numbers.items()}


def _which(numbers: list[int]) -> str:
    return f"{verb(len(numbers), 'path', 'paths')} {some([str(number) for number in numbers], 4)}"


def _lit(shown: Diagram, hops: dict[str, str]) -> Diagram:
    """The diagram with the hops lit and all else muted. Where it is large, what no hop touches is left out."""
    on = frozenset(end for arrow in shown.arrows if arrow.id in hops for end in (arrow.source, arrow.target))
    if not fits(merged(shown)):
        shown = only(shown, on, [arrow for arrow in shown.arrows if {arrow.source, arrow.target} <= on])
    marked = replace(
        shown,
        nodes=tuple(replace(node, muted=node.id not in on) for node in shown.nodes),
        arrows=tuple(replace(arrow, hop=hops.get(arrow.id, ""), muted=arrow.id not in hops) for arrow in shown.arrows),
    )
    return fitted(marked, sorted(on))


def _levels(forest: Tree) -> Iterator[View]:
    """The decomposition, as deep as fits: boundaries deeper than the level as stubs."""
    depth = max(map(len, forest.around.values()))
    for level in range(depth):
        opened = frozenset(zone for zone, around in forest.around.items() if len(around) <= level)
        diagram = closed(forest, opened)
        if level and not fits(diagram):
            return
        yield View(f"level:{level}", f"Level {level}", _titled(diagram, f"level {level}"))
