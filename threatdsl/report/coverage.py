"""What the analysis saw and what it did not: parts without a rule, facts nobody stated, what is left out on purpose."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from threatdsl.assess.assessment import Assessment
from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing
from threatdsl.report.names import called, local, title
from threatdsl.report.threats import STRIDE
from threatdsl.report.words import clean, day, sentence
from threatdsl.rules.finding import ACT, Outcome


@dataclass(frozen=True, slots=True)
class AskedRow:
    """The rules of a STRIDE letter: how many were asked, how many said something, and of what there is to act on."""

    stride: str
    asked: int
    applied: int
    findings: int
    act: int


@dataclass(frozen=True, slots=True)
class UnseenView:
    """The elements or flows of a kind that no rule names, and how many of that kind there are."""

    kind: str
    names: tuple[str, ...]
    of: int


@dataclass(frozen=True, slots=True)
class UnsaidView:
    """An element or flow with the facts that rules miss about it."""

    name: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssumedView:
    """What the model takes for granted, or leaves out. `overdue` when the day to look again has passed."""

    what: str
    text: str
    owner: str
    until: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class CoverageView:
    """How far the analysis went. `parts` is the number of elements and flows, `silent` that of rules without a word."""

    parts: int
    rules: int
    silent: int
    asked: tuple[AskedRow, ...]
    unseen: tuple[UnseenView, ...]
    unsaid: tuple[UnsaidView, ...]
    assumptions: tuple[AssumedView, ...]
    left_out: tuple[AssumedView, ...]


def coverage(assessment: Assessment) -> CoverageView:
    """How far the analysis of a model went."""
    model = assessment.model
    asked = tuple(_asked(assessment))
    return CoverageView(
        parts=len(model.elements) + len(model.flows),
        rules=sum(row.asked for row in asked),
        silent=sum(row.asked - row.applied for row in asked),
        asked=asked,
        unseen=tuple(_unseen(assessment)),
        unsaid=_unsaid(assessment),
        assumptions=tuple(_assumed(thing, assessment.now) for thing in model.of_kind("assumption")),
        left_out=tuple(_assumed(thing, assessment.now) for thing in model.of_kind("out-of-scope")),
    )


def _asked(assessment: Assessment) -> Iterator[AskedRow]:
    """Each letter of STRIDE that a rule was asked for; threats that people wrote count as findings alone."""
    for stride, name in STRIDE.items():
        asked = {rule.id for rule in assessment.rules if rule.stride is stride}
        found = [one for one in assessment.findings if one.finding.rule.stride is stride]
        if asked or found:
            said = asked & {one.finding.rule.id for one in found}
            yield AskedRow(name, len(asked), len(said), len(found), sum(one.outcome in ACT for one in found))


def _unseen(assessment: Assessment) -> Iterator[UnseenView]:
    """What no finding, whatever its outcome, and no question names; by kind, in order of declaration."""
    model, named = assessment.model, _named(assessment)
    by_kind: dict[str, list[Thing]] = {}
    for thing in (*model.elements, *model.flows):
        by_kind.setdefault(thing.kind, []).append(thing)
    for kind, things in by_kind.items():
        names = tuple(called(model, thing.id) for thing in things if thing.id not in named)
        if names:
            yield UnseenView(local(kind), names, len(things))


def _named(assessment: Assessment) -> frozenset[str]:
    """What findings and questions name: their elements, the ends of their flows, the hops of their paths."""
    ids = {question.element for question in assessment.questions}
    for assessed in assessment.findings:
        ids.update(assessed.finding.elements)
        ids.update(id_ for hop in assessed.finding.path for id_ in (hop.source, hop.edge, hop.target))
    flows = [thing for id_ in ids if isinstance(thing := assessment.model.things.get(id_), Flow)]
    return frozenset(ids.union(*((flow.source, flow.target) for flow in flows)))


def _unsaid(assessment: Assessment) -> tuple[UnsaidView, ...]:
    """What questions ask and unassessed findings miss, by element; where most is missing comes first."""
    missing = [(question.element, question.fact) for question in assessment.questions]
    for assessed in assessment.findings:
        if assessed.outcome is Outcome.UNASSESSED:
            missing += assessed.finding.unstated
    return _by_element(assessment.model, missing)


def _by_element(model: Model, missing: Iterable[tuple[str, str]]) -> tuple[UnsaidView, ...]:
    facts: dict[str, dict[str, None]] = {}
    for id_, fact in missing:
        facts.setdefault(id_, {})[clean(fact)] = None
    views = (UnsaidView(called(model, id_), tuple(names)) for id_, names in facts.items())
    return tuple(sorted(views, key=lambda view: -len(view.facts)))


def _assumed(thing: Thing, now: date) -> AssumedView:
    until = thing.value("until")
    return AssumedView(
        what=title(thing),
        text=sentence(clean(thing.text("text") or thing.text("reason"))),
        owner=clean(thing.text("owner")),
        until=day(until) if isinstance(until, date) else "",
        overdue=isinstance(until, date) and until < now,
    )
