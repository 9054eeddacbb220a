"""Which elements lead to which, for all elements at once."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import msgspec


class Reach(msgspec.Struct, frozen=True, dict=True):
    """What can be reached from each element, itself left out, as one number an element: bit i is the element i.

    `elements` are the elements' numbers in the model, `places` where each stands in `elements`.
    """

    elements: tuple[int, ...]
    places: dict[int, int]
    reached: tuple[int, ...]

    @staticmethod
    def over(elements: tuple[int, ...], steps: Iterable[tuple[int, int]]) -> "Reach":
        """The reach over steps between the elements."""
        places = {element: place for place, element in enumerate(elements)}
        after: list[set[int]] = [set() for _ in elements]
        for source, target in steps:
            after[places[source]].add(places[target])
        reached = _closed(after)
        return Reach(elements, places, tuple(bits & ~(1 << place) for place, bits in enumerate(reached)))

    def of(self, element: int) -> int:
        """What is reached from one, as bits."""
        return self.reached[self.places[element]]

    def listed(self, element: int) -> tuple[int, ...]:
        """The elements reached from one, in order of declaration."""
        bits = self.of(element)
        found: list[int] = []
        while bits:
            lowest = bits & -bits
            found.append(self.elements[lowest.bit_length() - 1])
            bits ^= lowest
        return tuple(found)

    def bits(self, chosen: Iterable[bool]) -> int:
        """The elements that are chosen, one truth for each, as bits."""
        digits = "".join("1" if truth else "0" for truth in chosen)
        return int(digits[::-1] or "0", 2)

    @cached_property
    def lists(self) -> Sequence[tuple[int, ...]]:
        """The elements reached from each, by number; worked out when asked for, as all together are too many."""
        return _Lists(self)


class _Lists(Sequence[tuple[int, ...]]):
    """The lists of a reach."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def __getitem__(self, number: int) -> tuple[int, ...]:  # type: ignore[override]  # slices are never asked for
        return self._reach.listed(number) if number in self._reach.places else ()

    def __len__(self) -> int:
        return len(self._reach.elements)


def _closed(after: list[set[int]]) -> list[int]:
    """The transitive closure, in passes to and fro: a long chain settles in few whichever way it was declared."""
    reached = [sum(1 << index for index in following) for following in after]
    order, changed = range(len(after)), True
    while changed:
        changed = False
        order = order[::-1]
        for number in order:
            bits = reached[number]
            for following in after[number]:
                bits |= reached[following]
            if bits != reached[number]:
                reached[number], changed = bits, True
    return reached
