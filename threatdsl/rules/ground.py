"""What a path rule searches: the model's flows or links as hops, and the truths of its clauses at elements and hops."""

from collections.abc import Iterator
from functools import cache

import msgspec

from threatdsl.model.graph import hops
from threatdsl.model.things import Flow, Thing
from threatdsl.rules.binding import Binding
from threatdsl.rules.evaluation import Observer, true_where
from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.finding import Hop, ProofStep
from threatdsl.rules.proof import steps
from threatdsl.rules.rule import CheckedRule, Domain, Path
from threatdsl.rules.search import Edge, Terrain, out_of_each
from threatdsl.rules.values import Listing, Truth, all_of, any_of, negate


class Ground(msgspec.Struct, frozen=True):
    """A path rule with its `for` bound."""

    rule: CheckedRule
    path: Path
    binding: Binding
    observe: Observer
    proofs: dict[tuple[str, str], tuple[ProofStep, ...]] = msgspec.field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """The facts of the model."""
        return self.binding.facts

    def thing(self, id_: str) -> Thing:
        """The thing of an id."""
        return self.facts.model.things[id_]

    def bind(self, domain: Domain, thing: Thing) -> Binding:
        """The binding in which a domain's condition is tested for a thing."""
        return self.binding.having(domain.variable, thing)

    def within(self, domain: Domain | None, thing: Thing) -> Truth:
        """Whether a clause names the thing: it is of the clause's kind and its condition holds."""
        if domain is None or not self.facts.model.vocabulary.is_a(thing.kind, domain.kind):
            return False
        truth = true_where(domain, self.bind(domain, thing))
        self.observe(self.rule.id, domain.clause, truth)
        return truth

    def proof_of(self, domain: Domain, thing: Thing) -> tuple[ProofStep, ...]:
        """Why a clause names a thing; the same for all paths from a source."""
        key = (domain.clause, thing.id)
        found = self.proofs.get(key)
        if found is None:
            where = () if domain.where is None else steps("where", domain.where, self.bind(domain, thing), wanted=True)
            found = self.proofs[key] = (ProofStep(domain.clause, thing.title, (thing.span,)), *where)
        return found

    def data(self) -> Thing | None:
        """The data whose movement is followed, None where calls or links are."""
        subject = self.rule.subject
        if subject is None or not self.facts.model.vocabulary.is_a(subject.kind, "data"):
            return None
        thing = self.binding.variables[subject.variable]
        return thing if isinstance(thing, Thing) else None

    def terrain(self) -> Terrain:
        """What the search walks."""
        path = self.path
        sources = {thing.id: self.within(path.source, thing) for thing in self.facts.of_kind(path.source.kind)}
        return Terrain(
            edges=out_of_each(self._flow_edges() if path.relation == "flow" else self._link_edges()),
            sources={id_: truth for id_, truth in sources.items() if truth is not False},
            sink=cache(lambda id_: self.within(path.sink, self.thing(id_))),
            blocked=cache(self._blocked),
            passed=cache(lambda id_: self.within(path.passing, self.thing(id_))) if path.passing is not None else None,
        )

    def _blocked(self, id_: str) -> Truth:
        """Whether a clause says that an element blocks. What an untrusted element claims of itself stops nobody."""
        trust = self.facts.model.graph.trust.get(id_)
        return False if trust is not None and trust.rank == 0 else self.within(self.path.avoiding, self.thing(id_))

    def _link_edges(self) -> Iterator[Edge]:
        relation = self.path.relation
        for source, target in sorted(self.facts.links.get(relation, ())):
            yield Edge(Hop(source, target, relation), moves=True, passes=True, seen=False)

    def _flow_edges(self) -> Iterator[Edge]:
        for flow in self._flows():
            forward, backward = self.moves(flow)
            passes = self.passes(flow)
            seen = self.within(self.path.passing, flow)
            for source, target in hops(flow):
                if forward is not False:
                    yield Edge(Hop(source, target, flow.id), forward, passes, seen)
                if backward is not False:
                    yield Edge(Hop(target, source, flow.id, reverse=True), backward, passes, seen)

    def _flows(self) -> tuple[Flow, ...]:
        """All flows by name; where data is followed, those that move it or may do so."""
        data = self.data()
        if data is None:
            return self.facts.flows_by_name
        sure = (
            flow for form in self.facts.forms_of_data[data.id] for flow in self.facts.flows_of_data.get(form.id, ())
        )
        return tuple(sorted({*sure, *self.facts.unsure_flows}, key=lambda flow: flow.id))

    def passes(self, flow: Thing) -> Truth:
        """Whether a hop is open: `through` names it and `avoiding` does not."""
        through = True if self.path.through is None else self.within(self.path.through, flow)
        return all_of((through, negate(self.within(self.path.avoiding, flow))))

    def moves(self, flow: Flow) -> tuple[Truth, Truth]:
        """Whether the `for` data goes with the call and comes back; without one, calls are followed."""
        data = self.data()
        if data is None:
            return True, False
        movement, family = self.facts.movements[flow.id], self.facts.forms_of_data[data.id]
        return _among(family, movement.carries), _among(family, movement.returns)

    def asks(self, path: tuple[Hop, ...]) -> Iterator[Ask]:
        """The facts that would tell whether the data takes each hop, and whether the path passes what it must."""
        for hop in path if self.data() is not None else ():
            flow = self.thing(hop.edge)
            assert isinstance(flow, Flow)  # data moves over flows
            if self.moves(flow)[hop.reverse] is None:
                yield flow, "returns" if hop.reverse else "carries"
        passing = self.path.passing
        if passing is None or passing.where is None:
            return
        things = self.facts.model.things
        places = [things[id_] for id_ in steps_of(path) if id_ in things]
        truths = [(place, self.within(passing, place)) for place in places]
        if any(truth is True for _, truth in truths):
            return
        for place, truth in truths:
            if truth is None:
                yield from passing.where.missing(self.bind(passing, place))


def steps_of(path: tuple[Hop, ...]) -> Iterator[str]:
    """The ids of a path's elements and flows, in its order; links are no things of their own."""
    yield path[0].source
    for hop in path:
        yield hop.edge
        yield hop.target


def _among(family: tuple[Thing, ...], listing: Listing) -> Truth:
    rest: Truth = False if listing.complete else None
    return any_of((*(item in family for item in listing.items), rest))
