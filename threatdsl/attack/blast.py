"""What falls with each element, for all elements at once."""

from collections.abc import Mapping

import msgspec

from threatdsl.attack.paths import BlastRadius
from threatdsl.attack.shortest import all_moves
from threatdsl.attack.steps import Steps
from threatdsl.model.model import Model
from threatdsl.rules.reach import Reach

MOST = 100  # radii that are listed


class Blasts(msgspec.Struct, frozen=True):
    """The reach of takeovers, elements by number, and the data that the control of each element alone gives."""

    names: tuple[str, ...]
    numbers: Mapping[str, int]
    reach: Reach
    own: tuple[frozenset[str], ...]
    steps: Steps

    @staticmethod
    def of(model: Model, steps: Steps) -> "Blasts":
        """The radii of all elements of a model."""
        names = tuple(sorted(element.id for element in model.elements))
        numbers = {id_: number for number, id_ in enumerate(names)}
        pairs = {(numbers[move.step.source], numbers[move.step.target]) for move in all_moves(steps)}
        own = tuple(
            steps.kept.get(id_, frozenset()).union(*(data for _, data in steps.reads.get(id_, ()))) for id_ in names
        )
        return Blasts(names, numbers, Reach.over(tuple(range(len(names))), sorted(pairs)), own, steps)

    def radius(self, element: str) -> BlastRadius:
        """What falls with an element."""
        number = self.numbers[element]
        fallen = self.reach.listed(number)
        data = self.own[number].union(*(self.own[other] for other in fallen))
        elements = tuple(self.names[other] for other in fallen)
        return BlastRadius(element, elements, tuple(id_ for id_ in self.steps.targets if id_ in data))

    def widest(self) -> tuple[BlastRadius, ...]:
        """The radii of elements with data to lose, entries left out: most data first, then most elements."""
        entries = frozenset(self.steps.entries)
        sizes = [(self.reach.of(number).bit_count(), id_) for id_, number in self.numbers.items() if id_ not in entries]
        nearest = sorted(sizes, key=lambda size: (-size[0], size[1]))[: 10 * MOST]
        radii = [radius for _, id_ in nearest if (radius := self.radius(id_)).data]
        return tuple(sorted(radii, key=lambda found: (-len(found.data), -len(found.elements), found.element))[:MOST])
