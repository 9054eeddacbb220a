"""Which elements lead to which, for all elements at once."""

from collections.abc import Iterable, Mapping

import msgspec

from threatdsl.model.things import Thing


class Reach(msgspec.Struct, frozen=True):
    """What can be reached from each element, as one number an element: bit i stands for the element i."""

    elements: tuple[Thing, ...]
    numbers: Mapping[str, int]
    reached: tuple[int, ...]

    @staticmethod
    def over(elements: tuple[Thing, ...], steps: Iterable[tuple[str, str]]) -> "Reach":
        """The reach over steps between the elements."""
        numbers = {element.id: index for index, element in enumerate(elements)}
        after: list[set[int]] = [set() for _ in elements]
        for source, target in steps:
            after[numbers[source]].add(numbers[target])
        return Reach(elements, numbers, tuple(_closed(after)))

    def of(self, element: Thing) -> tuple[Thing, ...]:
        """The elements reached from one, itself left out, in order of declaration."""
        number = self.numbers[element.id]
        bits = self.reached[number] & ~(1 << number)
        found: list[Thing] = []
        while bits:
            lowest = bits & -bits
            found.append(self.elements[lowest.bit_length() - 1])
            bits ^= lowest
        return tuple(found)


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
