"""What the message of an unassessed finding says about the facts that are missing, and what would settle it."""

from collections.abc import Iterable

import msgspec

from threatdsl.rules.facts import Ask, Facts
from threatdsl.rules.texts import shown

PLACES_NAMED = 5


class Remarks(msgspec.Struct, frozen=True):
    """Sentences without their full stop, and the fix where one is known: what is optional only has to be enforced."""

    sentences: tuple[str, ...] = ()
    fix: str = ""


def remarks(unstated: tuple[Ask, ...], facts: Facts) -> Remarks:
    """What is to be said of facts that nobody stated, and of controls that are there and not enforced."""
    optional = tuple(ask for ask in unstated if _is_optional(ask, facts))
    silent = tuple(ask for ask in unstated if ask not in optional)
    sentences = []
    if optional:
        sentences.append(f"Optional and not enforced: {_grouped(optional, facts)}")
    if silent:
        sentences.append(f"Not stated: {_grouped(silent, facts)}")
    fix = f"Enforce {_grouped(optional, facts)}, where it is optional" if optional else ""
    return Remarks(tuple(sentences), fix)


def _is_optional(ask: Ask, facts: Facts) -> bool:
    place, fact = ask
    return fact in facts.model.vocabulary.classes and facts.guard(place, fact).optional


def _grouped(asks: Iterable[Ask], facts: Facts) -> str:
    """`encryption-in-transit or message-authentication on Shop, stores of Vault`."""
    classes = facts.model.vocabulary.classes
    names: dict[str, list[str]] = {}
    for place, fact in asks:
        where = f"{'on' if fact in classes else 'of'} {shown(place, facts.model)}"
        names.setdefault(where, []).append(fact)
    told = [f"{' or '.join(found)} {where}" for where, found in names.items()]
    return ", ".join(told if len(told) <= PLACES_NAMED else [*told[:PLACES_NAMED], "and at more places"])
