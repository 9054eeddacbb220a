"""The digest of a model: what the team's files mean, whatever their layout."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec

from threatdsl.model.scope import BoundRule
from threatdsl.model.things import Decision, Flow, Switch, Thing
from threatdsl.model.vocabulary import Vocabulary


def digest(
    things: Iterable[Thing],
    decided: Iterable[Decision | Switch],
    rules: Iterable[BoundRule],
    vocabulary: Vocabulary,
    core: frozenset[str],
) -> str:
    """SHA-256 (hex) of all that files outside `core` say: layout, comments, order, line numbers do not matter."""
    lines = [thing_meaning(thing) for thing in things if thing.span.file not in core]
    lines += [repr(meaning(item)) for item in decided]
    lines += [repr(meaning(rule.node)) for rule in rules if rule.scope.file not in core]
    for table in (
        vocabulary.kinds,
        vocabulary.scales,
        vocabulary.enumerations,
        vocabulary.classes,
        vocabulary.protocols,
        vocabulary.relations,
    ):
        lines += [repr(meaning(word)) for word in table.values() if word.span.file not in core]
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def thing_meaning(thing: Thing) -> str:
    """What a declared thing says, without its places and in an order that does not depend on the layout."""
    ends = (thing.source, thing.target) if isinstance(thing, Flow) else ()
    facts = sorted((name, repr(fact.value)) for name, fact in thing.facts.items())
    return repr((thing.id, thing.kind, thing.title, thing.parent, ends, facts))


def meaning(value: object) -> object:
    """The value without its places, and in an order that is the same on every machine."""
    if isinstance(value, msgspec.Struct):
        fields = ((name, getattr(value, name)) for name in value.__struct_fields__ if name != "span")
        return type(value).__name__, [(name, meaning(field)) for name, field in fields]
    if isinstance(value, Mapping):
        return sorted((str(key), meaning(item)) for key, item in value.items())
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return [meaning(item) for item in value] if isinstance(value, tuple) else str(value)
