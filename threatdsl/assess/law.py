"""What a change cannot make for itself: rules, decisions, switches, policies and ratings of the baseline."""

from collections.abc import Iterable, Iterator

import msgspec

from threatdsl.assess.comparison import Pending
from threatdsl.assess.renames import Renames
from threatdsl.diagnostics import Span
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
    rules = ((f"rule {bound.node.name.text}", bound.node, bound.node.name.span) for bound in past.rules)
    own_rules = ((f"rule {bound.node.name.text}", bound.node, bound.node.name.span) for bound in here.rules)
    found += _differing(rules, own_rules)
    law = ((_called(thing), _thing(thing, renamed), thing.span) for thing in _law(past))
    found += _differing(law, ((_called(thing), _thing(thing, Renames({})), thing.span) for thing in _law(here)))
    found += _differing(_words(past), _words(here), added=False)
    return tuple(sorted(found, key=lambda one: one.span))


Said = Iterable[tuple[str, object, Span]]


def _differing(past: Said, here: Said, *, added: bool = True) -> Iterator[Pending]:
    """What is edited, gone or, with `added`, new. What is gone has its place in the baseline."""
    before = {name: (repr(meaning(what)), span) for name, what, span in past}
    after = {name: (repr(meaning(what)), span) for name, what, span in here}
    for name, (what, span) in after.items():
        if name not in before:
            if added:
                yield Pending(f"{name} is new", span)
        elif before[name][0] != what:
            yield Pending(f"{name} is edited", span)
    yield from (Pending(f"{name} is gone", span) for name, (_, span) in before.items() if name not in after)


def _called(thing: Thing) -> str:
    """A thing in words; the id of a library begins with its kind."""
    return thing.id if thing.id.startswith(f"{thing.kind} ") else f"{thing.kind} {thing.id}"


def _decided(here: Model, past: Model, renamed: Renames) -> Iterator[Pending]:
    """The decisions and switches that the baseline does not have as they are."""
    before: tuple[Decision | Switch, ...] = (*_followed(past.decisions, renamed, here), *past.switches)
    after: tuple[Decision | Switch, ...] = (*here.decisions, *here.switches)
    known, kept = {_said(one) for one in before}, {_said(one) for one in after}
    yield from (Pending(_told(one), one.span) for one in after if _said(one) not in known)
    yield from (Pending(f"{_told(one)} is gone", one.span) for one in before if _said(one) not in kept)


def _words(model: Model) -> Iterator[tuple[str, object, Span]]:
    """Kinds, scales and the like; new ones count at once."""
    for table, noun in TABLES.items():
        for name, word in getattr(model.vocabulary, table).items():
            yield f"{noun} {name}", word, word.span


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
