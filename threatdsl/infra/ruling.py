"""What the facts of one place say of control classes."""

from collections.abc import Iterable, Iterator

import msgspec

from threatdsl.infra.infrastructure import Fact, Known


class Ruling(msgspec.Struct, frozen=True):
    """Whether a class is there: None where facts are silent or unresolved. `deciding` are the facts that make it so."""

    control_class: str
    holds: bool | None
    deciding: tuple[Fact, ...]

    @property
    def why(self) -> str:
        """The deciding facts in words, each once."""
        return "; ".join(dict.fromkeys(in_words(fact) for fact in self.deciding))


def rulings(facts: Iterable[Fact]) -> Iterator[Ruling]:
    """One ruling a class, by name: there only if all its facts are safe, absent if one is not."""
    by_class: dict[str, list[Fact]] = {}
    for fact in facts:
        for class_ in fact.classes:
            by_class.setdefault(class_, []).append(fact)
    for class_, said in sorted(by_class.items()):
        in_order = sorted(said, key=lambda fact: (fact.span, fact.name))
        unsafe = tuple(fact for fact in in_order if fact.safe is False)
        unknown = tuple(fact for fact in in_order if fact.safe is None)
        holds = False if unsafe else None if unknown else True
        yield Ruling(class_, holds, unsafe or unknown or tuple(in_order))


def in_words(fact: Fact) -> str:
    """A fact in words: `privileged is true`, `encrypted is false by default: RDS does not encrypt unless told`."""
    default = " by default" if fact.known is Known.DEFAULT else ""
    why = f": {fact.why}" if fact.why else ""
    return f"{fact.name} is {fact.value}{default}{why}"
