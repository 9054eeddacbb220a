"""Models of bare elements that nothing is stated of, and the things in them that rules have anything to say of."""

from collections.abc import Iterable, Iterator, Mapping
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
    kinds = (*(kind.name for name in CLASSES for kind in words.descendants(name)), *OTHER_ENDS)
    everything = [f"{kind}-{zone}" for zone in ZONES for kind in kinds]
    inside = {zone: [_linked(kind, zone) for kind in kinds] for zone in ZONES}
    calls = (
        f"flow {source} -> [{', '.join(f'{kind}-{zone}' for kind in kinds if f'{kind}-{zone}' != source)}]"
        for source, zone in product(everything, ZONES)
    )
    around = f'role rights "Rights" {{ grants [{", ".join(everything)}] }}\nruntime host "Host"\n'
    return HEAD + around + _boundaries(inside) + "\n".join(calls) + "\n"


def _linked(kind: str, zone: str) -> str:
    """An element that has all relations: it acts in a role, runs on something, and needs one of each class."""
    needs = ", ".join(f"{name}-{zone}" for name in CLASSES if name != kind)
    return f'{kind} {kind}-{zone} "{kind}" {{ roles [rights]; runs-on host; depends-on [{needs}] }}'


def pairs(words: Vocabulary) -> tuple[str, str, Mapping[str, Interaction]]:
    """Two elements of every two kinds in every two zones: without calls, the calls, and what is what by its number."""
    inside: dict[str, list[str]] = {zone: [] for zone in ZONES}
    interactions: dict[str, Interaction] = {}
    for number, (source, target, first, second) in enumerate(_every_two(words)):
        inside[first].append(f'{source} source-{number} "{source}"')
        inside[second].append(f'{target} target-{number} "{target}"')
        ends = class_of(source, words), class_of(target, words)
        interactions[str(number)] = Interaction(*ends, crossing=first != second)
    calls = "".join(f"flow call-{number} source-{number} -> target-{number}\n" for number in interactions)
    return HEAD + _boundaries(inside), calls, interactions


def _every_two(words: Vocabulary) -> Iterator[tuple[str, str, str, str]]:
    kinds = [kind.name for name in CLASSES for kind in words.descendants(name)]
    return product(kinds, kinds, ZONES, ZONES)


def _boundaries(inside: Mapping[str, Iterable[str]]) -> str:
    return "".join(
        f'boundary {zone} "{zone}" {{\n  trust {zone}\n' + "\n".join(elements) + "\n}\n"
        for zone, elements in inside.items()
    )
