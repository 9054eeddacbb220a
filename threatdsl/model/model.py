"""The typed model: one immutable value, which all later rooms read."""

from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.model.graph import Graph
from threatdsl.model.scope import BoundRule
from threatdsl.model.things import Decision, Derived, Flow, Refutation, Switch, Thing
from threatdsl.model.vocabulary import Vocabulary


class Model(msgspec.Struct, frozen=True):
    """A checked file with all that it imports.

    `things` are all declared things by id, flows included, in the order of the files and of declaration. `head` is the
    `model` statement. `digest` is the SHA-256 (hex) of the meaning: formatting and comments do not change it.
    `refutations` are what evidence says against control classes, `derived` what infrastructure shows of them. `former`
    are the names that things had (`was`), the oldest of each first, with the ids they have now; unnamed flows follow
    the elements at their ends.
    """

    head: Thing
    file: str
    vocabulary: Vocabulary
    things: Mapping[str, Thing]
    decisions: tuple[Decision, ...]
    switches: tuple[Switch, ...]
    rules: tuple[BoundRule, ...]
    graph: Graph
    digest: str
    refutations: tuple[Refutation, ...] = ()
    former: Mapping[str, str] = {}
    derived: tuple[Derived, ...] = ()

    def of_kind(self, kind: str) -> Iterator[Thing]:
        """All things of a kind or of what is that kind, in order of declaration."""
        is_a = self.vocabulary.is_a
        return (thing for thing in self.things.values() if is_a(thing.kind, kind))

    @property
    def elements(self) -> tuple[Thing, ...]:
        """External entities, processes and data stores, in order of declaration."""
        return tuple(self.of_kind("element"))

    @property
    def flows(self) -> tuple[Flow, ...]:
        """All data flows, in order of declaration."""
        return tuple(thing for thing in self.things.values() if isinstance(thing, Flow))

    @property
    def boundaries(self) -> tuple[Thing, ...]:
        """All trust boundaries, in order of declaration; an outer one comes before what it holds."""
        return tuple(self.of_kind("boundary"))

    @property
    def data(self) -> tuple[Thing, ...]:
        """All data assets, in order of declaration."""
        return tuple(self.of_kind("data"))
