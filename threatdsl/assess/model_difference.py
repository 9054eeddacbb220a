"""How two models differ by meaning: things, decisions, findings, and the defences that are gone."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.assess.compare import removed_defences
from threatdsl.assess.comparison import RemovedDefence
from threatdsl.assess.difference import changes_of
from threatdsl.assess.renames import Renames, renames
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing
from threatdsl.rules.finding import ACT, Outcome

SHIPPED = "threatdsl:"
OUTCOMES = tuple(Outcome)


class Became(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"


class Turned(StrEnum):
    """What became of a finding, the worst first."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    GONE = "gone"


class ThingChange(msgspec.Struct, frozen=True):
    """A thing that is not as it was: `sort` is the word for what it is, `what` says each fact that differs."""

    became: Became
    sort: str
    id: str
    title: str
    what: tuple[str, ...] = ()


class FindingChange(msgspec.Struct, frozen=True):
    """A finding that is not as it was: its outcome and severity before and after, empty where it was not there."""

    turned: Turned
    id: str
    title: str
    before: str
    after: str


class Difference(msgspec.Struct, frozen=True):
    """All differences. `removed` are the defences that are gone, apart from what is found or declared anew."""

    things: tuple[ThingChange, ...] = ()
    decisions: tuple[ThingChange, ...] = ()
    findings: tuple[FindingChange, ...] = ()
    removed: tuple[RemovedDefence, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the two mean the same."""
        return not (self.things or self.decisions or self.findings)


def difference(past: Assessment, here: Assessment) -> Difference:
    """How a model differs from what it was; things follow their `was`."""
    renamed = renames(past.model, here.model)
    return Difference(
        tuple(_things(past.model, here.model, renamed)),
        tuple(_decisions(past.model, here.model, renamed)),
        tuple(_findings(past, here, renamed)),
        tuple(removed_defences(past.model, here.model, renamed)),
    )


SORTS = (
    ("element", "element"), ("flow", "data flow"), ("boundary", "trust boundary"), ("data", "data"),
    ("control", "control"), ("role", "role"), ("runtime", "runtime"), ("check", "check"), ("policy", "policy"),
)  # fmt: skip


def _sort(model: Model, thing: Thing) -> str:
    return next((word for kind, word in SORTS if model.vocabulary.is_a(thing.kind, kind)), thing.kind)


def _own(model: Model) -> Mapping[str, Thing]:
    return {id_: thing for id_, thing in model.things.items() if not thing.span.file.startswith(SHIPPED)}


def _things(past: Model, here: Model, renamed: Renames) -> Iterator[ThingChange]:
    before, after = _own(past), _own(here)
    known = {renamed.id(id_) for id_ in before} | {_moved_flow(one, renamed) for one in before.values()}
    for id_, thing in after.items():
        if id_ not in known:
            yield ThingChange(Became.ADDED, _sort(here, thing), id_, thing.title)
    for id_, thing in before.items():
        now = after.get(renamed.id(id_)) or after.get(_moved_flow(thing, renamed))
        if now is None:
            yield ThingChange(Became.REMOVED, _sort(past, thing), id_, thing.title)
            continue
        what = list(changes_of(thing, now, renamed))
        if thing.title != now.title:
            what.insert(0, f"its title was {thing.title or 'none'}, is {now.title or 'none'}")
        if id_ != now.id and not isinstance(thing, Flow):
            yield ThingChange(Became.RENAMED, _sort(here, now), now.id, now.title, (f"it was {id_}", *what))
        elif what:
            yield ThingChange(Became.CHANGED, _sort(here, now), now.id, now.title, tuple(what))


def _moved_flow(thing: Thing, renamed: Renames) -> str:
    """The id that an unnamed flow has now that its ends are called otherwise."""
    if not isinstance(thing, Flow) or thing.id != f"{thing.source}->{thing.target}":
        return thing.id
    return f"{renamed.id(thing.source)}->{renamed.id(thing.target)}"


def _decisions(past: Model, here: Model, renamed: Renames) -> Iterator[ThingChange]:
    before = {renamed.key(one.key): one for one in past.decisions}
    after = {one.key: one for one in here.decisions}
    for key, one in after.items():
        if key not in before:
            yield ThingChange(Became.ADDED, one.verb, one.finding, f"until {one.until}")
            continue
        old = before[key]
        if (old.verb, old.until) != (one.verb, one.until):
            what = f"it was {old.verb} until {old.until}, is {one.verb} until {one.until}"
            yield ThingChange(Became.CHANGED, one.verb, one.finding, f"until {one.until}", (what,))
    for key, one in before.items():
        if key not in after:
            yield ThingChange(Became.REMOVED, one.verb, one.finding, f"until {one.until}")


def _findings(past: Assessment, here: Assessment, renamed: Renames) -> Iterator[FindingChange]:
    before = {renamed.key(one.finding.key): one for one in past.findings}
    after = {one.finding.key: one for one in here.findings}
    found = []
    for key, one in after.items():
        old = before.get(key)
        if old is None and one.outcome in ACT:
            found.append(FindingChange(Turned.NEW, one.id, one.finding.rule.title, "", _told(one)))
        elif old is not None and _told(old) != _told(one):
            turned = Turned.WORSE if _rank(one) < _rank(old) else Turned.BETTER
            found.append(FindingChange(turned, one.id, one.finding.rule.title, _told(old), _told(one)))
    for key, old in before.items():
        if key not in after and old.outcome in ACT:
            found.append(FindingChange(Turned.GONE, old.id, old.finding.rule.title, _told(old), ""))
    yield from sorted(found, key=lambda one: (tuple(Turned).index(one.turned), one.id))


def _told(one: AssessedFinding) -> str:
    return f"{one.outcome.value}, {_level(one).word}"


def _rank(one: AssessedFinding) -> tuple[int, int]:
    """Lower is worse: what asks for action before what does not, then the severity."""
    return OUTCOMES.index(one.outcome), -_level(one)


def _level(one: AssessedFinding) -> Level:
    return (one.severity.verified or one.severity.declared).level
