"""What a path rule says of each sink that its search reaches."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice

import msgspec

from threatdsl.rules import proof
from threatdsl.rules.account import Reasons, Verdict, Way
from threatdsl.rules.binding import Binding
from threatdsl.rules.evaluation import Asked, asked, finding
from threatdsl.rules.expressions import Expression
from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.finding import Finding, Hop, Outcome, ProofStep
from threatdsl.rules.ground import Ground, places_of
from threatdsl.rules.program import Observer, Program
from threatdsl.rules.rule import Domain
from threatdsl.rules.search import MITIGATED, OPEN, QUESTION, UNASSESSED, Reached, Step, Terrain, reach
from threatdsl.rules.values import Truth, all_of
from threatdsl.rules.verdicts import OPEN as OPEN_VERDICT
from threatdsl.rules.verdicts import by_unless, mitigated, unstated

GUARDS_TOLD = 20  # of those on one way, any of which would hold the threat
HOPS_TOLD = 50  # at the beginning of a long way, and at its end


def _told(path: tuple[Step, ...]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The beginning and the end of a way that is too long to be told; else all of it and nothing."""
    return (path, ()) if len(path) <= 2 * HOPS_TOLD else (path[:HOPS_TOLD], path[-HOPS_TOLD:])


def evaluate_path(program: Program, facts: Facts, observe: Observer | None = None) -> Iterator[Finding | Asked]:
    """Findings and questions of a path rule, for each thing of its `for`."""
    rule, path = program.rule, program.rule.path
    assert path is not None  # only path rules come here
    tests = cache(lambda clause: program.test(facts, clause, observe))
    if rule.subject is None:
        yield from _search(Ground(rule, path, facts, tests, ()), applies=True)
        return
    chosen = tests("for")
    for number in facts.of_kind(rule.subject.kind):
        applies = chosen(number)
        if applies is not False:
            yield from _search(Ground(rule, path, facts, tests, (number,)), applies=applies)


def _search(ground: Ground, *, applies: Truth) -> Iterator[Finding | Asked]:
    """The strongest outcome of each sink."""
    terrain = ground.terrain()
    if not terrain.sinks:
        return
    unguarded = cache(lambda: reach(terrain, MITIGATED))
    crossing = cache(lambda: unguarded().over(ground.facts.crossing))
    done: set[int] = set()
    for outcome, reached in _levels(terrain, unguarded):
        for sink in reached.sinks:
            if sink not in done:
                done.add(sink)
                trail = _Trail(ground, sink, reached, applies)
                found = trail.result(outcome, lambda sink: bool(crossing()[unguarded().sinks[sink]]))
                if found is not None:
                    yield found


def _levels(terrain: Terrain, unguarded: Callable[[], Reached]) -> Iterator[tuple[Outcome, Reached]]:
    """The searches from strict to generous, without those that would find what the one before found."""
    reached = reach(terrain, OPEN)
    yield Outcome.OPEN, reached
    if None in reached.stopped:
        reached = reach(terrain, UNASSESSED)
        yield Outcome.UNASSESSED, reached
    if terrain.doubtful:
        yield Outcome.QUESTION, reach(terrain, QUESTION)
    if True in reached.stopped:
        yield Outcome.MITIGATED, unguarded()


