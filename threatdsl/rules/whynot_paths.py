"""Why a path rule has no finding at a sink: no sink, no source, no way from one to the other, or what stands on it."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from threatdsl.model.things import Thing
from threatdsl.model.wording import a, noun
from threatdsl.rules import proof
from threatdsl.rules.analyse import analyse
from threatdsl.rules.expressions import Binding
from threatdsl.rules.facts import Facts
from threatdsl.rules.finding import Hop, ProofStep
from threatdsl.rules.rule import CheckedRule, Domain, Path, Texts
from threatdsl.rules.texts import Template, shown
from threatdsl.rules.values import Truth
from threatdsl.rules.whynot_clauses import MOST_STEPS, Reason, clause_fails, meaningless, wrong_kind

SILENT = Texts(Template(), Template(), Template(), Template())
ANYWHERE = "place"  # the kind of whatever a search can arrive at
MOST_REACHED = 8
Reached = Mapping[tuple[str, ...], tuple[Hop, ...]]


def failing_path(rule: CheckedRule, facts: Facts, elements: tuple[str, ...]) -> Iterator[Reason]:
    """The reason of a path rule at a sink: one for each thing of its `for`, when only the sink is named."""
    assert rule.path is not None  # only path rules come here
    trial = _Trial(rule, rule.path, facts)
    sink = facts.model.things[elements[-1]]
    if rule.subject is None:
        yield trial.reason(None, sink)
    elif len(elements) > 1:
        yield trial.reason(facts.model.things[elements[0]], sink)
    else:
        subjects = facts.things_of(rule.subject.kind)
        of_for = [thing for thing in subjects if trial.within(rule.subject, thing, {}) is not False]
        if not of_for:
            yield Reason(elements, "for", f"nothing in the model is what `for {rule.subject.kind}` asks for", ())
        for thing in of_for:
            yield trial.reason(thing, sink)


class _Trial(msgspec.Struct, frozen=True, dict=True):
    """A path rule that is tried with some of its clauses left out."""

    rule: CheckedRule
    path: Path
    facts: Facts

    def reason(self, subject: Thing | None, sink: Thing) -> Reason:
        """The first of the clauses that fails, in the order of for, reaches, from, the way, when."""
        elements = (subject.id, sink.id) if subject is not None else (sink.id,)
        seen: list[ProofStep] = []
        bound: dict[str, Thing] = {}
        for domain, thing in ((self.rule.subject, subject), (self.path.sink, sink)):
            if domain is not None and thing is not None:
                if self._fails(domain, thing, bound, seen):
                    return self._named(elements, domain, thing, seen)
                bound[domain.variable] = thing
        source = self.path.source
        sources = [t for t in self.facts.things_of(source.kind) if self.within(source, t, bound) is not False]
        if not [thing for thing in sources if thing is not sink]:
            return Reason(elements, "from", self._no_source(sources), (*seen, *self._candidates(bound)))
        seen += [ProofStep("from", shown(thing, self.facts.model), (thing.span,)) for thing in sources[:MOST_STEPS]]
        return self._of_way(elements, seen, bound)

    def _of_way(self, elements: tuple[str, ...], seen: list[ProofStep], bound: Mapping[str, Thing]) -> Reason:
        rule, sink = self.rule, bound[self.path.sink.variable]
        ways = _from(self.unguarded, elements)
        if sink.id not in ways:
            step = ProofStep("but", self._how_far(ways), (sink.span,))
            return Reason(elements, "path", f"no way leads to {shown(sink, self.facts.model)}", (*seen, step))
        if sink.id not in _from(self.passing, elements):
            step = ProofStep("but", "no way there passes what the rule asks for", (sink.span,))
            return Reason(elements, "passing", step.text, (*seen, step))
        binding = Binding(self.facts, bound)
        if rule.when is not None and clause_fails("when", rule.when, binding, seen):
            return Reason(elements, "when", seen[-1].text, tuple(seen))
        guards = tuple(self._guards(ways[sink.id], bound))
        if guards:
            return Reason(elements, "avoiding", guards[0].text, (*seen, *guards))
        return meaningless(rule.unless, binding, elements, seen)

    # ---- ends ----------------------------------------------------------------------------------------------------

    def within(self, domain: Domain, thing: Thing, bound: Mapping[str, Thing]) -> Truth:
        """Whether a clause names the thing."""
        if not self.facts.model.vocabulary.is_a(thing.kind, domain.kind):
            return False
        binding = Binding(self.facts, {**bound, domain.variable: thing})
        return True if domain.where is None else domain.where.truth(binding)

    def _fails(self, domain: Domain, thing: Thing, bound: Mapping[str, Thing], seen: list[ProofStep]) -> bool:
        seen.append(ProofStep(domain.clause, shown(thing, self.facts.model), (thing.span,)))
        if not self.facts.model.vocabulary.is_a(thing.kind, domain.kind):
            return True
        binding = Binding(self.facts, {**bound, domain.variable: thing})
        return domain.where is not None and clause_fails("where", domain.where, binding, seen)

    def _named(self, elements: tuple[str, ...], domain: Domain, thing: Thing, seen: list[ProofStep]) -> Reason:
        right = self.facts.model.vocabulary.is_a(thing.kind, domain.kind)
        text = seen[-1].text if right else wrong_kind(thing, domain, self.facts)
        return Reason(elements, domain.clause, text, tuple(seen))

    def _no_source(self, sources: list[Thing]) -> str:
        if sources:
            return f"{shown(sources[0], self.facts.model)} is the only source, and it does not reach itself"
        kind = self.path.source.kind
        if not self.facts.things_of(kind):
            return f"a way begins at {a(noun(kind))}, and the model has none"
        return f"a way begins at {a(noun(kind))}, and none is what `from` asks for"

    def _candidates(self, bound: Mapping[str, Thing]) -> Iterator[ProofStep]:
        """Why the first things that could be sources are none."""
        where = self.path.source.where
        for thing in self.facts.things_of(self.path.source.kind)[:MOST_STEPS]:
            binding = Binding(self.facts, {**bound, self.path.source.variable: thing})
            if where is not None and where.truth(binding) is False:
                yield ProofStep("from", shown(thing, self.facts.model), (thing.span,))
                yield from tuple(proof.steps("but", where, binding, wanted=False))[:1]

    # ---- ways ----------------------------------------------------------------------------------------------------

    @cached_property
    def unguarded(self) -> Reached:
        """Every place that a source can lead to, whatever guards the way, with the way; empty where only possible."""
        return self._reached(msgspec.structs.replace(self._unblocked, passing=None))

    @cached_property
    def passing(self) -> Reached:
        """The same by ways that pass what they must."""
        return self._reached(self._unblocked)

    @property
    def _unblocked(self) -> Path:
        """The search to anywhere, whatever stands in the way."""
        anywhere = msgspec.structs.replace(self.path.sink, kind=ANYWHERE, where=None)
        return msgspec.structs.replace(self.path, sink=anywhere, avoiding=None, through=None)

    def _reached(self, path: Path) -> Reached:
        rule = msgspec.structs.replace(self.rule, path=path, when=None, unless=None, texts=SILENT)
        model = self.facts.model
        analysis = analyse(model, (rule,))
        possible = (elements for question in analysis.questions for _, elements in question.findings)
        sure = {finding.elements: finding.path for finding in analysis.findings if finding.rule.id == rule.id}
        return {**dict.fromkeys(possible, ()), **sure}

    def _how_far(self, ways: Mapping[str, tuple[Hop, ...]]) -> str:
        """What can be reached at all, the nearest first."""
        things = self.facts.model.things
        names = [shown(things[id_], self.facts.model) for id_ in sorted(ways, key=lambda id_: (len(ways[id_]), id_))]
        if not names:
            return "nothing leads on from there"
        rest = len(names) - MOST_REACHED
        return f"from there it gets to {', '.join(names[:MOST_REACHED])}" + (
            f" and {rest} more" if rest > 0 else " only"
        )

    def _guards(self, way: tuple[Hop, ...], bound: Mapping[str, Thing]) -> Iterator[ProofStep]:
        """What blocks a way: where `avoiding` holds, where `through` does not."""
        places = dict.fromkeys(id_ for hop in way for id_ in (hop.source, hop.edge, hop.target))
        for id_ in places:
            thing = self.facts.model.things.get(id_)
            for domain, blocks in ((self.path.avoiding, True), (self.path.through, False)):
                if thing is None or domain is None or domain.where is None:
                    continue
                if self.facts.model.vocabulary.is_a(thing.kind, domain.kind):
                    binding = Binding(self.facts, {**bound, domain.variable: thing})
                    yield from proof.steps("but", domain.where, binding, wanted=blocks)


def _from(reached: Reached, elements: tuple[str, ...]) -> Mapping[str, tuple[Hop, ...]]:
    """The ways to each place, of the thing of the `for` that the elements begin with."""
    return {found[-1]: way for found, way in reached.items() if found[:-1] == elements[:-1]}
