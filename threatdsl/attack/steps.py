"""The graph of steps: what the control of one element gives."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.attack.paths import Step
from threatdsl.attack.stakes import kept_at, stored_at, targets_of
from threatdsl.model.graph import hops
from threatdsl.model.things import UNKNOWN, Flow
from threatdsl.rules.finding import ACT, Gives, Outcome


class Access(msgspec.Struct, frozen=True):
    """From an element to another over a flow, `reverse` along what its call returns."""

    flow: Flow
    source: str
    target: str
    reverse: bool

    def step(self, outcome: Outcome | None = None, finding: str = "", likelihood: int = 5) -> Step:
        """The step over it."""
        return Step(self.source, self.target, self.flow.id, self.reverse, finding, outcome, likelihood)


class Opened(msgspec.Struct, frozen=True):
    """The best finding for each element and flow that has one, and those that a question is open about."""

    best: Mapping[str, AssessedFinding]
    asked: frozenset[str]


class Move(msgspec.Struct, frozen=True):
    """A step and whether all that it hangs on is stated."""

    step: Step
    certain: bool


class Steps(msgspec.Struct, frozen=True):
    """All steps of a model.

    `moves` are the takeovers by their source, at most one each way between two elements over a flow. `reads` are the
    steps by their source that reach data with its authority, with the data. `kept` is the data at stake by the element
    that stores or holds it. `targets` has the impact of each data asset at stake. `taps` are the steps by their source
    that give the data of an element and not its control: what it stores, and `answers`, the reads of what calls return.
    """

    entries: tuple[str, ...]
    targets: Mapping[str, int]
    kept: Mapping[str, frozenset[str]]
    moves: Mapping[str, tuple[Move, ...]]
    reads: Mapping[str, tuple[tuple[Move, frozenset[str]], ...]]
    stored: Mapping[str, frozenset[str]]
    taps: Mapping[str, tuple[Move, ...]]
    answers: Mapping[str, tuple[tuple[Move, frozenset[str]], ...]]

    def given(self, element: str) -> frozenset[str]:
        """The data at stake that the control of an element alone gives."""
        tapped = (move.step.target for move in self.taps.get(element, ()))
        own = self.kept.get(element, frozenset()).union(*(data for _, data in self.reads.get(element, ())))
        return own.union(*(self.tapped(target) for target in tapped))

    def tapped(self, element: str) -> frozenset[str]:
        """The data at stake that an element hands out without its control."""
        reads = (data for _, data in self.answers.get(element, ()))
        return self.stored.get(element, frozenset()).union(*reads)


def steps_of(assessment: Assessment, without: frozenset[str] = frozenset(), *, asked: bool = False) -> Steps:
    """The steps that the findings of an assessment allow; those in `without` are taken as mitigated.

    With `asked` also those that the answer to an open question may allow: they name no finding.
    """
    model = assessment.model
    entries, targets = frozenset(model.graph.entries), targets_of(model)
    at_stake = frozenset(targets)
    stored = {id_: data & at_stake for id_, data in stored_at(model).items()}
    opening, leaking = (_opened(assessment, without, gives, asked=asked) for gives in (Gives.CONTROL, Gives.DATA))
    moves: dict[str, list[Move]] = {}
    taps: dict[str, list[Move]] = {}
    reads: dict[str, list[tuple[Move, frozenset[str]]]] = {}
    answers: dict[str, list[tuple[Move, frozenset[str]]]] = {}
    for flow in model.flows:
        for access in _accesses(flow):
            if access.target in entries:
                continue  # an attacker is there already
            for opened, steps in ((opening, moves), (leaking, taps)):
                move = _move(access, opened)
                if move is not None and not (access.reverse and steps is taps):  # a leak hands data to who asks
                    steps.setdefault(access.source, []).append(move)
            if access.source not in entries:
                for names, kind in ((("carries", "returns"), reads), (("returns",), answers)):
                    found = _reads(access, stored[access.target], at_stake, names)
                    if found:
                        kind.setdefault(access.source, []).extend(found)
    return Steps(
        entries=model.graph.entries,
        targets=targets,
        kept={id_: data & at_stake for id_, data in kept_at(model).items() if data & at_stake and id_ not in entries},
        moves={id_: tuple(found) for id_, found in moves.items()},
        reads={id_: tuple(found) for id_, found in reads.items()},
        stored={id_: data for id_, data in stored.items() if data and id_ not in entries},
        taps={id_: tuple(found) for id_, found in taps.items()},
        answers={id_: tuple(found) for id_, found in answers.items()},
    )


def likelihood_of(assessed: AssessedFinding) -> int:
    """The likelihood of a finding, 1 to 5, by the most that is verified."""
    return (assessed.severity.verified or assessed.severity.declared).likelihood


def opens(found: AssessedFinding, *gives: Gives) -> bool:
    """Whether a finding asks for action and gives one of these to an attacker."""
    return found.outcome in ACT and found.finding.rule.gives in gives


def _accesses(flow: Flow) -> Iterator[Access]:
    """Who gets at whom over a flow: a caller at all that its call passes and ends at, and answers the other way."""
    stops = tuple(dict.fromkeys((flow.source, *(end for hop in hops(flow) for end in hop))))
    may_return = flow.value("returns") is UNKNOWN or bool(flow.items("returns"))
    for source, target in combinations(stops, 2):
        yield Access(flow, source, target, reverse=False)
        if may_return:
            yield Access(flow, target, source, reverse=True)


def _opened(assessment: Assessment, without: frozenset[str], gives: Gives, *, asked: bool) -> Opened:
    """What is open to those who are after control, or after data."""
    best: dict[str, AssessedFinding] = {}
    for found in assessment.findings:
        if opens(found, gives) and found.id not in without:
            for id_ in found.finding.elements:
                best[id_] = min(best.get(id_, found), found, key=_order)
    if not asked:
        return Opened(best, frozenset())
    rules = {rule.id for rule in assessment.rules if rule.gives is gives}
    keys = (key for question in assessment.questions for key in question.findings)
    return Opened(best, frozenset(id_ for rule, elements in keys if rule in rules for id_ in elements))


def _order(found: AssessedFinding) -> tuple[int, bool, str]:
    return -likelihood_of(found), found.outcome is not Outcome.OPEN, found.id


def _move(access: Access, opened: Opened) -> Move | None:
    """The step that access opens. A finding on a flow opens what the flow calls, nothing else."""
    flow, target = access.flow, access.target
    places = (target,) if access.reverse or target != flow.target else (target, flow.id)
    found = min((opened.best[id_] for id_ in places if id_ in opened.best), key=_order, default=None)
    if found is not None:
        said = not access.reverse or bool(flow.items("returns"))
        step = access.step(found.outcome, found.id, likelihood_of(found))
        return Move(step, certain=said and found.outcome is Outcome.OPEN)
    return Move(access.step(Outcome.QUESTION), certain=False) if not opened.asked.isdisjoint(places) else None


def _reads(
    access: Access, stored: frozenset[str], at_stake: frozenset[str], names: tuple[str, ...]
) -> Iterable[tuple[Move, frozenset[str]]]:
    """The steps that reach data with the authority of the source: what its calls return, and what they move of a store.

    What a call moves is stated, else a store may return whatever it keeps.
    """
    flow = access.flow
    handed = at_stake if access.target == flow.target and not access.reverse else frozenset()
    moved = frozenset(str(item) for name in names for item in flow.items(name)) & stored
    moved |= frozenset(map(str, flow.items("returns"))) & handed
    untold = stored - moved if flow.value("returns") is UNKNOWN and not access.reverse else frozenset()
    told = [(Move(access.step(), certain=True), moved)] if moved else []
    return [*told, *([(Move(access.step(Outcome.UNASSESSED), certain=False), untold)] if untold else [])]
