"""Models of bare elements that nothing is stated of, and the things in them that rules have anything to say of."""

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

import msgspec

from tests.reference.examples import CACHE, SCRATCH
from threatdsl.model.load import load
from threatdsl.model.model import Model
from threatdsl.model.vocabulary import Vocabulary
from threatdsl.rules.analyse import analyse
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.testing import outcomes

CLASSES = ("external-entity", "process", "datastore")
OTHER_ENDS = ("port",)  # elements of no class, which calls may end at
BOUNDARY = "boundary"
ZONES = ("untrusted", "internal", "restricted")
HEAD = 'model bare "Bare" { }\ndata asset "Data"\n'


class Interaction(msgspec.Struct, frozen=True):
    """A call from an element of one class to one of another, and whether it crosses a boundary."""

    source: str
    target: str
    crossing: bool


Answers = frozenset[tuple[str, str]]


def answers(text: str, rules: Iterable[CheckedRule]) -> tuple[Model, Answers]:
    """The model of a text, and pairs of a rule and a thing: what a finding or a question names."""
    path = Path(SCRATCH.name, "bare.threat")
    path.write_text(text, encoding="utf-8")
    loaded = load(path, root=path.parent, cache=CACHE)
    assert loaded.model is not None, loaded.diagnostics
    found = outcomes(analyse(loaded.model, tuple(rules)))
    return loaded.model, frozenset((rule, id_) for rule, elements in found for id_ in elements)


def class_of(kind: str, words: Vocabulary) -> str:
    """The class of an element's kind, the kind itself where it has none."""
    return next((name for name in CLASSES if words.is_a(kind, name)), kind)


def mesh(words: Vocabulary) -> str:
    """An element of every kind in every zone, each of which calls all others, so that rules of long ways answer too."""
    kinds = (*_kinds(words), *OTHER_ENDS)
    zones = {**dict.fromkeys(ZONES, kinds), **dict.fromkeys(_special(words), CLASSES)}
    names = {zone: [f"{kind}-{zone}" for kind in inside] for zone, inside in zones.items()}
    everything = [name for inside in names.values() for name in inside]
    inside = {zone: [_linked(kind, zone) for kind in kinds] for zone, kinds in zones.items()}
    calls = (
        f"flow {source} -> [{', '.join(name for name in targets if name != source)}]"
        for source, targets in product(everything, names.values())
    )
    around = f'role rights "Rights" {{ grants [{", ".join(everything)}] }}\nruntime host "Host"\n'
    return HEAD + around + _boundaries(inside) + "\n".join(calls) + "\n"


def _kinds(words: Vocabulary) -> tuple[str, ...]:
    """All kinds of elements that have a class."""
    return tuple(kind.name for name in CLASSES for kind in words.descendants(name))


def _special(words: Vocabulary) -> tuple[str, ...]:
    """The kinds of boundaries that mean more than a boundary: one of each, with an element of each class."""
    return tuple(kind.name for kind in words.descendants(BOUNDARY) if kind.name != BOUNDARY)


def _linked(kind: str, zone: str) -> str:
    """An element that has all relations: it acts in a role, runs on something, holds data, needs one of each class."""
    needs = ", ".join(f"{name}-{zone}" for name in CLASSES if name != kind)
    return f'{kind} {kind}-{zone} "{kind}" {{ roles [rights]; runs-on host; holds [asset]; depends-on [{needs}] }}'


def pairs(words: Vocabulary) -> tuple[str, str, Mapping[str, Interaction]]:
    """Two elements of every two kinds, in one boundary or in two of different trust, each pair with its own.

    They are given without calls; beside that the calls, and what is what by the number at the end of its name.
    """
    texts: list[str] = []
    interactions: dict[str, Interaction] = {}
    for number, (source, target, first, second) in enumerate(product(_kinds(words), _kinds(words), ZONES, ZONES)):
        caller, called = f'{source} source-{number} "{source}"', f'{target} target-{number} "{target}"'
        inside = {first: [caller, called]} if first == second else {first: [caller], second: [called]}
        texts.append(_boundaries(inside, f"-{number}"))
        ends = class_of(source, words), class_of(target, words)
        interactions[str(number)] = Interaction(*ends, crossing=first != second)
    calls = "".join(f"flow call-{number} source-{number} -> target-{number}\n" for number in interactions)
    return HEAD + "".join(texts), calls, interactions


def _boundaries(inside: Mapping[str, Iterable[str]], suffix: str = "") -> str:
    """A boundary of each trust, or of each special kind, with what is inside; its name ends with the suffix."""
    heads = {zone: f'boundary {zone}{suffix} "{zone}" {{\n  trust {zone}\n' for zone in ZONES}
    return "".join(
        heads.get(zone, f'{zone} {zone}-zone "{zone}" {{\n') + "\n".join(elements) + "\n}\n"
        for zone, elements in inside.items()
    )