class _Trail(msgspec.Struct, frozen=True):
    """The way to a sink that a search found."""

    ground: Ground
    sink: int
    reached: Reached
    applies: Truth

    def path(self) -> tuple[Step, ...]:
        return self.reached.path(self.sink)

    @property
    def source(self) -> int:
        return self.reached.origins[self.reached.sinks[self.sink]]

    def result(self, outcome: Outcome, crosses: Callable[[int], bool]) -> Finding | Asked | None:
        """What the rule says. `crosses` tells whether the shortest way to a sink, guards aside, crosses a boundary."""
        ground, rule, facts = self.ground, self.ground.rule, self.ground.facts
        when = ground.tests("when")(*ground.subject, self.sink)
        applies = all_of((self.applies, when))
        if applies is False:
            return None
        ends = ground.bind(ground.path.sink, self.sink)
        elements = tuple(facts.things[number] for number in (*ground.subject, self.sink))
        if applies is None or outcome is Outcome.QUESTION:
            return asked(rule, elements, ends, self._asks(ends))
        verdict = self._verdict(outcome, ends)
        if verdict is None:
            return None
        return finding(
            rule,
            elements,
            ends.having(ground.path.source.variable, facts.things[self.source]),
            verdict,
            stake=facts.stake(self.sink if ground.data is None else ground.data),
            way=Way(self._hops, self._steps),
            crossing=crosses(self.sink),
        )

    # ---- the outcome ---------------------------------------------------------------------------------------------

    def _verdict(self, outcome: Outcome, ends: Binding) -> Verdict | None:
        """What the guards of the path say, and where those do not hold, what `unless` says."""
        if outcome is Outcome.MITIGATED:
            found = (mitigated(e, b, holds=h) for e, b, h in self._guards(stated=True))
            return next((verdict for verdict in found if verdict is not None), None)
        rule = self.ground.rule
        own: Verdict | None = OPEN_VERDICT
        if rule.unless is not None:
            truth = self.ground.tests("unless")(*self.ground.subject, self.sink)
            own = by_unless(rule.unless, truth, ends)
        if own is None or own.outcome is Outcome.MITIGATED or outcome is Outcome.OPEN:
            return own
        return Verdict(Outcome.UNASSESSED, lambda: self._unstated(own.reasons()))

    def _unstated(self, own: Reasons) -> Reasons:
        """The guards on the path that nobody stated, before what `unless` says."""
        guards = unstated((e, b) for e, b, _ in islice(self._guards(stated=False), GUARDS_TOLD))
        asks = dict.fromkeys((*guards.unstated, *own.unstated))
        return Reasons((*guards.steps, *own.steps), tuple(asks))

    def _guards(self, *, stated: bool) -> Iterator[tuple[Expression, Binding, bool]]:
        """The guards on the path that hold (or that nobody stated), in its order, with the truth of those that hold.

        `avoiding` holds where it is true, `through` where it is false.
        """
        ground = self.ground
        clauses = ((ground.path.avoiding, ground.blocked, True), (ground.path.through, ground.walked, False))
        for number in places_of(self.path()):
            for domain, at, holds in clauses:
                if domain is None or at is None or domain.where is None or not self._is_of(domain, number):
                    continue
                if at(number) is (holds if stated else None):
                    yield domain.where, ground.bind(domain, number), holds

    def _is_of(self, domain: Domain, number: int) -> bool:
        facts = self.ground.facts
        return facts.kind_of[number] in facts.kinds_under(domain.kind)

    # ---- proof and questions -------------------------------------------------------------------------------------

    def _hops(self) -> tuple[Hop, ...]:
        things, relation = self.ground.facts.things, self.ground.path.relation
        begin, end = _told(self.path())
        return tuple(
            Hop(
                things[step.source].id,
                things[step.target].id,
                things[step.edge].id if step.edge >= 0 else relation,
                step.reverse,
            )
            for step in (*begin, *end)
        )

    def _steps(self) -> Iterator[ProofStep]:
        ground = self.ground
        for domain, number in ((ground.path.source, self.source), (ground.path.sink, self.sink)):
            thing = ground.thing(number)
            yield ProofStep(domain.clause, thing.title, (thing.span,))
            if domain.where is not None:
                yield from proof.steps("where", domain.where, ground.bind(domain, number), wanted=True)
        word = "path"
        begin, end = _told(path := self.path())
        for place, step in enumerate((*begin, *end)):
            if end and place == len(begin):
                yield ProofStep(word, f"{len(path) - len(begin) - len(end)} more hops, and then")
            source, target = ground.thing(step.source), ground.thing(step.target)
            if step.edge < 0:
                yield ProofStep(word, f"{source.title} {ground.path.relation} {target.title}", (source.span,))
            else:
                text = f"{source.title} {'answers' if step.reverse else 'calls'} {target.title}"
                yield ProofStep(word, text, (ground.thing(step.edge).span,))
            word = "then"

    def _asks(self, ends: Binding) -> Iterator[Ask]:
        """The facts that would tell whether the path is there."""
        ground, rule = self.ground, self.ground.rule
        conditions = [
            (domain.where, ground.bind(domain, number))
            for domain, number in ((ground.path.source, self.source), (ground.path.sink, self.sink))
        ]
        conditions.append((rule.subject.where if rule.subject is not None else None, ground.binding))
        conditions.append((rule.when, ends))
        for condition, binding in conditions:
            if condition is not None and condition.truth(binding) is None:
                yield from condition.missing(binding)
        yield from ground.asks(self.path())
