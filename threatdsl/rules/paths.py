"""What a path rule says of each sink that its search reaches."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import msgspec

from threatdsl.model.things import Thing
from threatdsl.rules.binding import Binding
from threatdsl.rules.evaluation import (
    Asked,
    Observer,
    Verdict,
    Way,
    asked,
    finding,
    ignore,
    judge,
    mitigated,
    stake_of,
    true_where,
    unassessed,
)
from threatdsl.rules.expressions import Expression
from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.finding import Finding, Hop, Outcome, ProofStep
from threatdsl.rules.ground import Ground, steps_of
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.search import MITIGATED, OPEN, QUESTION, UNASSESSED, reach
from threatdsl.rules.values import Truth, all_of

LEVELS = (
    (OPEN, Outcome.OPEN),
    (UNASSESSED, Outcome.UNASSESSED),
    (QUESTION, Outcome.QUESTION),
    (MITIGATED, Outcome.MITIGATED),
)
Ways = Mapping[str, tuple[Hop, ...]]


def evaluate_path(rule: CheckedRule, facts: Facts, observe: Observer = ignore) -> Iterator[Finding | Asked]:
    """Findings and questions of a path rule, for each thing of its `for`."""
    assert rule.path is not None  # only path rules come here
    if rule.subject is None:
        yield from _search(Ground(rule, rule.path, Binding(facts, {}), observe), applies=True)
        return
    for thing in facts.of_kind(rule.subject.kind):
        binding = Binding(facts, {rule.subject.variable: thing})
        applies = true_where(rule.subject, binding)
        observe(rule.id, "for", applies)
        if applies is not False:
            yield from _search(Ground(rule, rule.path, binding, observe), applies=applies)


def _search(ground: Ground, *, applies: Truth) -> Iterator[Finding | Asked]:
    """The strongest outcome of each sink."""
    terrain = ground.terrain()
    unguarded: Callable[[], Ways] = cache(lambda: dict(reach(terrain, MITIGATED)))
    done: set[str] = set()
    for allowance, outcome in LEVELS:
        for sink, path in unguarded().items() if outcome is Outcome.MITIGATED else reach(terrain, allowance):
            if sink in done:
                continue
            done.add(sink)
            found = _Trail(ground, path, applies).result(outcome, unguarded)
            if found is not None:
                yield found


class _Trail(msgspec.Struct, frozen=True):
    """A path that the search found."""

    ground: Ground
    path: tuple[Hop, ...]
    applies: Truth

    @property
    def sink(self) -> Thing:
        return self.ground.thing(self.path[-1].target)

    @property
    def source(self) -> Thing:
        return self.ground.thing(self.path[0].source)

    def result(self, outcome: Outcome, unguarded: Callable[[], Ways]) -> Finding | Asked | None:
        ground, rule, sink = self.ground, self.ground.rule, self.sink
        ends = ground.bind(ground.path.sink, sink)
        elements = (*(v for v in ground.binding.variables.values() if isinstance(v, Thing)), sink)
        when: Truth = True
        if rule.when is not None:
            when = rule.when.truth(ends)
            ground.observe(rule.id, "when", when)
        applies = all_of((self.applies, when))
        if applies is False:
            return None
        if applies is None or outcome is Outcome.QUESTION:
            return asked(rule, elements, ends, self._asks(ends))
        verdict = self._verdict(outcome, ends)
        if verdict is None:
            return None
        data = ground.data()
        stake = (data.id,) if data is not None else stake_of(sink, ground.facts)
        bound = ends.having(ground.path.source.variable, self.source)
        crossing = ground.facts.model.graph.crossing
        crosses = any(hop.edge in crossing for hop in unguarded()[sink.id])
        way = Way(self.path, tuple(self._steps()), crosses)
        return finding(rule, elements, bound, verdict, stake=stake, way=way)

    # ---- the outcome ---------------------------------------------------------------------------------------------

    def _verdict(self, outcome: Outcome, ends: Binding) -> Verdict | None:
        """What the guards of the path say, and where those do not hold, what `unless` says."""
        if outcome is Outcome.MITIGATED:
            found = (mitigated(e, b, holds=h) for e, b, h in self._guards(stated=True))
            return next((verdict for verdict in found if verdict is not None), None)
        rule = self.ground.rule
        by_unless = judge(rule, ends, self.ground.observe) if rule.unless is not None else Verdict(Outcome.OPEN)
        if by_unless is None or by_unless.outcome is Outcome.MITIGATED or outcome is Outcome.OPEN:
            return by_unless
        by_guards = unassessed((e, b) for e, b, _ in self._guards(stated=False))
        asks = dict.fromkeys((*by_guards.unstated, *by_unless.unstated))
        return Verdict(Outcome.UNASSESSED, unstated=tuple(asks), steps=(*by_guards.steps, *by_unless.steps))

    def _guards(self, *, stated: bool) -> Iterator[tuple[Expression, Binding, bool]]:
        """The guards on the path that hold (or that nobody stated), in its order, with the truth of those that hold.

        `avoiding` holds where it is true, `through` where it is false.
        """
        ground = self.ground
        for id_ in steps_of(self.path):
            place = ground.facts.model.things.get(id_)
            for domain, holds in ((ground.path.avoiding, True), (ground.path.through, False)):
                if place is None or domain is None or domain.where is None:
                    continue
                if not ground.facts.model.vocabulary.is_a(place.kind, domain.kind):
                    continue
                if ground.within(domain, place) is (holds if stated else None):
                    yield domain.where, ground.bind(domain, place), holds

    # ---- proof and questions -------------------------------------------------------------------------------------

    def _steps(self) -> Iterator[ProofStep]:
        ground = self.ground
        yield from ground.proof_of(ground.path.source, self.source)
        yield from ground.proof_of(ground.path.sink, self.sink)
        word = "path"
        for hop in self.path:
            source, target = ground.thing(hop.source), ground.thing(hop.target)
            edge = ground.facts.model.things.get(hop.edge)
            if edge is None:
                yield ProofStep(word, f"{source.title} {hop.edge} {target.title}", (source.span,))
            else:
                text = f"{source.title} {'answers' if hop.reverse else 'calls'} {target.title}"
                yield ProofStep(word, text, (edge.span,))
            word = "then"

    def _asks(self, ends: Binding) -> Iterator[Ask]:
        """The facts that would tell whether the path is there."""
        ground, rule = self.ground, self.ground.rule
        conditions = [
            (domain.where, ground.bind(domain, thing))
            for domain, thing in ((ground.path.source, self.source), (ground.path.sink, self.sink))
        ]
        conditions.append((rule.subject.where if rule.subject is not None else None, ground.binding))
        conditions.append((rule.when, ends))
        for condition, binding in conditions:
            if condition is not None and condition.truth(binding) is None:
                yield from condition.missing(binding)
        yield from ground.asks(self.path)
