"""Diagrams as drawings. A drawing shows every flow of its diagram, or it is an error."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from threatdsl.report.diagram.dfd import Diagram
from threatdsl.report.diagram.dot import Settings, dot
from threatdsl.report.diagram.layout import lay_out_all
from threatdsl.report.diagram.svg import Drawing, redraw
from threatdsl.report.errors import DiagramError
from threatdsl.report.words import counted

DEFAULT = Settings()
SIMPLER = (DEFAULT, Settings(level=0), Settings(level=0, splines="polyline", compound=False))


def draw(shown: Diagram, settings: Settings = DEFAULT, *, linked: bool = True) -> Drawing:
    """The diagram as an SVG to embed; `linked` gives its parts ids."""
    return draw_all((shown,), settings, linked=linked)[0]


def draw_all(shown: Sequence[Diagram], settings: Settings = DEFAULT, *, linked: bool = True) -> tuple[Drawing, ...]:
    """Diagrams as SVGs to embed, in their order, laid out by one process.

    Raises DiagramError where one would not show every flow, even with the simplest settings.
    """
    return tuple(drawing for drawing, _ in drawn(shown, settings, linked=linked))


def drawn(shown: Sequence[Diagram], wanted: Settings, *, linked: bool) -> list[tuple[Drawing, Settings]]:
    """The first layout of each that shows all flows and elements, from the best settings to the simplest."""
    done: dict[int, tuple[Drawing, Settings]] = {}
    wanting: dict[int, tuple[str, ...]] = dict.fromkeys(range(len(shown)), ())
    for settings in SIMPLER:
        chosen = replace(settings, words=wanted.words, label=wanted.label)
        names = {f"view{place}": place for place in wanting}
        drawn = lay_out_all({name: dot(shown[place], chosen, name) for name, place in names.items()})
        for name, place in names.items():
            one = shown[place]
            drawing = redraw(drawn[name], one, label=_label(one, wanted), linked=linked) if name in drawn else None
            wanting[place] = tuple(_missing(drawing, one))
            if drawing is not None and not wanting[place]:
                done[place] = drawing, chosen
                del wanting[place]
        if not wanting:
            return [done[place] for place in range(len(shown))]
    place, lost = next(iter(wanting.items()))
    what = f"{counted(len(lost), 'part')} of {shown[place].title}: {', '.join(lost[:10])}"
    raise DiagramError(f"Graphviz does not draw {what}.")


def _label(shown: Diagram, wanted: Settings) -> str:
    """What is read aloud in place of the drawing."""
    return f"{shown.title}, data-flow diagram" if wanted.words else f"{shown.title}, drawn without words"


def _missing(drawing: Drawing | None, shown: Diagram) -> Iterator[str]:
    """The ids of all that a drawing does not show, the flows first."""
    flows, nodes = (drawing.flows, drawing.nodes) if drawing is not None else ((), ())
    yield from (part.id for arrow in shown.arrows for part in arrow.flows if part.number not in flows)
    yield from (id_ for node in shown.nodes if node.id not in nodes for id_ in node.ids)
