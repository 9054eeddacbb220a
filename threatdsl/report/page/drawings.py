"""The drawings of a page: one a view, in the order of the chooser."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from itertools import groupby

from markupsafe import Markup

from threatdsl.report.diagram.drawing import draw_all
from threatdsl.report.diagram.views import OVERVIEW, View
from threatdsl.report.view import ReportView

REFERENCE = re.compile(r'data-ref="([^"]*)"')
GROUPS = {"boundary": "Boundaries", "data": "Data", "path": "Attack paths", "paths": "Attack paths", "level": "Levels"}


@dataclass(frozen=True, slots=True)
class ViewDrawing:
    """A view with its drawing. `things` are the ids of the elements and flows in it."""

    name: str
    title: str
    drawing: Markup
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Views of one kind."""

    title: str
    drawings: tuple[ViewDrawing, ...]


def drawings_of(shown: ReportView) -> tuple[ViewDrawing, ...]:
    """The drawing of each view, at least one: a model without views has the drawing of its empty overview."""
    views = shown.views or (View(OVERVIEW, shown.diagram.title, shown.diagram),)
    drawn = draw_all([view.diagram for view in views])
    return tuple(
        ViewDrawing(
            name=view.name,
            title=view.title,
            drawing=Markup(drawing.text),  # noqa: S704 - written by an XML writer, which escapes
            things=_things(drawing.text),
        )
        for view, drawing in zip(views, drawn, strict=True)
    )


def grouped(drawings: Sequence[ViewDrawing]) -> tuple[Group, ...]:
    """The drawings by what they show, in their order."""
    groups = groupby(drawings, lambda one: GROUPS.get(one.name.partition(":")[0], "Overview"))
    return tuple(Group(title, tuple(members)) for title, members in groups)


def _things(drawing: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for found in REFERENCE.findall(drawing) for id_ in unescape(found).split()))
