"""What a path rule says: sources, sinks, hops and guards of the model, searched."""

from collections.abc import Iterator
from functools import cache

import msgspec

from threatdsl.model.graph import hops
from threatdsl.model.things import Flow, Ref, Thing
from threatdsl.rules import proof
from threatdsl.rules.attributes import Ask, carried, returned
from threatdsl.rules.evaluation import (
    Asked,
    Observer,
    Verdict,
    finding,
    ignore,
    judge,
    mitigated,
    stake_of,
    true_where,
)
from threatdsl.rules.expressions import Binding, Expression, Facts
from threatdsl.rules.finding import Finding, Hop, Outcome, ProofStep
from threatdsl.rules.rule import CheckedRule, Domain, Path
from threatdsl.rules.search import MITIGATED, OPEN, QUESTION, UNASSESSED, Edge, Terrain, reach
from threatdsl.rules.texts import shown
from threatdsl.rules.values import Listing, Truth, all_of, any_of, negate

LEVELS = ((OPEN, Outcome.OPEN), (UNASSESSED, Outcome.UNASSESSED), (QUESTION, Outcome.QUESTION), (MITIGATED, Outcome.MITIGATED))


def evaluate_path(rule: CheckedRule, facts: Facts, observe: Observer = ignore) -> Iterator[Finding | Asked]:
    """Findings and questions of a path rule, for each thing of its `for`."""
    assert rule.path is not None  # only path rules come here
    if rule.subject is None:
        yield from _PathEvaluation(rule, rule.path, Binding(facts, {}), True, observe).run()
        return
    for thing in facts.model.of_kind(rule.subject.kind):
        binding = Binding(facts, {rule.subject.variable: thing})
        applies = true_where(rule.subject, binding)
        observe(rule.id, "for", applies)
        if applies is not False:
            yield from _PathEvaluation(rule, rule.path, binding, applies, observe).run()


