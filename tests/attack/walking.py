"""Small assessments for tests of attack paths: who calls whom, and which findings there are."""

from collections.abc import Iterable

from msgspec.structs import replace

from tests.report.building import assessment, finding, flow, model, refs, rule, thing, word
from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.model.level import Level
from threatdsl.rules.finding import Gives, Outcome, Stride

TAMPER = rule("tampering.example", "Callers change what it does", Stride.TAMPERING, "Bad.", ())
Call = tuple[str, str]


def taken(*elements: str, outcome: Outcome = Outcome.OPEN, likelihood: int = 4) -> AssessedFinding:
    """A finding by which elements or flows are taken over."""
    made = finding(TAMPER, elements, outcome, "It can be changed", "", levels=(Level.HIGH, Level.HIGH))
    declared = replace(made.severity.declared, likelihood=likelihood)
    return replace(made, severity=replace(made.severity, declared=declared))


def leaking(*elements: str, outcome: Outcome = Outcome.OPEN) -> AssessedFinding:
    """A finding by which elements or flows hand out data and no more."""
    made = taken(*elements, outcome=outcome)
    rule = replace(TAMPER, id="elevation.leak", stated_gives=Gives.DATA)
    id_ = f"{rule.id}@{','.join(elements)}"
    return replace(made, finding=replace(made.finding, id=id_, rule=rule))


def walked(
    calls: Iterable[Call], findings: Iterable[AssessedFinding], *, entries: tuple[str, ...] = ("in",)
) -> Assessment:
    """Calls that return nothing, between services; `store` stores `card`, which is restricted."""
    calls = tuple(calls)
    names = sorted({end for call in calls for end in call} | set(entries))
    things = [thing("card", "data", "Card", confidentiality=word("confidentiality", "restricted"))]
    for name in names:
        if name == "store":
            things.append(thing(name, "database", name, stores=refs("card")))
        else:
            things.append(thing(name, "service", name))
    things += [flow(source, target, carries=(), returns=()) for source, target in calls]
    made = model(things)
    return assessment(replace(made, graph=replace(made.graph, entries=entries)), tuple(findings))
