"""The tables of a report: questions, decisions, elements, flows, data."""

from dataclasses import dataclass
from datetime import date

from threatdsl.assess.assessment import AssessedDecision, AssessedSwitch, Assessment
from threatdsl.attack.stakes import SERIOUS
from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing, Word
from threatdsl.report.diagram.dfd import Diagram, notation
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.names import ARROW, all_called, anchor, called, local, place, title
from threatdsl.report.words import capital, clean, counted, day, sentence
from threatdsl.rules.finding import Question

NOTATION_WORDS = {"external": "external entity", "process": "process", "store": "data store", "queue": "queue"}
PROTECTION_WORDS = {Protection.FINE: "", Protection.CLEAR: "clear text", Protection.UNSTATED: "not stated"}
STATES = {"stale": "matches no finding", "outgrown": "the finding grew past at-most"}
PAST = {"accept": "Accepted", "dismiss": "Dismissed", "transfer": "Transferred", "adjust": "Adjusted"}


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question, where the answer is written, and how much it settles."""

    text: str
    fact: str
    element: str
    place: str
    settles: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision, or a rule or pack that is switched off. `finding` is the anchor of its finding, if there is one.

    `by` is `who` and `ticket` in one; `left` the days that it still holds, less than 0 where it has run out.
    """

    verb: str
    what: str
    rule: str
    where: str
    finding: str
    reason: str
    by: str
    until: str
    state: str
    in_force: bool
    who: str
    ticket: str
    left: int


@dataclass(frozen=True, slots=True)
class ElementView:
    """An element; `open` and `unassessed` count the findings that name it."""

    id: str
    title: str
    kind: str
    zone: str
    trust: str
    technology: str
    stores: str
    open: int
    unassessed: int


@dataclass(frozen=True, slots=True)
class FlowView:
    """A flow with its number in the diagram."""

    id: str
    number: int
    title: str
    ends: str
    details: str
    protection: str
    state: str
    crosses: bool


@dataclass(frozen=True, slots=True)
class DataView:
    """A data asset. `impact` is the worst that its classification stands for, 1 to 5, 0 where nobody classified it.

    `serious` is the part of the classification that puts it at stake, all of it where none does.
    """

    id: str
    title: str
    classification: str
    serious: str
    stored: str
    moved: str
    impact: int


def question_view(model: Model, question: Question) -> QuestionView:
    """A question as a reader sees it."""
    return QuestionView(
        text=sentence(clean(question.text)),
        fact=clean(question.fact),
        element=called(model, question.element),
        place=place(question.span),
        settles=counted(len(question.settles), "finding"),
    )


def decision_view(assessment: Assessment, assessed: AssessedDecision) -> DecisionView:
    """A decision as a reader sees it."""
    decision, model = assessed.decision, assessment.model
    rules = {rule.id: rule.title for rule in assessment.rules}
    by = (decision.text("approved-by") or decision.text("owner"), decision.text("ticket"))
    left = _left(decision.until, assessment.now)
    in_force = assessed.state == "in force"
    return DecisionView(
        verb=PAST.get(decision.verb, capital(decision.verb)),
        what=clean(rules.get(decision.rule, decision.rule)),
        rule=clean(decision.rule),
        where=", ".join(called(model, id_) for id_ in decision.targets),
        finding=f"finding-{anchor(assessed.finding)}" if assessed.finding else "",
        reason=sentence(clean(decision.text("reason"))),
        by=clean(", ".join(part for part in by if part)),
        until=day(decision.until),
        state=left if in_force or assessed.state == "expired" else STATES.get(assessed.state, clean(assessed.state)),
        in_force=in_force,
        who=clean(by[0]),
        ticket=clean(by[1]),
        left=(decision.until - assessment.now).days,
    )


