"""What falls with each element, for all elements at once."""

from collections.abc import Mapping

import msgspec

from threatdsl.attack.paths import BlastRadius
from threatdsl.attack.shortest import all_moves
from threatdsl.attack.steps import Steps
from threatdsl.model.model import Model
from threatdsl.rules.reach import Reach

MOST = 100  # radii that are listed: a large model has one for nearly every element


class Blasts(msgspec.Struct, frozen=True):
    """The reach of takeovers, elements by number, and the data that the control of each element alone gives.

    `giving` has the same by data asset at stake: the elements whose control gives it, as bits.
    """

    names: tuple[str, ...]
    numbers: Mapping[str, int]
    reach: Reach
    own: tuple[frozenset[str], ...]
    steps: Steps
    giving: Mapping[str, int]

    @staticmethod
    def of(model: Model, steps: Steps) -> "Blasts":
        """The radii of all elements of a model."""
        names = tuple(sorted(element.id for element in model.elements))
        numbers = {id_: number for number, id_ in enumerate(names)}
        pairs = {(numbers[move.step.source], numbers[move.step.target]) for move in all_moves(steps)}
        own = tuple(steps.given(id_) for id_ in names)
        reach = Reach.over(tuple(range(len(names))), sorted(pairs))
        giving = {data: reach.bits(data in some for some in own) for data in steps.targets}
        return Blasts(names, numbers, reach, own, steps, giving)

    def radius(self, element: str) -> BlastRadius:
        """What falls with an element."""
        fallen = tuple(self.names[other] for other in self.reach.listed(self.numbers[element]))
        return BlastRadius(element, fallen, self._data(self.numbers[element]))

    def lost(self, element: str) -> tuple[str, ...]:
        """The data at stake that is lost with an element."""
        return self._data(self.numbers[element])

    def widest(self) -> tuple[BlastRadius, ...]:
        """The hundred widest radii with data to lose, entries left out: most data first, then most elements."""
        entries = frozenset(self.steps.entries)
        lost = {id_: self._data(number) for id_, number in self.numbers.items() if id_ not in entries}
        sizes = {id_: (-len(data), -self.reach.of(self.numbers[id_]).bit_count(), id_) for id_, data in lost.items()}
        ordered = sorted((id_ for id_, data in lost.items() if data), key=sizes.__getitem__)
        return tuple(self.radius(id_) for id_ in ordered[:MOST])

    def _data(self, number: int) -> tuple[str, ...]:
        fallen = self.reach.of(number) | 1 << number
        return tuple(data for data, bits in self.giving.items() if bits & fallen)
