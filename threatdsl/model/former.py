"""What things were called before they were renamed."""

from collections.abc import Iterator, Mapping
from itertools import product

from threatdsl.model.names import Former
from threatdsl.model.things import Flow, Thing


def former_ids(written: Mapping[str, Former], things: Mapping[str, Thing]) -> Mapping[str, str]:
    """Former names with the ids of today, as `was` gives them; unnamed flows had the names of their ends."""
    found = {old: former.id for old, former in written.items()}
    old_of = {id_: old for old, id_ in found.items()}
    for thing in things.values() if found else ():
        if isinstance(thing, Flow) and thing.id == f"{thing.source}->{thing.target}":
            for old in _pairs(thing, old_of):
                if old not in things:
                    found.setdefault(old, thing.id)
    return found


def _pairs(flow: Flow, old_of: Mapping[str, str]) -> Iterator[str]:
    """What an unnamed flow was called, whichever of its ends was renamed first; with all old names first."""
    ends = ((*([old_of[end]] if end in old_of else []), end) for end in (flow.source, flow.target))
    return (f"{source}->{target}" for source, target in product(*ends))
