"""What a change cannot make for itself: rules, decisions, switches, policies and ratings of the baseline."""

from collections.abc import Iterable, Iterator

import msgspec

from threatdsl.assess.comparison import Pending
from threatdsl.assess.renames import Renames
from threatdsl.evidence.check import Check
from threatdsl.model.digest import meaning
from threatdsl.model.graph import build_graph
from threatdsl.model.model import Model
from threatdsl.model.things import Decision, Switch, Thing

LAW = ("policy", "check", "library", "rating")  # kinds of things that say how a model is judged
CHECK = "check"  # checks are judged as the baseline defines them, and are no part of what the rules look at

TABLES = {
    "kinds": "kind",
    "scales": "scale",
    "enumerations": "enumeration",
    "classes": "control class",
    "protocols": "protocol",
    "relations": "relation",
}


def under_law(here: Model, past: Model, renamed: Renames, *, own_decisions: bool) -> Model:
    """The model of a change as the baseline judges it; its own decisions count only with `own_decisions`.

    A decision that speaks of what is gone is left out, and so is one about a rule that the baseline does not have.
    """
    law = {thing.id: thing for thing in _law(past) if thing.kind != CHECK}
    facts = {thing.id: thing for thing in here.things.values() if thing.kind not in LAW}
    rules = {bound.node.name.text for bound in past.rules}
    decided = here.decisions if own_decisions else tuple(_followed(past.decisions, renamed, here))
    things = {**law, **facts}
    return msgspec.structs.replace(
        here,
        things=things,
        graph=build_graph(things, here.vocabulary),
        rules=past.rules,
        decisions=tuple(one for one in decided if one.rule in rules or one.rule.startswith("manual.")),
        switches=here.switches if own_decisions else past.switches,
    )


def followed_checks(checks: Iterable[Check], renamed: Renames, here: Model) -> tuple[Check, ...]:
    """Checks as the baseline defines them, at the places that are left."""
    moved = (
        msgspec.structs.replace(
            check, on=tuple(renamed.id(place) for place in check.on if renamed.id(place) in here.things)
        )
        for check in checks
    )
    return tuple(check for check in moved if check.on)


def _law(model: Model) -> Iterator[Thing]:
    return (thing for thing in model.things.values() if thing.kind in LAW)


def _followed(decisions: Iterable[Decision], renamed: Renames, here: Model) -> Iterator[Decision]:
    for decision in decisions:
        targets = tuple(renamed.id(target) for target in decision.targets)
        if all(target in here.things for target in targets):
            yield msgspec.structs.replace(decision, targets=targets)


def pending(here: Model, past: Model, renamed: Renames, *, own_decisions: bool) -> tuple[Pending, ...]:
    """What a change says about its own judgement, in the order in which it is written."""
    found = [] if own_decisions else list(_decided(here, past, renamed))
    rules = {bound.node.name.text: repr(meaning(bound.node)) for bound in past.rules}
    for bound in here.rules:
        name = bound.node.name.text
        if rules.get(name) != repr(meaning(bound.node)):
            found.append(Pending(f"rule {name} {'is edited' if name in rules else 'is new'}", bound.node.name.span))
    law = {thing.id: repr(_thing(thing, renamed)) for thing in _law(past)}
    for thing in _law(here):
        if law.get(thing.id) != repr(_thing(thing, Renames({}))):
            found.append(Pending(f"{thing.kind} {thing.id} {'is edited' if thing.id in law else 'is new'}", thing.span))
    found += _words(here, past)
    return tuple(sorted(found, key=lambda one: one.span))


def _decided(here: Model, past: Model, renamed: Renames) -> Iterator[Pending]:
    """The decisions and switches that the baseline does not have as they are."""
    before: tuple[Decision | Switch, ...] = (*_followed(past.decisions, renamed, here), *past.switches)
    after: tuple[Decision | Switch, ...] = (*here.decisions, *here.switches)
    known = {_said(one) for one in before}
    yield from (Pending(_told(one), one.span) for one in after if _said(one) not in known)


def _words(here: Model, past: Model) -> Iterator[Pending]:
    """Words that are edited; new ones count."""
    for table, noun in TABLES.items():
        before = getattr(past.vocabulary, table)
        for name, word in getattr(here.vocabulary, table).items():
            if name in before and repr(meaning(before[name])) != repr(meaning(word)):
                yield Pending(f"{noun} {name} is edited", word.span)


def _thing(thing: Thing, renamed: Renames) -> object:
    facts = sorted(
        (name, [renamed.id(str(item)) for item in fact.value] if isinstance(fact.value, tuple) else str(fact.value))
        for name, fact in thing.facts.items()
    )
    return thing.kind, facts


def _said(one: Decision | Switch) -> str:
    head = (one.verb, one.key) if isinstance(one, Decision) else ("disable", one.rule)
    return repr((head, one.until, sorted((name, str(fact.value)) for name, fact in one.facts.items())))


def _told(one: Decision | Switch) -> str:
    what = f"{one.verb} {one.finding}" if isinstance(one, Decision) else f"disable {one.rule}"
    return f"{what} until {one.until}"
