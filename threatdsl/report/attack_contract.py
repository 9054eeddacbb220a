"""The contract of `paths --format json`: docs/reference/paths.schema.json is made of these types.

Fields may be added; none is renamed or removed while `SCHEMA` stays the same. The first line of each docstring is what
the schema says. Elements, flows, data and findings are named by their ids, paths by their index.
"""

from typing import Literal

import msgspec

Schema = Literal["threatdsl/paths/1"]
SCHEMA: Schema = "threatdsl/paths/1"
Severity = Literal["info", "low", "medium", "high", "critical"]


class PathsModel(msgspec.Struct, frozen=True):
    """The model. The digest changes with the meaning and not with the layout."""

    title: str
    file: str
    digest: str


class PathStep(msgspec.Struct, frozen=True):
    """A step over a flow, `reverse` when along its answer. No finding and no outcome: the authority of the source."""

    source: str
    target: str
    flow: str
    reverse: bool
    finding: str
    outcome: Literal["open", "unassessed"] | None
    likelihood: int


class PathWay(msgspec.Struct, frozen=True):
    """The shortest way from an entry to data. `possible` hangs on what nobody stated; `weakest` is a step's index."""

    entry: str
    data: str
    steps: tuple[PathStep, ...]
    possible: bool
    weakest: int
    level: Severity


class PathBlast(msgspec.Struct, frozen=True):
    """What falls with an element: elements that can be taken over from it, and data that is lost."""

    element: str
    elements: tuple[str, ...]
    data: tuple[str, ...]


class PathChoke(msgspec.Struct, frozen=True):
    """An element on every way to some data, with the paths to that data."""

    element: str
    paths: tuple[int, ...]
    blast: PathBlast


class PathCut(msgspec.Struct, frozen=True):
    """A control class at an element or flow, the findings that it mitigates and the paths that it ends."""

    control_class: str
    place: str
    findings: tuple[str, ...]
    paths: tuple[int, ...]


class PathsResult(msgspec.Struct, frozen=True):
    """The attack paths of a model."""

    schema: Schema
    model: PathsModel
    lead: str
    entries: tuple[str, ...]
    targets: tuple[str, ...]
    paths: tuple[PathWay, ...]
    chokes: tuple[PathChoke, ...]
    separating: tuple[str, ...]
    blast: tuple[PathBlast, ...]
    cuts: tuple[PathCut, ...]
    unsettled: tuple[tuple[str, str], ...]
    unkept: tuple[str, ...]
