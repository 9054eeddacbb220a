"""Hand-written threats as findings like any other."""

from collections.abc import Iterator

from threatdsl.model.things import ControlRef, Ref, Thing, Word
from threatdsl.rules.facts import Facts
from threatdsl.rules.finding import Finding, Outcome, ProofStep, RuleInfo, Stride, Told
from threatdsl.rules.texts import shown

MANUAL = "manual."
DEFAULT_LIKELIHOOD = 2


def manual_findings(facts: Facts) -> Iterator[Finding]:
    """A finding `manual.NAME@TARGET` for each place that a `threat` stands at; mitigated when it names controls."""
    for threat in facts.things_of("threat"):
        rule = _rule(threat)
        for ref in threat.items("on"):
            if isinstance(ref, Ref):
                yield _finding(facts, threat, rule, facts.model.things[ref.id])


def _rule(threat: Thing) -> RuleInfo:
    stride, likelihood = threat.value("stride"), threat.value("likelihood")
    return RuleInfo(
        id=f"{MANUAL}{threat.id}",
        title=threat.title,
        stride=Stride(stride.text) if isinstance(stride, Word) else Stride.ELEVATION,
        likelihood=int(likelihood) if isinstance(likelihood, int | float) else DEFAULT_LIKELIHOOD,
        text=threat.text("text"),
        fix="",
        references=tuple(f"CWE-{id_}" for id_ in threat.items("cwe")),
        span=threat.span,
    )


def _finding(facts: Facts, threat: Thing, rule: RuleInfo, place: Thing) -> Finding:
    refs = [ref for ref in threat.items("mitigated-by") if isinstance(ref, ControlRef)]
    outcome = Outcome.MITIGATED if refs else Outcome.OPEN
    classes = dict.fromkeys(
        class_
        for r in refs
        for class_ in ((r.id,) if r.anonymous else map(str, facts.model.things[r.id].items("class")))
    )
    fact, impact = threat.facts.get("mitigated-by"), threat.value("impact")
    spans = (fact.span,) if fact is not None else (threat.span,)
    said = f"mitigated by {', '.join(ref.id for ref in refs)}" if refs else "no control is named"
    proof = (
        ProofStep("for", f"{shown(place, facts.model)}, written by hand", (threat.span,)),
        ProofStep("unless", said, spans),
        ProofStep("so", outcome.value),
    )
    return Finding(
        id=f"{rule.id}@{place.id}",
        rule=rule,
        elements=(place.id,),
        outcome=outcome,
        span=threat.span,
        account=Told(threat.title, proof=proof),
        at_stake=facts.stake(facts.number(place)),
        controls=tuple(ref.id for ref in refs),
        classes=tuple(classes),
        impact=int(impact) if isinstance(impact, int | float) else None,
    )
