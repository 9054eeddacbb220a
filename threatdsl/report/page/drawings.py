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
from threatdsl.report.words import counted

REFERENCE = re.compile(r'data-ref="([^"]*)"')
MOST_LINES = 1000  # of all drawings of a page together: laying out more takes longer than a reader waits
FIRST = ("overview", "paths", "path", "level", "boundary", "data")
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
    """The drawings of the views that have room, at least one: a model without views has that of its empty overview."""
    views = _with_room(shown.views) or (View(OVERVIEW, "Overview", shown.diagram),)
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


def _with_room(views: Sequence[View]) -> tuple[View, ...]:
    """The views that a page of a large model can hold: what a reader asks for first, and of boundaries the worst."""
    ranked = sorted(views, key=lambda view: (FIRST.index(view.name.partition(":")[0]), -_to_do(view)))
    kept: set[str] = set()
    lines = 0
    for view in ranked:
        lines += len(view.diagram.arrows)
        if lines <= MOST_LINES or not kept:
            kept.add(view.name)
    return tuple(view for view in views if view.name in kept)


def _to_do(view: View) -> int:
    """How many findings of a boundary or data asset ask for action; attack paths have an order of their own."""
    if view.name.startswith("path:"):
        return -int(view.name.removeprefix("path:"))
    return sum(node.badge.open + node.badge.unassessed for node in view.diagram.nodes)


def undrawn(shown: ReportView, drawings: Sequence[ViewDrawing]) -> str:
    """A sentence on the views without a drawing in the page, empty where there are none."""
    more = len(shown.views) - len(drawings)
    if more <= 0:
        return ""
    return f"This model has {counted(more, 'more view')}: `threatdsl diagram --view list` names them."


def grouped(drawings: Sequence[ViewDrawing]) -> tuple[Group, ...]:
    """The drawings by what they show, in their order."""
    groups = groupby(drawings, lambda one: GROUPS.get(one.name.partition(":")[0], "Overview"))
    return tuple(Group(title, tuple(members)) for title, members in groups)


def _things(drawing: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for found in REFERENCE.findall(drawing) for id_ in unescape(found).split()))