def switch_view(assessment: Assessment, assessed: AssessedSwitch) -> DecisionView:
    """A switched-off rule or pack as a reader sees it."""
    switch = assessed.switch
    what = counted(len(assessed.rules), "rule") if assessed.pack else assessed.rules[0].title
    return DecisionView(
        verb="Pack switched off" if assessed.pack else "Rule switched off",
        what=capital(clean(what)),
        rule=clean(switch.rule),
        where="Everywhere",
        finding="",
        reason=sentence(clean(switch.text("reason"))),
        by=clean(switch.text("owner")),
        until=day(switch.until),
        state=_left(switch.until, assessment.now),
        in_force=assessed.in_force,
        who=clean(switch.text("owner")),
        ticket="",
        left=(switch.until - assessment.now).days,
    )


def _left(until: date, now: date) -> str:
    left = (until - now).days
    if left < 0:
        return f"expired {counted(-left, 'day')} ago"
    return f"{counted(left, 'day')} left" if left else "ends today"


def element_views(model: Model, diagram: Diagram) -> tuple[ElementView, ...]:
    """All elements, in order of declaration."""
    badges = {node.id: node.badge for node in diagram.nodes}
    return tuple(
        ElementView(
            id=thing.id,
            title=title(thing),
            kind=_kind(model, thing),
            zone=" in ".join(called(model, id_) for id_ in model.graph.boundaries.get(thing.id, ())),
            trust=_trust(model, thing.id),
            technology=clean(thing.text("technology")),
            stores=", ".join(all_called(model, thing.items("stores"))),
            open=badges[thing.id].open,
            unassessed=badges[thing.id].unassessed,
        )
        for thing in model.elements
    )


def _kind(model: Model, thing: Thing) -> str:
    kind, drawn = local(thing.kind), NOTATION_WORDS[notation(model, thing)]
    return kind if kind == drawn else f"{kind}, {drawn}"


def _trust(model: Model, id_: str) -> str:
    trust = model.graph.trust.get(id_)
    return trust.text if trust else "not stated"


def flow_views(model: Model, diagram: Diagram) -> tuple[FlowView, ...]:
    """All flows, by number."""
    return tuple(
        FlowView(
            id=arrow.id,
            number=arrow.number,
            title=arrow.title,
            ends=f"{called(model, arrow.source)}{ARROW}{called(model, arrow.target)}",
            details=" · ".join(arrow.details),
            protection=PROTECTION_WORDS[arrow.protection],
            state=arrow.protection.value,
            crosses=arrow.crosses,
        )
        for arrow in diagram.arrows
    )


def data_views(model: Model, diagram: Diagram) -> tuple[DataView, ...]:
    """All data assets, in order of declaration."""
    return tuple(_data_view(model, diagram, thing) for thing in model.data)


def _data_view(model: Model, diagram: Diagram, thing: Thing) -> DataView:
    words = [(name, value) for name in _CLASSIFIED if isinstance(value := thing.value(name), Word)]
    impacts = [model.vocabulary.impact_of(value.scale, value.text) or 0 for _, value in words]
    serious = [word for word, impact in zip(words, impacts, strict=True) if impact >= SERIOUS]
    moving = [arrow.number for arrow in diagram.arrows if _moves(model.things[arrow.id], thing.id)]
    return DataView(
        id=thing.id,
        title=title(thing),
        classification=_classified(words),
        serious=_classified(serious or words),
        stored=", ".join(title(element) for element in model.elements if thing.id in map(str, element.items("stores"))),
        moved=", ".join(map(str, moving)),
        impact=max(impacts, default=0),
    )


_CLASSIFIED = ("confidentiality", "integrity", "availability")


def _classified(words: list[tuple[str, Word]]) -> str:
    """`restricted; integrity high`."""
    return "; ".join(word.text if name == _CLASSIFIED[0] else f"{name} {word.text}" for name, word in words)


def _moves(flow: Thing, data: str) -> bool:
    return isinstance(flow, Flow) and any(
        data == str(item) for name in ("carries", "returns") for item in flow.items(name)
    )
