"""Which verdicts of checks decided a finding."""

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.evidence.verdict import PROVING, REFUTING, Ruling
from threatdsl.model.model import Model
from threatdsl.model.things import Flow
from threatdsl.rules.finding import Finding, Outcome


def deciding(assessment: Assessment, assessed: AssessedFinding) -> tuple[Ruling, ...]:
    """The verdicts that refute what would hold it; of a verified finding those that prove what does."""
    rulings, finding = assessment.evidence.rulings, assessed.finding
    if not rulings:
        return ()
    around = _around(assessment.model, finding)
    near = tuple(ruling for ruling in rulings if ruling.place in around)
    if assessed.outcome is Outcome.VERIFIED:
        held = set(finding.classes)
        return tuple(r for r in near if r.verdict in PROVING and not held.isdisjoint(r.check.classes))
    stated = {span for step in finding.proof for span in step.spans}
    return tuple(r for r in near if r.verdict in REFUTING and r.check.span in stated)


def _around(model: Model, finding: Finding) -> frozenset[str]:
    """The elements and the path of a finding, the ends of flows, and what these stand or run in."""
    hops = (id_ for hop in finding.path for id_ in (hop.source, hop.edge, hop.target))
    things = [model.things[id_] for id_ in (*finding.elements, *hops) if id_ in model.things]
    things += [model.things[end] for flow in things if isinstance(flow, Flow) for end in (flow.source, flow.target)]
    hosts = (str(thing.value("runs-on")) for thing in things)
    zones = (id_ for thing in things for id_ in model.graph.boundaries.get(thing.id, ()))
    return frozenset((*(thing.id for thing in things), *hosts, *zones))
