"""What guards say of a threat that applies: whether it is open, unassessed or mitigated."""

from collections.abc import Iterable

from threatdsl.rules import proof
from threatdsl.rules.account import Reasons, Verdict
from threatdsl.rules.binding import Binding
from threatdsl.rules.expressions import AnyOf, Expression
from threatdsl.rules.finding import Outcome, ProofStep
from threatdsl.rules.values import Truth

OPEN = Verdict(Outcome.OPEN)


def by_unless(unless: Expression, truth: Truth, binding: Binding) -> Verdict | None:
    """The verdict of an `unless` with that truth; None where all that would mitigate is meaningless there."""
    if truth is True:
        return mitigated(unless, binding, holds=True)
    if truth is False:
        return Verdict(Outcome.OPEN, lambda: Reasons(tuple(proof.steps("unless", unless, binding, wanted=False))))
    return Verdict(Outcome.UNASSESSED, lambda: unstated(((unless, binding),)))


def unstated(guards: Iterable[tuple[Expression, Binding]]) -> Reasons:
    """The reasons of a verdict that hangs on guards nobody stated."""
    found = tuple(guards)
    asks = dict.fromkeys(ask for expression, binding in found for ask in expression.missing(binding))
    steps: list[ProofStep] = []
    for expression, binding in found:
        for part in expression.parts if isinstance(expression, AnyOf) else ():
            steps += proof.steps("unless", part, binding, wanted=False)
        steps += proof.steps("but", expression, binding, wanted=None)
    return Reasons(tuple(steps), tuple(asks))


def mitigated(expression: Expression, binding: Binding, *, holds: bool) -> Verdict | None:
    """The controls that give an expression its truth; None when it has it only because they are meaningless there."""
    leaves = tuple(proof.control_leaves(expression, binding, wanted=holds))
    real = tuple((class_, guard) for _, class_, guard in leaves if guard.applicable)
    if leaves and not real:
        return None
    stated = tuple((class_, guard) for class_, guard in real if guard.value is True)
    controls = dict.fromkeys(guard.statements[0].by for _, guard in stated)
    classes = dict.fromkeys(class_ for class_, _ in stated)
    return Verdict(
        Outcome.MITIGATED,
        lambda: Reasons(tuple(proof.steps("unless", expression, binding, wanted=holds))),
        tuple(controls),
        tuple(classes),
    )
