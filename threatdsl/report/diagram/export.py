"""Views as files: SVG, PNG, DOT and Mermaid."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import PurePath

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPaths
from threatdsl.diagnostics import did_you_mean
from threatdsl.report.attack import MOST_PATHS
from threatdsl.report.diagram.dfd import Diagram, plan
from threatdsl.report.diagram.dot import dot
from threatdsl.report.diagram.drawing import DEFAULT, Drawn, drawn
from threatdsl.report.diagram.layout import lay_out
from threatdsl.report.diagram.legend import legend
from threatdsl.report.diagram.mermaid import mermaid
from threatdsl.report.diagram.svg import Drawing
from threatdsl.report.diagram.views import OVERVIEW, View, path, views
from threatdsl.report.diagram.zones import fitted
from threatdsl.report.errors import DiagramError
from threatdsl.report.names import anchor
from threatdsl.report.resources import font
from threatdsl.report.words import counted, listed

FORMATS = ("svg", "png", "dot", "mmd")
ALL = "all"
DOTS_PER_INCH, MOST_PIXELS = 192, 12_000
POINTS_PER_INCH = 72
MARGIN, SPACE = 6, 16  # points round the key
MOST_NAMES = 30  # in a message
FACES = (("Source Sans 3", 400, "sans-400.woff2"), ("Source Sans 3", 700, "sans-700.woff2"))


def diagram_dot(assessment: Assessment) -> str:
    """The data-flow diagram in the language of Graphviz."""
    return dot(overview(assessment).diagram)


def diagram(assessment: Assessment, form: str) -> bytes:
    """The overview as a file that stands alone: `form` is svg, png, dot or mmd.

    Raises DiagramError where Graphviz is missing or does not draw every flow.
    """
    return files((overview(assessment),), form)[0]


def overview(assessment: Assessment) -> View:
    """The view of the whole model, also of one without elements."""
    shown = plan(assessment)
    return View(OVERVIEW, "Overview", fitted(shown))


def chosen(assessment: Assessment, paths: AttackPaths, names: Sequence[str]) -> tuple[View, ...]:
    """The views of these names, each once; `all` stands for all of them. Raises DiagramError for an unknown name."""
    known = {view.name: view for view in views(assessment, paths)} or {OVERVIEW: overview(assessment)}
    found: dict[str, View] = {}
    for name in names:
        if name == ALL:
            found |= known
        elif name in known:
            found[name] = known[name]
        else:
            found[name] = _late_path(assessment, paths, name) or _unknown(name, known)
    return tuple(found.values())


def _late_path(assessment: Assessment, paths: AttackPaths, name: str) -> View | None:
    """An attack path beyond those that reports show."""
    kind, _, number = name.partition(":")
    if kind != "path" or not number.isascii() or not number.isdigit():
        return None
    if not MOST_PATHS < int(number) <= len(paths.paths):
        return None
    return path(assessment, plan(assessment), paths, int(number))


def _unknown(name: str, known: dict[str, View]) -> View:
    some = list(known)[:MOST_NAMES]
    more = f", and {counted(len(known) - len(some), 'more view')}" if len(known) > len(some) else ""
    meant = did_you_mean(name, known)
    hint = f": {meant}" if meant else "."
    raise DiagramError(f"The model has no view `{name}`{hint} It has {', '.join(some)}{more}.")


def file_name(view: View, form: str) -> str:
    """What a view is called in a folder: `boundary-edge.svg`."""
    return PurePath(f"{'-'.join(anchor(part) for part in view.name.split(':', 1))}.{form}").name


def files(shown: Sequence[View], form: str) -> tuple[bytes, ...]:
    """Each view as a file that stands alone, laid out by one process; the pixels of a PNG take one more each."""
    if form not in FORMATS:
        raise DiagramError(f"No diagrams are made as `{form}`: choose {listed(FORMATS, 'or')}.")
    if form == "dot":
        return tuple(dot(view.diagram).encode() for view in shown)
    if form == "mmd":
        return tuple(mermaid(view.diagram).encode() for view in shown)
    done = drawn([view.diagram for view in shown], DEFAULT, linked=True)
    if form == "svg":
        return tuple(standalone(one.drawing, view.diagram).encode() for view, one in zip(shown, done, strict=True))
    pictures = {one.source: one for one in done}  # the same layout is drawn once
    made = {source: _png(one) for source, one in pictures.items()}
    return tuple(made[one.source] for one in done)


def _png(one: Drawn) -> bytes:
    longest = max(one.drawing.width, one.drawing.height, 1) / POINTS_PER_INCH
    resolution = min(DOTS_PER_INCH, int(MOST_PIXELS / longest))
    return lay_out(one.source, "png", f"-Gdpi={resolution}", "-Gbgcolor=white")


def standalone(drawing: Drawing, shown: Diagram) -> str:
    """The drawing as a file: with its fonts, its size, a ground of paper and its key."""
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url(data:font/woff2;base64,{b64encode(font(name)).decode()})}}"
        for family, weight, name in FACES
    )
    key = legend(shown, drawing.width - 2 * MARGIN)
    width = max(drawing.width, key.width + 2 * MARGIN)
    height = drawing.height + (key.height + SPACE if key.text else 0)
    head, _, rest = drawing.text.removesuffix("</svg>").partition(">")
    head = head.replace(f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"', f'viewBox="0 0 {width:g} {height:g}"')
    size = f' width="{width / 0.75:g}" height="{height / 0.75:g}"'  # CSS pixels
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    placed = f'<g transform="translate({MARGIN} {drawing.height + SPACE:g})">{key.text}</g>' if key.text else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{size}><style>{faces}</style>{paper}{rest}{placed}</svg>\n'
