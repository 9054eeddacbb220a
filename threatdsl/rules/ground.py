"""What a path rule searches: the model's flows or links as hops, and the truths of its clauses at elements and hops."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import msgspec

from threatdsl.model.things import Thing
from threatdsl.rules.binding import Binding
from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.program import Test
from threatdsl.rules.rule import CheckedRule, Domain, Path
from threatdsl.rules.search import Network, Step, Terrain
from threatdsl.rules.values import Truth, all_of, negate

At = Callable[[int], Truth]


Tests = Callable[[str], Test]


class Ground(msgspec.Struct, frozen=True, dict=True):
    """A path rule with its `for` bound to the thing of a number, or without one. `tests` are those of its clauses."""

    rule: CheckedRule
    path: Path
    facts: Facts
    tests: Tests
    subject: tuple[int, ...]

    def thing(self, number: int) -> Thing:
        """The thing of a number."""
        return self.facts.things[number]

    @cached_property
    def binding(self) -> Binding:
        """The `for` thing as conditions read it."""
        subject = self.rule.subject
        variables = {} if subject is None else {subject.variable: self.thing(self.subject[0])}
        return Binding(self.facts, variables)

    def bind(self, domain: Domain, number: int) -> Binding:
        """The binding in which a domain's condition is tested for a thing."""
        return self.binding.having(domain.variable, self.thing(number))

    @cached_property
    def data(self) -> int | None:
        """The data whose movement is followed, None where calls or links are."""
        subject = self.rule.subject
        return self.subject[0] if subject is not None and subject.kind in self.facts.kinds_under("data") else None

    # ---- the truths of clauses -----------------------------------------------------------------------------------

    def at(self, domain: Domain | None) -> At | None:
        """Whether a clause names a thing: it is of its kind and the condition holds. None without the clause."""
        if domain is None:
            return None
        test = self.tests(domain.clause)
        kind_of, under, subject = self.facts.kind_of, self.facts.kinds_under(domain.kind), self.subject
        known: dict[int, Truth] = {}

        def truth(number: int) -> Truth:
            if number not in known:
                known[number] = kind_of[number] in under and test(*subject, number)
            return known[number]

        return truth

    @cached_property
    def avoided(self) -> At | None:
        """Whether `avoiding` names a thing."""
        return self.at(self.path.avoiding)

    @cached_property
    def passed(self) -> At | None:
        """Whether `passing` names a thing."""
        return self.at(self.path.passing)

    @cached_property
    def walked(self) -> At | None:
        """Whether `through` names a flow."""
        return self.at(self.path.through)

    def ends(self, domain: Domain) -> dict[int, Truth]:
        """The things that `from`, `reaches` or `passing` names, surely or possibly, by name."""
        test = self.tests(domain.clause)
        truths = ((number, test(*self.subject, number)) for number in self.facts.of_kind(domain.kind))
        found = {number: truth for number, truth in truths if truth is not False}
        return {number: found[number] for number in sorted(found, key=lambda n: self.thing(n).id)}

    # ---- what is searched ----------------------------------------------------------------------------------------

    def terrain(self) -> Terrain:
        """What the search walks."""
        sources = self.ends(self.path.source)
        sinks = self.ends(self.path.sink) if sources else {}
        if not sinks or (self.path.passing is not None and not self.ends(self.path.passing)):
            return Terrain(0, Network.of(()), {}, {}, self.blocked)
        network = self._network()
        moves = self._moves(network)
        ends = (*sources.values(), *sinks.values())
        return Terrain(
            len(self.facts.things),
            network,
            sources,
            sinks,
            self.blocked,
            self.passed,
            moves,
            self.guarded if self._may_guard_flows else None,
            self._seen if self.passed is not None else None,
            doubtful=self.passed is not None or None in ends or (moves is not None and bool(self.facts.doubtful_flows)),
        )

    @cached_property
    def blocked(self) -> At:
        """Whether a clause says that an element blocks. What an untrusted element claims of itself stops nobody."""
        avoided, trust = self.avoided, self.facts.read("element", "trust").values
        if avoided is None:
            return lambda _: False
        return lambda number: False if trust[number] == 0 else avoided(number)

    def _network(self) -> Network:
        facts, relation = self.facts, self.path.relation
        if relation != "flow":
            return Network.of([Step(source, target, -1) for source, target in facts.links.get(relation, ())])
        return facts.calls if self.data is None else self._movements(self.data)

    def _movements(self, data: int) -> Network:
        """The hops that move the data or may do so, in call direction and back, by the flows' names."""
        facts, moved = self.facts, self.facts.read("data", "flows").values
        flows = facts.doubtful_flows.union(*(moved[form] for form in facts.forms[data]))
        return Network.of(facts.moves, sorted(place for flow in flows for place in facts.moves_of[flow]))

    def _moves(self, network: Network) -> At | None:
        """Whether the `for` data takes the hop at a place; None where calls or links are followed."""
        if self.data is None:
            return None
        family, steps, facts = self.facts.forms[self.data], network.steps, self.facts
        carries, returns = facts.read("flow", "carries"), facts.read("flow", "returns")

        def moves(place: int) -> Truth:
            half, flow = (returns if steps[place].reverse else carries), steps[place].edge
            if not family.isdisjoint(half.values[flow]):
                return True
            return False if half.complete is None or half.complete[flow] else None

        return moves

    @property
    def _may_guard_flows(self) -> bool:
        avoiding, flows = self.path.avoiding, self.facts.kinds_under("flow")
        avoids = avoiding is not None and not flows.isdisjoint(self.facts.kinds_under(avoiding.kind))
        return self.path.relation == "flow" and (self.path.through is not None or avoids)

    def guarded(self, flow: int) -> Truth:
        """Whether a flow is blocked: `through` does not name it, or `avoiding` does."""
        through = True if self.walked is None else self.walked(flow)
        avoided = False if self.avoided is None else self.avoided(flow)  # of the flow itself, not of its ends
        return negate(all_of((through, negate(avoided))))

    def _seen(self, edge: int) -> Truth:
        return self.passed(edge) if self.passed is not None and edge >= 0 else False

    # ---- what is missing -----------------------------------------------------------------------------------------

    def asks(self, path: tuple[Step, ...]) -> Iterator[Ask]:
        """The facts that would tell whether the data takes each hop, and whether the path passes what it must."""
        moves = self._moves(Network.of(path))
        for place, step in enumerate(path):
            if moves is not None and moves(place) is None:
                yield self.thing(step.edge), "returns" if step.reverse else "carries"
        passing, passed = self.path.passing, self.passed
        if passing is None or passing.where is None or passed is None:
            return
        truths = [(number, passed(number)) for number in places_of(path)]
        if any(truth is True for _, truth in truths):
            return
        for number, truth in truths:
            if truth is None:
                yield from passing.where.missing(self.bind(passing, number))


def places_of(path: Iterable[Step]) -> Iterator[int]:
    """The numbers of a path's elements and flows, in its order; links are no things of their own."""
    for place, step in enumerate(path):
        if not place:
            yield step.source
        if step.edge >= 0:
            yield step.edge
        yield step.target
