"""The words that a change may use: those of the baseline as they are there, and what the change adds to them."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from threatdsl.model.vocabulary import Enumeration, Kind, Scale, Vocabulary

Word = TypeVar("Word")


def settled_words(past: Vocabulary, here: Vocabulary) -> Vocabulary:
    """The words of `past`, with what only `here` has: further words, properties of kinds and values of scales.

    A word that was edited keeps the meaning that it has in the past, so that an edit closes no finding.
    """
    return Vocabulary(
        kinds={name: _kind(kind, here.kinds.get(name)) for name, kind in _united(past.kinds, here.kinds).items()},
        scales={
            name: _scale(scale, here.scales.get(name)) for name, scale in _united(past.scales, here.scales).items()
        },
        enumerations={
            name: _enumeration(words, here.enumerations.get(name))
            for name, words in _united(past.enumerations, here.enumerations).items()
        },
        classes=_united(past.classes, here.classes),
        protocols=_united(past.protocols, here.protocols),
        relations=_united(past.relations, here.relations),
    )


def _united(past: Mapping[str, Word], here: Mapping[str, Word]) -> dict[str, Word]:
    """Both, those of the past first and in their own meaning."""
    return {**past, **{name: word for name, word in here.items() if name not in past}}


def _kind(past: Kind, here: Kind | None) -> Kind:
    if here is None or here is past:
        return past
    return msgspec.structs.replace(past, properties=_united(past.properties, here.properties))


def _scale(past: Scale, here: Scale | None) -> Scale:
    """The scale with further words between the old ones, whose order and impact stay."""
    if here is None or here is past:
        return past
    kept = tuple(word for word in here.order if word in past.order)
    return here if kept == past.order and _impacts(here, kept) == _impacts(past, kept) else past


def _impacts(scale: Scale, words: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(scale.impact[scale.order.index(word)] for word in words) if scale.impact else ()


def _enumeration(past: Enumeration, here: Enumeration | None) -> Enumeration:
    if here is None or here is past:
        return past
    return msgspec.structs.replace(past, values=(*past.values, *(v for v in here.values if v not in past.values)))
