"""Diagrams as drawings. A drawing shows every flow of its diagram, or it is an error."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from threatdsl.report.diagram.dfd import Diagram
from threatdsl.report.diagram.dot import Settings, Steered, dot
from threatdsl.report.diagram.layout import INSTALL, lay_out_all
from threatdsl.report.diagram.svg import Drawing, redraw
from threatdsl.report.diagram.zones import fitted
from threatdsl.report.errors import DiagramError
from threatdsl.report.words import counted

DEFAULT = Settings()
SIMPLER = (DEFAULT, Settings(level=0), Settings(level=0, splines="polyline", compound=False))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing, the DOT text that it was made of, and the settings of that."""

    drawing: Drawing
    source: str
    settings: Settings


def draw(shown: Diagram, settings: Settings = DEFAULT, *, linked: bool = True) -> Drawing:
    """The diagram as an SVG to embed; `linked` gives its parts ids."""
    return draw_all((shown,), settings, linked=linked)[0]


def draw_all(shown: Sequence[Diagram], settings: Settings = DEFAULT, *, linked: bool = True) -> tuple[Drawing, ...]:
    """Diagrams as SVGs to embed, in their order, laid out by one process.

    Without words, what is too large to read is drawn as its overview: the picture is an ornament, and cheap.
    Raises DiagramError where one would not show every flow, even with the simplest settings.
    """
    shown = shown if settings.words else tuple(fitted(one) for one in shown)
    return tuple(one.drawing for one in drawn(shown, settings, linked=linked))


def drawn(shown: Sequence[Diagram], wanted: Settings, *, linked: bool) -> list[Drawn]:
    """Each with the first layout that shows all flows and elements, from the best settings to the simplest."""
    done: dict[int, Drawn] = {}
    lost: dict[int, tuple[str, ...]] = dict.fromkeys(range(len(shown)), ())
    for settings in SIMPLER:
        chosen = replace(settings, words=wanted.words, label=wanted.label)
        tried = _laid_out(shown, {place: (chosen, frozenset()) for place in lost}, linked=linked)
        lost = {place: tuple(_missing(tried.get(place), shown[place])) for place in lost}
        lost = {place: ids for place, ids in lost.items() if ids or place not in tried}
        done |= {place: one for place, one in tried.items() if place not in lost}
        if not lost:
            return _steered(shown, done, linked=linked)
    place, ids = next(iter(lost.items()))
    if not ids:
        raise DiagramError(f"Graphviz could not lay out {shown[place].title}. {INSTALL}")
    what = f"{counted(len(ids), 'part')} of {shown[place].title}: {', '.join(ids[:10])}"
    raise DiagramError(f"Graphviz does not draw {what}.")


def _steered(shown: Sequence[Diagram], done: dict[int, Drawn], *, linked: bool) -> list[Drawn]:
    """The drawings, those with a line through a foreign element laid out again, where that is better."""
    wrong = {place: (one.settings, one.drawing.through) for place, one in done.items() if one.drawing.through}
    for place, one in _laid_out(shown, wrong, linked=linked).items():
        better = len(one.drawing.through) < len(done[place].drawing.through)
        if better and not any(_missing(one, shown[place])):
            done[place] = one
    return [done[place] for place in range(len(shown))]


def _laid_out(
    shown: Sequence[Diagram], wanted: Mapping[int, tuple[Settings, Steered]], *, linked: bool
) -> dict[int, Drawn]:
    """What one process makes of diagrams, by their place; one that it cannot lay out is not among them."""
    names: dict[tuple[Diagram, Settings, Steered], str] = {}
    for place, (settings, steered) in wanted.items():  # views that differ in their title only are laid out once
        names.setdefault((replace(shown[place], title=""), settings, steered), f"view{place}")
    sources = {name: dot(diagram, settings, name, steered) for (diagram, settings, steered), name in names.items()}
    raw = lay_out_all(sources)
    return {
        place: Drawn(
            redraw(raw[name], shown[place], label=_label(shown[place], settings), linked=linked),
            sources[name],
            settings,
        )
        for place, (settings, steered) in wanted.items()
        if (name := names[replace(shown[place], title=""), settings, steered]) in raw
    }


def _label(shown: Diagram, wanted: Settings) -> str:
    """What is read aloud in place of the drawing."""
    return f"{shown.title}, data-flow diagram" if wanted.words else f"{shown.title}, drawn without words"


def _missing(one: Drawn | None, shown: Diagram) -> Iterator[str]:
    """The ids of all that a drawing does not show, the flows first."""
    flows, nodes = (one.drawing.flows, one.drawing.nodes) if one is not None else ((), ())
    yield from (part.id for arrow in shown.arrows for part in arrow.flows if part.number not in flows)
    yield from (id_ for node in shown.nodes if node.id not in nodes for id_ in node.ids)
