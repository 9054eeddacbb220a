"""Which control classes a statement names."""

from collections.abc import Mapping

from threatdsl.model.things import ControlRef, Fact, Thing


def classes_of(fact: Fact, things: Mapping[str, Thing]) -> tuple[str, ...]:
    """The classes that a `controls`, `optional`, `planned`, `lacks` or `not-applicable` speaks of, as written."""
    items = fact.value if isinstance(fact.value, tuple) else ()
    found: list[str] = []
    for item in items:
        found += _classes(item, things) if isinstance(item, ControlRef) else [str(item)]
    return tuple(found)


def _classes(ref: ControlRef, things: Mapping[str, Thing]) -> list[str]:
    return [ref.id] if ref.anonymous else [str(class_) for class_ in things[ref.id].items("class")]
