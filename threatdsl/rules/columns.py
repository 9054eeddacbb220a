"""What rules read, as columns over all things of a model: the form in which generated functions compute.

Things are numbered in order of declaration. In a column a thing is its number, a word of a scale its rank, any other
word its text, and unknown is None.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from threatdsl.model.model import Model
from threatdsl.model.things import UNKNOWN, ControlRef, Fact, Ref, Scalar, Thing, Word
from threatdsl.model.values import FIXED_WORDS
from threatdsl.model.vocabulary import PropertyDefinition, ValueType
from threatdsl.rules.values import Listing, Value

Code = Any  # a number, a rank, a text, a truth, a date or a time span
OPEN_LISTS = ("controls", "planned")


class Column(msgspec.Struct, frozen=True):
    """One attribute of all things, by their numbers.

    `values` holds None where nothing is known; of a list attribute tuples, and `complete` 1 where a tuple is all.
    """

    values: Sequence[Code]
    complete: bytes | None = None


class Numbering(msgspec.Struct, frozen=True):
    """The things of a model by number, and the numbers by id."""

    model: Model
    things: tuple[Thing, ...]
    numbers: dict[str, int]

    @staticmethod
    def of(model: Model) -> "Numbering":
        """Number the things of a model in order of declaration."""
        return Numbering(model, tuple(model.things.values()), {id_: n for n, id_ in enumerate(model.things)})

    def code(self, value: Scalar) -> Code:
        """A stated value as columns hold it."""
        if isinstance(value, Ref):
            return self.numbers[value.id]
        if isinstance(value, Word):
            return value.text if value.rank is None else value.rank
        if isinstance(value, ControlRef):
            return value.id if value.anonymous else self.numbers[value.id]
        return value

    def codes(self, fact: Fact) -> tuple[Code, ...] | None:
        """The items of a stated list, None where it is written as unknown."""
        value = fact.value
        return tuple([self.code(item) for item in value]) if isinstance(value, tuple) else None

    def shown(self, type_: ValueType, code: Code) -> Value:
        """What a code of a type stands for."""
        if code is None:
            return None
        name, vocabulary = type_.name, self.model.vocabulary
        if name in vocabulary.scales:
            return Word(name, vocabulary.scales[name].order[code], code)
        if name == "level":
            return Word(name, FIXED_WORDS[name][code], code)
        if name in vocabulary.enumerations or name in FIXED_WORDS:
            return Word(name, code, None)
        if name in vocabulary.kinds and isinstance(code, int):
            return self.things[code]
        found: Value = code
        return found

    def value(self, column: Column, type_: ValueType, number: int) -> Value:
        """What a column says of a thing."""
        if column.complete is None:
            return self.shown(type_, column.values[number])
        items = tuple(self.shown(type_, code) for code in column.values[number])
        return Listing(items, bool(column.complete[number]))  # type: ignore[arg-type]  # a listed item is never unknown


class Draft:
    """A column that is being filled, of which nothing is known yet."""

    def __init__(self, things: int, *, listed: bool) -> None:
        """A draft for as many things as there are."""
        self.values: list[Code] = [() if listed else None] * things
        self.complete = bytearray(things)
        self._listed = listed

    def column(self) -> Column:
        """What has been filled in."""
        return Column(tuple(self.values), bytes(self.complete) if self._listed else None)


def declared(numbering: Numbering, definition: PropertyDefinition, having: tuple[int, ...]) -> Column:
    """The column of a declared property of the things `having`: what each, or the boundary around it, states."""
    listed = definition.type.listed
    draft = Draft(len(numbering.things), listed=listed)
    name, boundaries, things = definition.name, numbering.model.graph.boundaries, numbering.model.things
    complete = name not in OPEN_LISTS
    for number in having:
        thing = numbering.things[number]
        fact = thing.facts.get(name)
        if fact is None and definition.inherits:
            around = (things[id_].facts.get(name) for id_ in boundaries[thing.id])
            fact = next((found for found in around if found is not None), None)
        if fact is None or fact.value is UNKNOWN:
            continue
        if not listed and not isinstance(fact.value, tuple):
            draft.values[number] = numbering.code(fact.value)
        elif listed and (items := numbering.codes(fact)) is not None:
            draft.values[number], draft.complete[number] = items, complete
    return draft.column()
