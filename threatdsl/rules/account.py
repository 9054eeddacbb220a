"""What a rule tells of a finding: its sentences and its proof, worked out when somebody asks."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import msgspec

from threatdsl.model.things import Thing
from threatdsl.rules import proof
from threatdsl.rules.binding import Binding
from threatdsl.rules.expressions import AllOf, AnyOf, Expression, Negation, Quantifier
from threatdsl.rules.facts import Ask
from threatdsl.rules.finding import Hop, Outcome, ProofStep
from threatdsl.rules.remarks import Remarks, remarks
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.texts import by_name, shown
from threatdsl.rules.values import Value


class Reasons(msgspec.Struct, frozen=True):
    """Why it came out so, and the facts nobody stated that would tell whether it is mitigated."""

    steps: tuple[ProofStep, ...] = ()
    unstated: tuple[Ask, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """How an `unless` or a guarded path came out: the controls and classes that hold, and the reasons."""

    outcome: Outcome
    reasons: Callable[[], Reasons] = Reasons
    controls: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


class Way(msgspec.Struct, frozen=True):
    """The path of a finding, its hops and its lines in the proof; none for a rule without one."""

    hops: Callable[[], tuple[Hop, ...]] = tuple
    steps: Callable[[], Iterable[ProofStep]] = tuple


NO_WAY = Way()


class Witnessed(msgspec.Struct, frozen=True, dict=True, eq=False):
    """The account of a rule's finding. `binding` holds the elements that witness it."""

    rule: CheckedRule
    binding: Binding
    verdict: Verdict
    way: Way

    @cached_property
    def reasons(self) -> Reasons:
        """Why it came out so."""
        return self.verdict.reasons()

    @cached_property
    def path(self) -> tuple[Hop, ...]:
        """The way from the source to the sink."""
        return self.way.hops()

    @property
    def unstated(self) -> tuple[tuple[str, str], ...]:
        """The controls nobody stated, at their places."""
        return tuple((thing.id, class_) for thing, class_ in self.reasons.unstated)

    @cached_property
    def message(self) -> str:
        """The rule's sentence for the outcome, and what is not stated."""
        texts, mitigated = self.rule.texts, self.verdict.outcome is Outcome.MITIGATED
        template = texts.mitigated if mitigated and texts.mitigated.parts else texts.message
        sentence = template.fill(self.binding, self._control, self._witnesses)
        return ". ".join((sentence, *self._remarks.sentences))

    @cached_property
    def fix(self) -> str:
        """To enforce what is optional, else what the rule says."""
        return self._remarks.fix or self.rule.texts.fix.fill(self.binding, self._control, self._witnesses)

    @cached_property
    def proof(self) -> tuple[ProofStep, ...]:
        """The clauses that held, in the order of the rule."""
        return tuple(self._proof())

    @property
    def _control(self) -> str:
        return ", ".join(self.verdict.controls) or "a control"

    @cached_property
    def _remarks(self) -> Remarks:
        return remarks(self.reasons.unstated, self.binding.facts)

    @cached_property
    def _witnesses(self) -> dict[str, tuple[Value, ...]]:
        conditions = (self.rule.when, self.rule.unless)
        return {name: w for e in conditions if e is not None for name, w in witnesses_of(e, self.binding)}

    def _proof(self) -> Iterator[ProofStep]:
        rule, binding = self.rule, self.binding
        if rule.subject is not None:
            thing = binding.variables[rule.subject.variable]
            assert isinstance(thing, Thing)  # bound by the evaluation
            yield ProofStep("for", shown(thing, binding.facts.model), (thing.span,))
            if rule.subject.where is not None:
                yield from proof.steps("where", rule.subject.where, binding, wanted=True)
        yield from self.way.steps()
        if rule.when is not None:
            yield from proof.steps("when", rule.when, binding, wanted=True)
        yield from self.reasons.steps
        yield ProofStep("so", self.verdict.outcome.value)


def witnesses_of(expression: Expression, binding: Binding) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """The witnesses of the quantifiers in an expression, by variable; of nested ones under the first outer witness."""
    if isinstance(expression, AllOf | AnyOf):
        for part in expression.parts:
            yield from witnesses_of(part, binding)
    elif isinstance(expression, Negation):
        yield from witnesses_of(expression.part, binding)
    elif isinstance(expression, Quantifier):
        found = by_name(expression.deciding(binding), binding.facts.model)
        yield expression.variable, found
        if expression.where is not None and found:
            yield from witnesses_of(expression.where, binding.having(expression.variable, found[0]))
