"""Checks of a model: which result file decides which control classes, and where."""

import datetime as dt

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.things import ControlRef, Thing, Word

MAX_AGE = dt.timedelta(days=30)  # of a result whose check does not say how old it may be


class Check(msgspec.Struct, frozen=True):
    """A `check` statement. `classes` are what it decides at the places `on`; `environment` is empty for all.

    `file` is relative to the root. `counts` are patterns of rule ids, none meaning all; `subjects` patterns of what the
    results must be about, none meaning what the places are bound to (`source`, `realized-by`).
    """

    id: str
    title: str
    span: Span
    file_span: Span
    format: str
    file: str
    control: str
    classes: tuple[str, ...]
    on: tuple[str, ...]
    environment: str
    max_age: dt.timedelta
    counts: tuple[str, ...]
    subjects: tuple[str, ...]
    fails_on: Level


def checks(model: Model, max_age: dt.timedelta = MAX_AGE) -> tuple[Check, ...]:
    """The checks of a model in order of declaration; `max_age` is that of the policy."""
    return tuple(_check(model, thing, max_age) for thing in model.of_kind("check"))


def _check(model: Model, thing: Thing, max_age: dt.timedelta) -> Check:
    proves, fails_on, age = thing.value("proves"), thing.value("fails-on"), thing.value("max-age")
    assert isinstance(proves, ControlRef)  # required
    classes = (proves.id,) if proves.anonymous else tuple(map(str, model.things[proves.id].items("class")))
    environment = thing.facts.get("environment")
    return Check(
        id=thing.id,
        title=thing.title,
        span=thing.span,
        file_span=thing.facts["file"].span,
        format=thing.text("format"),
        file=thing.text("file"),
        control=proves.id,
        classes=classes,
        on=tuple(map(str, thing.items("on"))),
        environment=str(environment.value) if environment is not None else "",
        max_age=age if isinstance(age, dt.timedelta) else max_age,
        counts=tuple(map(str, thing.items("counts"))),
        subjects=tuple(map(str, thing.items("subjects"))),
        fails_on=Level((fails_on.rank or 0) + 1) if isinstance(fails_on, Word) else Level.INFO,
    )
