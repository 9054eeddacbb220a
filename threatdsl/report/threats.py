"""Findings as a reader sees them: in sentences, under their rules, in the order of STRIDE."""

from collections.abc import Iterable
from dataclasses import dataclass

from threatdsl.assess.assessment import AssessedFinding, Assessment, Score
from threatdsl.model.model import Model
from threatdsl.model.things import Decision, Flow
from threatdsl.report.names import anchor, called, place
from threatdsl.report.proofs import evidence_line
from threatdsl.report.words import capital, clean, sentence, short_day
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.finding import ACT, Outcome, ProofStep, RuleInfo, Stride

MARKS = {
    Outcome.OPEN: "■",
    Outcome.UNASSESSED: "◌",
    Outcome.QUESTION: "?",
    Outcome.MITIGATED: "○",
    Outcome.VERIFIED: "✓",
    Outcome.ACCEPTED: "‖",
    Outcome.DISMISSED: "‖",
    Outcome.TRANSFERRED: "‖",
}
DECIDED = (Outcome.ACCEPTED, Outcome.DISMISSED, Outcome.TRANSFERRED)
STRIDE = {stride: capital(stride.value.replace("-", " ")) for stride in Stride}


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """One of the severities: its name, the step 1..5 and its level, the word for it, and the terms that made it.

    The word is that of the rule's pack; levels are the same for all findings, and what a reader filters by.
    """

    name: str
    step: int
    level: str
    word: str
    terms: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A line of a proof: the clause, what held, and where it is stated (empty where nobody has said)."""

    clause: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding. `where` names its elements, `things` are the ids of the elements and flows to show in the diagram.

    `controls` are the controls and classes that hold it, in words for everybody.
    """

    id: str
    anchor: str
    rule: str
    title: str
    stride: str
    where: str
    place: str
    outcome: str
    chip: str
    message: str
    evidence: str
    fix: str
    decision: str
    severities: tuple[SeverityRow, ...]
    proof: tuple[StepView, ...]
    things: tuple[str, ...]
    elements: tuple[str, ...]
    controls: tuple[str, ...] = ()

    @property
    def severity(self) -> SeverityRow:
        """The severity that counts: the verified one where evidence was read, else the declared."""
        return self.severities[-1]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with its findings, most severe first. `references` are what it cites, with titles."""

    id: str
    anchor: str
    title: str
    stride: str
    text: str
    references: tuple[str, ...]
    findings: tuple[FindingView, ...]


def finding_view(assessment: Assessment, assessed: AssessedFinding) -> FindingView:
    """What a reader is told of a finding."""
    model, finding = assessment.model, assessed.finding
    elements = tuple(dict.fromkeys(_ends(model, finding.elements)))
    way = tuple(id_ for hop in finding.path for id_ in (hop.source, hop.edge, hop.target))
    return FindingView(
        id=clean(finding.id),
        anchor=f"finding-{anchor(finding.id)}",
        rule=finding.rule.id,
        title=clean(finding.rule.title),
        stride=STRIDE[finding.rule.stride],
        where=", ".join(called(model, id_) for id_ in finding.elements),
        place=place(finding.span),
        outcome=assessed.outcome.value,
        chip=_chip(assessed),
        message=sentence(clean(finding.message)),
        evidence=evidence_line(assessment, assessed),
        fix=sentence(clean(finding.fix)) if assessed.outcome in (*ACT, *DECIDED) else "",
        decision=decision_sentence(assessed.decision) if assessed.decision else "",
        severities=tuple(_severities(assessed)),
        proof=tuple(_step(step) for step in finding.proof),
        things=tuple(dict.fromkeys((*finding.elements, *elements, *way))),
        elements=elements,
        controls=tuple(_controls(model, finding.controls)),
    )


def rule_views(assessment: Assessment, findings: Iterable[FindingView]) -> tuple[RuleView, ...]:
    """The rules that have findings, in the order of STRIDE and then of their ids."""
    by_rule: dict[str, list[FindingView]] = {}
    for view in findings:
        by_rule.setdefault(view.rule, []).append(view)
    known = {assessed.finding.rule.id: assessed.finding.rule for assessed in assessment.findings}
    order = list(Stride)
    rules = sorted((known[id_] for id_ in by_rule), key=lambda rule: (order.index(rule.stride), rule.id))
    return tuple(_rule_view(rule, tuple(by_rule[rule.id]), assessment.catalogues) for rule in rules)


def decision_sentence(decision: Decision) -> str:
    """Who decided what, and why."""
    by = decision.text("approved-by") or decision.text("owner")
    parts = (decision.text("ticket"), f"approved by {by}" if by else "", f"until {short_day(decision.until)}")
    who = ", ".join(part for part in parts if part)
    return clean(f"{sentence(decision.text('reason'))} {capital(who)}.".strip())


def _rule_view(rule: RuleInfo, findings: tuple[FindingView, ...], catalogues: Catalogues) -> RuleView:
    return RuleView(
        id=rule.id,
        anchor=f"rule-{anchor(rule.id)}",
        title=clean(rule.title),
        stride=STRIDE[rule.stride],
        text=clean(rule.text),
        references=tuple(clean(catalogues.named(id_)) for id_ in rule.references),
        findings=findings,
    )


def _ends(model: Model, ids: tuple[str, ...]) -> Iterable[str]:
    """The elements that ids speak of: a flow stands for its two ends."""
    for id_ in ids:
        thing = model.things.get(id_)
        if isinstance(thing, Flow):
            yield from (thing.source, thing.target)
        elif thing is not None and model.vocabulary.is_a(thing.kind, "element"):
            yield id_


def _controls(model: Model, ids: tuple[str, ...]) -> Iterable[str]:
    """The controls that hold a finding; protocols are not told apart."""
    return dict.fromkeys("the protocol" if id_ in model.vocabulary.protocols else clean(id_) for id_ in ids)


def _chip(assessed: AssessedFinding) -> str:
    word = f"{MARKS[assessed.outcome]} {capital(assessed.outcome.value)}"
    if assessed.decision is None or assessed.outcome not in DECIDED:
        return word
    return f"{word} to {short_day(assessed.decision.until)}"


def _severities(assessed: AssessedFinding) -> Iterable[SeverityRow]:
    views = assessed.severity
    for name, score in (("inherent", views.inherent), ("declared", views.declared), ("verified", views.verified)):
        if score is not None:
            yield _row(name, score)


def _row(name: str, score: Score) -> SeverityRow:
    return SeverityRow(name, int(score.level), score.level.word, score.word, clean(score.terms))


def _step(step: ProofStep) -> StepView:
    return StepView(step.clause, clean(step.text), ", ".join(dict.fromkeys(place(span) for span in step.spans)))
