"""A result beside its baseline: what got worse, what a change says without proof, what it no longer says."""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.assess.comparison import Before, Change, Comparison, Fixed, Pending, RemovedDefence
from threatdsl.assess.difference import changed_facts
from threatdsl.assess.renames import Renames
from threatdsl.model.classes import classes_of
from threatdsl.model.model import Model
from threatdsl.model.things import Fact, Flow, Thing
from threatdsl.rules.finding import ACT, Outcome
from threatdsl.rules.guards import Guards

BINDINGS = ("source", "realized-by")
HELD = (Outcome.MITIGATED, Outcome.VERIFIED)


class Traces(Protocol):
    """Tells what of a thing's code and infrastructure is still there, in words, or nothing."""

    def __call__(self, thing: Thing, *, moved: bool) -> str:
        """With `moved`, also what is elsewhere now."""


class Became(msgspec.Struct, frozen=True):
    """What became of a finding of the baseline: how it is shown now, if it is, and why."""

    change: Change | None
    why: str
    shown: AssessedFinding | None = None


class Comparing:
    """One comparison of two assessments of the same law."""

    def __init__(self, past: Assessment, here: Assessment, renamed: Renames, traces: Traces) -> None:
        """`past` is the baseline, `here` the change; `traces` says what is left of a thing outside the model."""
        self._past, self._here, self._renamed, self._traces = past, here, renamed, traces
        self._now = {found.finding.key: found for found in here.findings}
        self._asked = {key for question in here.questions for key in question.findings}
        self._removed = tuple(removed_defences(past.model, here.model, renamed))

    def compared(
        self, baseline: str, pending: tuple[Pending, ...], files: frozenset[str]
    ) -> tuple[Comparison, tuple[AssessedFinding, ...]]:
        """The comparison, and the findings with those that a change cannot make go away."""
        changes: dict[str, Change] = {}
        before: dict[str, Before] = {}
        why: dict[str, str] = {}
        fixed: list[Fixed] = []
        shown = dict(self._now)
        for old in self._past.findings:
            became = self._became(old)
            key = self._renamed.key(old.finding.key)
            if became.shown is not None:
                shown[key] = became.shown
            if became.change is None:
                if became.why:
                    fixed.append(Fixed(old.finding, old.severity.declared.level, became.why))
                continue
            id_ = shown[key].id
            changes[id_], before[id_] = became.change, Before(old.outcome, old.severity.declared.level)
            if became.why:
                why[id_] = became.why
        for found in self._now.values():
            changes.setdefault(found.id, Change.NEW)
        comparison = Comparison(
            baseline, changes, why, tuple(fixed), self._removed, pending, files, before, tuple(self._unbound())
        )
        return comparison, tuple(shown.values())

    def _unbound(self) -> Iterator[Pending]:
        """The code and infrastructure that elements of both models were bound to: still there, and bound to nothing."""
        bound = {item for thing in self._here.model.things.values() for name in BINDINGS for item in thing.items(name)}
        for thing in self._past.model.things.values():
            now = self._here.model.things.get(self._renamed.id(thing.id))
            for name in BINDINGS if now is not None else ():
                lost = tuple(item for item in thing.items(name) if item not in bound)
                cut = msgspec.structs.replace(thing, facts={name: Fact(lost, thing.span)})
                if now is not None and lost and (left := self._traces(cut, moved=False)):
                    yield Pending(f"{name} of {now.id}: {left}", now.span)

    def _became(self, old: AssessedFinding) -> Became:
        key = self._renamed.key(old.finding.key)
        new = self._now.get(key)
        if old.outcome not in ACT:
            return self._since_held(old, new)
        if new is None:
            return self._asks(old) if key in self._asked else self._gone(old)
        if new.outcome in ACT:
            return self._still(old, new)
        if new.outcome is Outcome.MITIGATED:
            by = ", ".join(new.finding.controls) or "a statement"
            return Became(Change.CLAIMED, f"{by} is stated, and no check of the baseline proves it")
        return Became(None, f"{new.outcome.value}{_decided(new)}")

    def _since_held(self, old: AssessedFinding, new: AssessedFinding | None) -> Became:
        """A finding that nobody had to act on."""
        if new is None:
            return Became(None, "")
        if new.outcome not in ACT:
            return Became(Change.UNCHANGED, "")
        if old.outcome in HELD:
            lost = sorted({one.control_class for one in self._removed} & set(old.finding.classes))
            if lost:
                return Became(Change.UNDEFENDED, f"{', '.join(lost)} held it, and is gone")
            return Became(Change.WORSE, f"it was {old.outcome.value}")
        return Became(Change.WORSE, f"it was {old.outcome.value}, and what that rested on is not the same now")

    def _still(self, old: AssessedFinding, new: AssessedFinding) -> Became:
        if old.outcome is Outcome.OPEN and new.outcome is Outcome.UNASSESSED:
            kept = msgspec.structs.replace(new, outcome=Outcome.OPEN, severity=old.severity)
            return Became(Change.KEPT, f"it was open, and {self._facts(old, 'nobody says so any more')}", kept)
        left = [name for name in self._environments(old) if not self._strikes_in(new, name)]
        if left:
            return Became(Change.CLAIMED, f"it is said to strike in {', '.join(left)} no longer")
        before, after = old.severity.declared.level, new.severity.declared.level
        if after > before:
            return Became(Change.WORSE, f"it was {before.word}")
        if after < before:
            why = f"it was {before.word}, and {self._facts(old, 'is rated lower now')}"
            return Became(Change.CLAIMED, why, msgspec.structs.replace(new, severity=old.severity))
        return Became(Change.UNCHANGED, "")

    def _environments(self, old: AssessedFinding) -> tuple[str, ...]:
        """Where a finding of the baseline was to be acted on."""
        if old.finding.environments is None:
            return tuple(thing.id for thing in self._past.model.of_kind("environment"))
        return tuple(name for name, outcome in old.finding.environments.items() if outcome in ACT)

    def _strikes_in(self, new: AssessedFinding, environment: str) -> bool:
        name = self._renamed.id(environment)
        if new.finding.environments is None:
            return name in self._here.model.things
        return new.finding.environments.get(name) in (*ACT, Outcome.VERIFIED)

    def _asks(self, old: AssessedFinding) -> Became:
        return Became(Change.KEPT, self._facts(old, "whether it applies is not stated any more"), self._placed(old))

    def _gone(self, old: AssessedFinding) -> Became:
        missing = [id_ for id_ in old.finding.elements if self._renamed.id(id_) not in self._here.model.things]
        if not missing:
            return Became(Change.CLAIMED, self._facts(old, "what it rests on is not there any more"), self._placed(old))
        left = [trace for id_ in missing if (trace := self._left_of(id_))]
        if left:
            return Became(Change.KEPT, "; ".join(left), self._placed(old))
        return Became(None, f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} gone")

    def _left_of(self, id_: str) -> str:
        """What is still there of a thing that the model no longer has."""
        thing = self._past.model.things[id_]
        trace = self._traces(thing, moved=True)
        if trace:
            return f"{id_} is gone from the model, and {trace} is still there"
        if isinstance(thing, Flow) and all(self._renamed.id(end) in self._here.model.things for end in _ends(thing)):
            return f"the flow {id_} is gone from the model, and both its ends are still there"
        return ""

    def _facts(self, old: AssessedFinding, otherwise: str) -> str:
        """The facts behind a finding that are stated differently now."""
        found = tuple(changed_facts(old.finding, self._past.model, self._here.model, self._renamed))
        return "; ".join(found) or otherwise

    def _placed(self, old: AssessedFinding) -> AssessedFinding:
        """A finding of the baseline at the place where one of its elements stands now, else at the model's head."""
        things = self._here.model.things
        stands = [things[id_] for one in old.finding.elements if (id_ := self._renamed.id(one)) in things]
        span = next(iter(stands), self._here.model.head).span
        return msgspec.structs.replace(old, finding=msgspec.structs.replace(old.finding, span=span))


def removed_defences(past: Model, here: Model, renamed: Renames) -> Iterator[RemovedDefence]:
    """The control classes that places were stated to have, by a control or a protocol, and have no longer."""
    before, after = (Guards(msgspec.structs.replace(model, refutations=())) for model in (past, here))
    for thing in past.things.values():
        now = here.things.get(renamed.id(thing.id))
        if now is None:
            continue
        for class_ in sorted(_stated(past, thing)):
            if before.guard(thing, class_).value is True and after.guard(now, class_).value is not True:
                yield RemovedDefence(now.id, class_, now.span)


def _stated(model: Model, thing: Thing) -> frozenset[str]:
    """The classes that a thing itself is said to have, by its controls or its protocol."""
    controls, protocol = thing.facts.get("controls"), thing.value("protocol")
    of_protocol = model.vocabulary.protocols[protocol].secures if isinstance(protocol, str) else frozenset[str]()
    return of_protocol.union(classes_of(controls, model.things) if controls is not None else ())


def _ends(flow: Flow) -> tuple[str, str]:
    return flow.source, flow.target


def _decided(found: AssessedFinding) -> str:
    return f" until {found.decision.until}" if found.decision is not None else ""
