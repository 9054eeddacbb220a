"""Checks and their verdicts, made by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.report.building import facts, span, thing
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.evidence.check import Check
from threatdsl.evidence.observation import Observation, Outcome
from threatdsl.evidence.verdict import Evidence, Ruling, Verdict
from threatdsl.model.level import Level
from threatdsl.model.things import ControlRef, Thing

PASS = Observation("T1", Outcome.PASS)


def check(id_: str, control: str, on: tuple[str, ...], environment: str = "", tool: str = "junit") -> Check:
    return Check(
        id=id_,
        title=f"The check {id_}",
        span=span(200),
        file_span=span(201),
        format=tool,
        file=f"build/{id_}.xml",
        control=control,
        classes=(control,),
        on=on,
        environment=environment,
        max_age=timedelta(days=7),
        counts=(),
        subjects=(),
        fails_on=Level.INFO,
    )


def ruling(
    made: Check, place: str, verdict: Verdict, why: str = "T1 passes", *, day: int = 2, run_url: str = ""
) -> Ruling:
    collected = datetime(2026, 11, day, 9, tzinfo=UTC)
    return Ruling(made, place, verdict, why, (PASS, PASS), collected, "4f1c9e2a7d03", run_url)


def proven_shop(rulings: Iterable[Ruling], *things: Thing, controls: tuple[str, ...] = ()) -> Assessment:
    """The shop with these verdicts and things; its gateway states the controls."""
    base = shop()
    table = {**base.model.things, **{one.id: one for one in things}}
    gateway = table["gateway"]
    stated = tuple(ControlRef(name, anonymous=True) for name in controls)
    table["gateway"] = replace(gateway, facts={**gateway.facts, **facts(23, {"controls": stated})})
    return replace(base, model=replace(base.model, things=table), evidence=Evidence(tuple(rulings)))


def environments() -> tuple[Thing, ...]:
    return (thing("staging", "environment", "Staging"), thing("prod", "environment", "Production"))
