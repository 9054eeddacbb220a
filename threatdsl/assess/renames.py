"""Which things of a baseline are which things of a change."""

import re
from collections.abc import Mapping

import msgspec

from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing
from threatdsl.rules.finding import Finding, FindingKey

NAME = re.compile(r"[A-Za-z0-9_.-]+(?:->[A-Za-z0-9_.-]+)?")


class Renames(msgspec.Struct, frozen=True):
    """Ids of a baseline with the ids that the same things have now, for those that are called otherwise."""

    ids: Mapping[str, str]

    def id(self, old: str) -> str:
        """What is called so now."""
        return self.ids.get(old, old)

    def key(self, key: FindingKey) -> FindingKey:
        """What a finding or a decision of the baseline is about now."""
        return key[0], tuple(self.id(element) for element in key[1])

    def facts(self, finding: Finding) -> tuple[tuple[str, str], ...]:
        """What a finding of the baseline rests on, in the names of today."""
        return tuple((step.clause, NAME.sub(self._named, step.text)) for step in finding.proof)

    def _named(self, found: re.Match[str]) -> str:
        name = found.group()
        return self.ids.get(name) or "->".join(self.id(part) for part in name.split("->"))


def renames(past: Model, here: Model) -> Renames:
    """What `was X` says, where the baseline has X and this model has not, and where the new name is new."""
    found = {
        old: new
        for old, new in here.former.items()
        if old in past.things and old not in here.things and new in here.things and new not in past.things
    }
    return Renames(found)


def is_same(past: Model, here: Model, old: str, new: str) -> bool:
    """Whether a name means what it meant, by kind, title and ends: it may be used again for another thing."""
    was, is_ = past.things.get(old), here.things.get(new)
    if was is None or is_ is None or old != new or (was.kind, was.title) != (is_.kind, is_.title):
        return False
    ends = zip(_ends(was), _ends(is_), strict=True)
    return all(is_same(past, here, before, after) for before, after in ends)


def _ends(thing: Thing) -> tuple[str, ...]:
    return (thing.source, thing.target) if isinstance(thing, Flow) else ()
