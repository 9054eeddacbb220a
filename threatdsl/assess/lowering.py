"""By how much control classes lower a likelihood or an impact."""

from collections.abc import Callable, Iterable
from enum import StrEnum

import msgspec

from threatdsl.model.vocabulary import ControlClass


class Credit(StrEnum):
    """How much of what a class lowers is believed: all, half of it rounded down, nothing."""

    FULL = "full"
    HALF = "half"
    NONE = "none"

    def of(self, steps: int) -> int:
        """What it leaves of a number of steps."""
        return {Credit.FULL: steps, Credit.HALF: steps // 2, Credit.NONE: 0}[self]


def full(class_: ControlClass) -> Credit:
    """The credit of a class whose statement is taken at its word."""
    del class_
    return Credit.FULL


class _Layer(msgspec.Struct, frozen=True):
    """What a layer lowers when it comes first, and when it comes after another, each with the class that does."""

    first: tuple[int, str]
    further: tuple[int, str]


def lowerings(
    classes: Iterable[ControlClass], what: str, credit: Callable[[ControlClass], Credit]
) -> tuple[tuple[int, str], ...]:
    """The steps by which classes lower `what`, each with its class: the best of one layer, one more for each further.

    The layer that gains most by coming first does, so that a class more or a better credit never lowers less.
    """
    by_layer: dict[str, list[ControlClass]] = {}
    for class_ in classes:
        if class_.lowers == what:
            by_layer.setdefault(class_.layer, []).append(class_)
    layers = sorted(
        (_layer(some, credit) for some in by_layer.values()),
        key=lambda layer: (layer.further[0] - layer.first[0], -layer.first[0], layer.first[1]),
    )
    steps = [layer.further if number else layer.first for number, layer in enumerate(layers)]
    return tuple((step, name) for step, name in steps if step)


def _layer(classes: Iterable[ControlClass], credit: Callable[[ControlClass], Credit]) -> _Layer:
    known = sorted(classes, key=lambda class_: (-class_.steps, class_.name))
    first = max(known, key=lambda class_: credit(class_).of(class_.steps))
    further = max(known, key=lambda class_: credit(class_).of(1))
    return _Layer((credit(first).of(first.steps), first.name), (credit(further).of(1), further.name))
