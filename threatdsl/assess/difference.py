"""Which facts behind a finding a change states differently."""

from collections.abc import Iterator

from threatdsl.assess.renames import Renames
from threatdsl.model.model import Model
from threatdsl.model.things import UNKNOWN, Fact, Flow, Thing
from threatdsl.rules.finding import Finding


def changed_facts(finding: Finding, past: Model, here: Model, renamed: Renames) -> Iterator[str]:
    """What is said differently of the elements of a finding, of what stands around them and of the data at stake."""
    for id_ in _about(finding, past):
        thing, now = past.things[id_], here.things.get(renamed.id(id_))
        if now is None:
            yield f"{id_} is gone"
            continue
        yield from changes_of(thing, now, renamed)


def changes_of(thing: Thing, now: Thing, renamed: Renames) -> Iterator[str]:
    """What is said differently of one thing: its kind, where it stands, and its facts."""
    if thing.kind != now.kind:
        yield f"{thing.id} was {thing.kind}, is {now.kind}"
    if renamed.id(thing.parent or "") != (now.parent or ""):
        yield f"{thing.id} stood in {thing.parent or 'no boundary'}, stands in {now.parent or 'none'}"
    for name in sorted({*thing.facts, *now.facts}):
        yield from _fact(thing.id, name, _said(thing, name, renamed), _said(now, name, Renames({})))


def _fact(id_: str, name: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"{name} of {id_} was {before or 'not stated'}, is {after or 'not stated'}"


def _said(thing: Thing, name: str, renamed: Renames) -> str:
    fact: Fact | None = thing.facts.get(name)
    if fact is None or name == "was":
        return ""
    if isinstance(fact.value, tuple):
        return f"[{', '.join(renamed.id(str(item)) for item in fact.value)}]"
    return renamed.id("unknown" if fact.value is UNKNOWN else str(fact.value))


def _about(finding: Finding, model: Model) -> Iterator[str]:
    """The things a finding is about, each once: its elements, the ends of its flows, what is around them, the data."""
    found: dict[str, None] = {}
    for id_ in (*finding.elements, *finding.at_stake):
        thing = model.things.get(id_)
        ends = (thing.source, thing.target) if isinstance(thing, Flow) else ()
        for one in (id_, *ends):
            inner: str | None = one
            while inner is not None and inner in model.things:
                found[inner] = None
                inner = model.things[inner].parent
    yield from found
