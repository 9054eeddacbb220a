"""The graph of steps: what the control of one element gives."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.attack.paths import Step
from threatdsl.attack.stakes import kept_at, stored_at, targets_of
from threatdsl.model.graph import hops
from threatdsl.model.things import UNKNOWN, Flow
from threatdsl.rules.finding import ACT, Outcome, Stride

TAKES_OVER = (Stride.TAMPERING, Stride.ELEVATION)


class Access(msgspec.Struct, frozen=True):
    """From an element to another over a flow, `reverse` along what its call returns."""

    flow: Flow
    source: str
    target: str
    reverse: bool

    def step(self, outcome: Outcome | None = None, finding: str = "", likelihood: int = 5) -> Step:
        """The step over it."""
        return Step(self.source, self.target, self.flow.id, self.reverse, finding, outcome, likelihood)


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
        for access in _accesses(flow):
            if access.target in entries:
                continue  # an attacker is there already
            move = _takeover(access, best, doubtful)
            if move is not None:
                moves.setdefault(access.source, []).append(move)
            if access.source not in entries:
                found = _reads(access, stored[access.target] & at_stake)
                if found:
                    reads.setdefault(access.source, []).extend(found)
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
    """Who gets at whom over a flow: a caller at all that its call passes and ends at, and answers the other way."""
    stops = tuple(dict.fromkeys((flow.source, *(end for hop in hops(flow) for end in hop))))
    may_return = flow.value("returns") is UNKNOWN or bool(flow.items("returns"))
    for source, target in combinations(stops, 2):
        yield Access(flow, source, target, reverse=False)
        if may_return:
            yield Access(flow, target, source, reverse=True)


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


def _order(found: AssessedFinding) -> tuple[int, bool, str]:
    return -likelihood_of(found), found.outcome is not Outcome.OPEN, found.id


def _takeover(access: Access, best: Mapping[str, AssessedFinding], doubtful: frozenset[str]) -> Move | None:
    """The step by which access becomes control. A finding on a flow opens what the flow calls, nothing else."""
    flow, target = access.flow, access.target
    places = (target,) if access.reverse or target != flow.target else (target, flow.id)
    found = min((best[id_] for id_ in places if id_ in best), key=_order, default=None)
    if found is not None:
        said = not access.reverse or bool(flow.items("returns"))
        step = access.step(found.outcome, found.id, likelihood_of(found))
        return Move(step, certain=said and found.outcome is Outcome.OPEN)
    return Move(access.step(Outcome.QUESTION), certain=False) if not doubtful.isdisjoint(places) else None


def _reads(access: Access, stored: frozenset[str]) -> Iterable[tuple[Move, frozenset[str]]]:
    """The steps that reach stored data with the authority of the source.

    What a call moves is stated, else a store may return whatever it keeps.
    """
    flow = access.flow
    moved = frozenset(str(item) for name in ("carries", "returns") for item in flow.items(name)) & stored
    untold = stored - moved if flow.value("returns") is UNKNOWN and not access.reverse else frozenset()
    told = [(Move(access.step(), certain=True), moved)] if moved else []
    return [*told, *([(Move(access.step(Outcome.UNASSESSED), certain=False), untold)] if untold else [])]
