"""Checks of a model: which result file or attestation decides which control classes, and where."""

import datetime as dt
from collections.abc import Iterator

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.evidence.attestation import Attestation, attestation_of, environments_of, places_of
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.things import ControlRef, Thing, Word

MAX_AGE = dt.timedelta(days=30)  # of a result whose check does not say how old it may be


class Check(msgspec.Struct, frozen=True):
    """A `check` statement. `classes` are what it decides at the places `on`; `environment` is empty for all.

    `file` is relative to the root. `counts` are patterns of rule ids, none meaning all; `subjects` patterns of what the
    results must be about, none meaning what the places are bound to (`source`, `realized-by`).
    A control that a provider runs is a check with an `attestation`, by the name of the control and without a file.
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
    attestation: Attestation | None = None

    @property
    def name(self) -> str:
        """What to call it: what speaks for an inherited control is the control itself."""
        return f"{'check' if self.attestation is None else 'control'} {self.id}"


def checks(model: Model, max_age: dt.timedelta = MAX_AGE) -> tuple[Check, ...]:
    """The checks of a model in order of declaration, then its attested controls; `max_age` is that of the policy."""
    results = (_check(model, thing, max_age) for thing in model.of_kind("check"))
    return (*results, *(check for thing in model.of_kind("control") for check in _attested(model, thing)))


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


def _attested(model: Model, control: Thing) -> Iterator[Check]:
    """An attested control, once for each environment that it is limited to."""
    attestation, on = attestation_of(control), places_of(model, control)
    if attestation is None or not on:
        return
    for environment in environments_of(model, control):
        yield Check(
            id=control.id,
            title=control.title,
            span=control.span,
            file_span=control.facts["attestation"].span,
            format="attestation",
            file="",
            control=control.id,
            classes=tuple(map(str, control.items("class"))),
            on=on,
            environment=environment,
            max_age=MAX_AGE,
            counts=(),
            subjects=(),
            fails_on=Level.INFO,
            attestation=attestation,
        )