class _PathEvaluation(msgspec.Struct, frozen=True):
    """One search: a path rule with its `for` bound."""

    rule: CheckedRule
    path: Path
    binding: Binding
    applies: Truth
    observe: Observer

    def run(self) -> Iterator[Finding | Asked]:
        terrain = self._terrain()
        done: set[str] = set()
        for allowance, outcome in LEVELS:
            for sink, path in reach(terrain, allowance):
                if sink in done:
                    continue
                done.add(sink)
                found = self._found(sink, path, outcome)
                if found is not None:
                    yield found

    # ---- the terrain ---------------------------------------------------------------------------------------------

    def _terrain(self) -> Terrain:
        path = self.path
        model = self.binding.facts.model
        sink = cache(lambda id_: self._observed("reaches", path.sink, model.things[id_]))
        avoiding, passing = path.avoiding, path.passing
        blocked = cache(lambda id_: self._in_domain("avoiding", avoiding, model.things[id_]))
        passed = cache(lambda id_: self._in_domain("passing", passing, model.things[id_]))
        sources = {
            thing.id: self._observed("from", path.source, thing) for thing in model.of_kind(path.source.kind)
        }
        return Terrain(
            edges=self._edges(),
            sources={id_: truth for id_, truth in sources.items() if truth is not False},
            sink=sink,
            blocked=blocked,
            passed=passed if passing is not None else None,
        )

    def _bind(self, domain: Domain, thing: Thing) -> Binding:
        return self.binding.having(domain.variable, thing)

    def _observed(self, clause: str, domain: Domain, thing: Thing) -> Truth:
        if not self.binding.facts.model.vocabulary.is_a(thing.kind, domain.kind):
            return False
        truth = true_where(domain, self._bind(domain, thing))
        self.observe(self.rule.id, clause, truth)
        return truth

    def _in_domain(self, clause: str, domain: Domain | None, thing: Thing) -> Truth:
        return False if domain is None else self._observed(clause, domain, thing)

    def _edges(self) -> dict[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = {}
        for edge in self._relation_edges() if self.path.relation != "flow" else self._flow_edges():
            found.setdefault(edge.hop.source, []).append(edge)
        return {source: tuple(edges) for source, edges in found.items()}

    def _relation_edges(self) -> Iterator[Edge]:
        model = self.binding.facts.model
        for thing in model.things.values():
            for name, fact in thing.facts.items():
                definition = model.vocabulary.kinds[thing.kind].properties[name]
                if definition.relation != self.path.relation:
                    continue
                for ref in fact.value if isinstance(fact.value, tuple) else (fact.value,):
                    if isinstance(ref, Ref):
                        yield Edge(Hop(thing.id, ref.id, self.path.relation), moves=True, passes=True, seen=False)

    def _flow_edges(self) -> Iterator[Edge]:
        for flow in self.binding.facts.model.flows:
            passes = True if self.path.through is None else self._in_domain("through", self.path.through, flow)
            passing = self.path.passing
            seen = self._in_domain("passing", passing, flow) if passing is not None and passing.kind == "flow" else False
            steps = hops(flow)
            forward, backward = self._moves(flow)
            for source, target in steps if forward is not False else ():
                yield Edge(Hop(source, target, flow.id), forward, passes, seen)
            for source, target in reversed(steps) if backward is not False else ():
                yield Edge(Hop(target, source, flow.id, reverse=True), backward, passes, seen)

    def _moves(self, flow: Flow) -> tuple[Truth, Truth]:
        """Whether the `for` data goes with the call and comes back; without one, calls are followed."""
        model = self.binding.facts.model
        data = self._data()
        if data is None:
            return True, False
        forms = _forms(model.data, data)
        return _among(forms, carried(model, flow)), _among(forms, returned(model, flow))

    def _data(self) -> Thing | None:
        subject = self.rule.subject
        if subject is None or not self.binding.facts.model.vocabulary.is_a(subject.kind, "data"):
            return None
        thing = self.binding.variables[subject.variable]
        return thing if isinstance(thing, Thing) else None

    # ---- the outcome ---------------------------------------------------------------------------------------------

    def _found(self, sink_id: str, path: tuple[Hop, ...], outcome: Outcome) -> Finding | Asked | None:
        model, rule = self.binding.facts.model, self.rule
        sink, source = model.things[sink_id], model.things[path[0].source]
        ends = self.binding.having(self.path.sink.variable, sink)
        elements = (*(v for v in self.binding.variables.values() if isinstance(v, Thing)), sink)
        id_ = f"{rule.id}@{','.join(thing.id for thing in elements)}"
        when: Truth = True
        if rule.when is not None:
            when = rule.when.truth(ends)
            self.observe(rule.id, "when", when)
        applies = all_of((self.applies, when))
        if applies is False:
            return None
        if applies is None or outcome is Outcome.QUESTION:
            return Asked(id_, tuple(dict.fromkeys(self._asks(path, source, ends))))
        verdict = self._verdict(path, outcome)
        if verdict is not None and rule.unless is not None and outcome is not Outcome.MITIGATED:
            by_unless = judge(rule, ends, self.observe)
            verdict = by_unless if by_unless is None or by_unless.outcome is not Outcome.OPEN else verdict
        if verdict is None:
            return None
        data = self._data()
        stake = (data.id,) if data is not None else stake_of(sink, self.binding.facts)
        all_ends = ends.having(self.path.source.variable, source)
        return finding(rule, elements, all_ends, verdict, stake=stake, path=path, path_steps=tuple(self._steps(path, all_ends)))

    def _verdict(self, path: tuple[Hop, ...], outcome: Outcome) -> Verdict | None:
        if outcome is Outcome.OPEN:
            return Verdict(Outcome.OPEN)
        if outcome is Outcome.MITIGATED:
            return next((v for e, b in self._guards(path, True) if (v := mitigated(e, b)) is not None), None)
        unstated: dict[str, None] = {}
        steps: list[ProofStep] = []
        for expression, binding in self._guards(path, None):
            for place, class_, _ in proof.control_leaves(expression, binding, None):
                unstated[f"{class_} on {shown(place, binding.facts.model)}"] = None
            steps += proof.steps("but", expression, binding, None)
        return Verdict(Outcome.UNASSESSED, unstated=tuple(unstated), steps=tuple(steps))

    def _guards(self, path: tuple[Hop, ...], wanted: Truth) -> Iterator[tuple[Expression, Binding]]:
        """The guards on a path with that truth, in its order: of `avoiding` at elements, of `through` at hops."""
        model = self.binding.facts.model
        avoiding, through = self.path.avoiding, self.path.through
        for element in (path[0].source, *(hop.target for hop in path)):
            thing = model.things[element]
            if avoiding is not None and self._in_domain("avoiding", avoiding, thing) is wanted and avoiding.where is not None:
                yield avoiding.where, self._bind(avoiding, thing)
        for hop in path if through is not None and through.where is not None else ():
            assert through is not None  # the loop is empty otherwise
            assert through.where is not None  # the loop is empty otherwise
            flow = model.things[hop.edge]
            if self._in_domain("through", through, flow) is negate(wanted):
                yield through.where, self._bind(through, flow)

    def _steps(self, path: tuple[Hop, ...], ends: Binding) -> Iterator[ProofStep]:
        model = self.binding.facts.model
        for clause, domain in (("from", self.path.source), ("reaches", self.path.sink)):
            thing = ends.variables[domain.variable]
            assert isinstance(thing, Thing)  # bound by the search
            yield ProofStep(clause, thing.title, (thing.span,))
            if domain.where is not None:
                yield from proof.steps("and", domain.where, self._bind(domain, thing), True)
        for hop in path:
            edge = model.things.get(hop.edge)
            how = "answers" if hop.reverse else "calls" if edge is not None else hop.edge
            text = f"{model.things[hop.source].title} {how} {model.things[hop.target].title}"
            yield ProofStep("path", text, (edge.span,) if edge is not None else ())

    def _asks(self, path: tuple[Hop, ...], source: Thing, ends: Binding) -> Iterator[Ask]:
        """The facts that would tell whether the path is there."""
        model, data = self.binding.facts.model, self._data()
        subject = self.rule.subject
        domains = [(self.path.source, source), (self.path.sink, model.things[path[-1].target])]
        if subject is not None and isinstance(thing := self.binding.variables[subject.variable], Thing):
            domains.append((subject, thing))
        for domain, thing in domains:
            inner = self._bind(domain, thing)
            if domain.where is not None and domain.where.truth(inner) is None:
                yield from domain.where.missing(inner)
        if self.rule.when is not None and self.rule.when.truth(ends) is None:
            yield from self.rule.when.missing(ends)
        for hop in path if data is not None else ():
            flow = model.things[hop.edge]
            assert isinstance(flow, Flow)  # data moves over flows
            assert data is not None  # the loop is empty otherwise
            half = returned(model, flow) if hop.reverse else carried(model, flow)
            if _among(_forms(model.data, data), half) is None:
                yield flow, "returns" if hop.reverse else "carries"


def _forms(all_data: tuple[Thing, ...], data: Thing) -> tuple[Thing, ...]:
    """The sealed and the clear form of a data asset are one for searches."""
    whole = data.value("form-of")
    family = {data.id, *([whole.id] if isinstance(whole, Ref) else ())}
    return tuple(d for d in all_data if d.id in family or d.value("form-of") in [Ref(id_) for id_ in family])


def _among(forms: tuple[Thing, ...], listing: Listing) -> Truth:
    rest: Truth = False if listing.complete else None
    return any_of((*(item in forms for item in listing.items), rest))
