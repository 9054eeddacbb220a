"""The graph of steps: what the control of one element gives."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.attack.paths import Step
from threatdsl.attack.stakes import kept_at, stored_at, targets_of
from threatdsl.model.graph import hops
from threatdsl.model.things import UNKNOWN, Flow
from threatdsl.rules.finding import ACT, Outcome, Stride

TAKES_OVER = (Stride.TAMPERING, Stride.ELEVATION)
Access = tuple[str, str, bool]  # from an element to another; True along what a call returns


class Move(msgspec.Struct, frozen=True):
    """A step and whether all that it hangs on is stated."""

    step: Step
    certain: bool


class Steps(msgspec.Struct, frozen=True):
    """All steps of a model.

    `moves` are the takeovers by their source, at most one each way between two elements over a flow. `reads` are the
    steps by their source that reach data with its authority, with the data. `kept` is the data at stake by the element
    that stores or holds it. `targets` has the impact of each data asset at stake.
    """

    entries: tuple[str, ...]
    targets: Mapping[str, int]
    kept: Mapping[str, frozenset[str]]
    moves: Mapping[str, tuple[Move, ...]]
    reads: Mapping[str, tuple[tuple[Move, frozenset[str]], ...]]


def steps_of(assessment: Assessment, without: frozenset[str] = frozenset(), *, asked: bool = False) -> Steps:
    """The steps that the findings of an assessment allow; those in `without` are taken as mitigated.

    With `asked` also those that the answer to an open question may allow: they name no finding.
    """
    model = assessment.model
    entries, targets = frozenset(model.graph.entries), targets_of(model)
    at_stake = frozenset(targets)
    stored, best = stored_at(model), _best(assessment.findings, without)
    doubtful = _doubtful(assessment) if asked else frozenset()
    moves: dict[str, list[Move]] = {}
    reads: dict[str, list[tuple[Move, frozenset[str]]]] = {}
    for flow in model.flows:
        moved = frozenset(str(item) for name in ("carries", "returns") for item in flow.items(name)) & at_stake
        for source, target, reverse in _accesses(flow):
            if target in entries:
                continue  # an attacker is there already
            finding = best.get(target) if reverse else _likelier(best.get(target), best.get(flow.id))
            if finding is not None:
                moves.setdefault(source, []).append(_takeover(flow, source, target, finding, reverse=reverse))
            elif target in doubtful or (flow.id in doubtful and not reverse):
                step = Step(source, target, flow.id, reverse, outcome=Outcome.QUESTION)
                moves.setdefault(source, []).append(Move(step, certain=False))
            reached = moved & stored[target]
            if reached and source not in entries:
                step = Step(source, target, flow.id, reverse=reverse)
                reads.setdefault(source, []).append((Move(step, certain=True), reached))
    return Steps(
        entries=model.graph.entries,
        targets=targets,
        kept={id_: data & at_stake for id_, data in kept_at(model).items() if data & at_stake and id_ not in entries},
        moves={id_: tuple(found) for id_, found in moves.items()},
        reads={id_: tuple(found) for id_, found in reads.items()},
    )


def likelihood_of(assessed: AssessedFinding) -> int:
    """The likelihood of a finding, 1 to 5, by the most that is verified."""
    return (assessed.severity.verified or assessed.severity.declared).likelihood


def takes_over(found: AssessedFinding) -> bool:
    """Whether a finding opens what it is about to a takeover."""
    return found.outcome in ACT and found.finding.rule.stride in TAKES_OVER


def _accesses(flow: Flow) -> Iterator[Access]:
    may_return = flow.value("returns") is UNKNOWN or bool(flow.items("returns"))
    for source, target in hops(flow):
        if source == target:
            continue
        yield source, target, False
        if may_return:
            yield target, source, True


def _best(findings: Iterable[AssessedFinding], without: frozenset[str]) -> Mapping[str, AssessedFinding]:
    """The finding for each thing that an attacker would choose to take it over."""
    best: dict[str, AssessedFinding] = {}
    for found in findings:
        if takes_over(found) and found.id not in without:
            for id_ in found.finding.elements:
                best[id_] = min(best.get(id_, found), found, key=_order)
    return best


def _doubtful(assessment: Assessment) -> frozenset[str]:
    """The elements and flows of which an open question asks for a fact that a takeover may follow from."""
    letters = {rule.id: rule.stride for rule in assessment.rules}
    keys = (key for question in assessment.questions for key in question.findings)
    return frozenset(id_ for rule, elements in keys if letters.get(rule) in TAKES_OVER for id_ in elements)


def _likelier(one: AssessedFinding | None, other: AssessedFinding | None) -> AssessedFinding | None:
    return min((found for found in (one, other) if found is not None), key=_order, default=None)


def _order(found: AssessedFinding) -> tuple[int, bool, str]:
    return -likelihood_of(found), found.outcome is not Outcome.OPEN, found.id


def _takeover(flow: Flow, source: str, target: str, found: AssessedFinding, *, reverse: bool) -> Move:
    step = Step(source, target, flow.id, reverse, found.id, found.outcome, likelihood_of(found))
    said = not reverse or bool(flow.items("returns"))
    return Move(step, certain=said and found.outcome is Outcome.OPEN)
