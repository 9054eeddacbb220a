"""The diagram as a file: DOT, SVG and PNG. A diagram shows every flow of its model, or it is an error."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace

from threatdsl.assess.assessment import Assessment
from threatdsl.report.diagram.dfd import Diagram, plan
from threatdsl.report.diagram.dot import Settings, dot
from threatdsl.report.diagram.layout import lay_out, lay_out_all
from threatdsl.report.diagram.svg import Drawing, redraw
from threatdsl.report.errors import DiagramError
from threatdsl.report.resources import font
from threatdsl.report.words import counted, listed

FORMATS = ("svg", "png", "dot")
DEFAULT = Settings()
SIMPLER = (DEFAULT, Settings(level=0), Settings(level=0, splines="polyline", compound=False))
DOTS_PER_INCH, MOST_PIXELS = 192, 12_000
POINTS_PER_INCH = 72
FACES = (("Source Sans 3", 400, "sans-400.woff2"), ("Source Sans 3", 700, "sans-700.woff2"))


def diagram_dot(assessment: Assessment) -> str:
    """The data-flow diagram in the language of Graphviz."""
    return dot(plan(assessment))


def diagram(assessment: Assessment, form: str) -> bytes:
    """The data-flow diagram as a file that stands alone: `form` is svg, png or dot.

    Raises DiagramError where Graphviz is missing or does not draw every flow.
    """
    if form not in FORMATS:
        raise DiagramError(f"No diagrams are made as `{form}`: choose {listed(FORMATS, 'or')}.")
    shown = plan(assessment)
    if form == "dot":
        return dot(shown).encode()
    ((drawing, settings),) = _drawn((shown,), DEFAULT, linked=True)
    if form == "svg":
        return standalone(drawing).encode()
    longest = max(drawing.width, drawing.height, 1) / POINTS_PER_INCH
    resolution = min(DOTS_PER_INCH, int(MOST_PIXELS / longest))
    return lay_out(dot(shown, settings), "png", f"-Gdpi={resolution}", "-Gbgcolor=white")


def draw(shown: Diagram, settings: Settings = DEFAULT, *, linked: bool = True) -> Drawing:
    """The diagram as an SVG to embed; `linked` gives its parts ids."""
    return draw_all((shown,), settings, linked=linked)[0]


def draw_all(shown: Sequence[Diagram], settings: Settings = DEFAULT, *, linked: bool = True) -> tuple[Drawing, ...]:
    """Diagrams as SVGs to embed, in their order, laid out by one process.

    Raises DiagramError where one would not show every flow, even with the simplest settings.
    """
    return tuple(drawing for drawing, _ in _drawn(shown, settings, linked=linked))


def standalone(drawing: Drawing) -> str:
    """The drawing as a file: with its fonts, its size and a ground of paper."""
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url(data:font/woff2;base64,{b64encode(font(name)).decode()})}}"
        for family, weight, name in FACES
    )
    head, _, rest = drawing.text.partition(">")
    size = f' width="{drawing.width / 0.75:g}" height="{drawing.height / 0.75:g}"'  # CSS pixels
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{size}><style>{faces}</style>{paper}{rest}\n'


def _drawn(shown: Sequence[Diagram], wanted: Settings, *, linked: bool) -> list[tuple[Drawing, Settings]]:
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
