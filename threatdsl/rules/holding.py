"""Which single statement holds a mitigated finding: each is left out of a copy of the model."""

from collections.abc import Iterator

import msgspec

from threatdsl.model.classes import classes_of
from threatdsl.model.graph import build_graph
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import Fact, Thing
from threatdsl.rules.analyse import analyse
from threatdsl.rules.finding import Finding, Outcome
from threatdsl.rules.guards import Guards, Statement
from threatdsl.rules.load import class_conditions, load_rules
from threatdsl.rules.remedies import guards_of, places_of
from threatdsl.rules.rule import CheckedRule

PRESENT = ("controls", "secures", "built-with")


class Hold(msgspec.Struct, frozen=True):
    """A statement without which a finding has another outcome. `by` is the control, class or protocol it names."""

    by: str
    place: str
    statement: Statement
    outcome: Outcome


def holds(model: Model, finding: Finding) -> tuple[Hold, ...] | None:
    """All single statements that a mitigated finding hangs on; an empty tuple where several hold it independently.

    None for a finding that is not mitigated, or that no rule found.
    """
    rule = next((rule for rule in load_rules(model, Problems()) if rule.id == finding.rule.id), None)
    if rule is None or finding.outcome is not Outcome.MITIGATED:
        return None
    tried = ((s, _outcome_without(model, rule, finding, s, class_)) for s, class_ in _statements(model, rule, finding))
    return tuple(
        Hold(statement.by, statement.place, statement, outcome)
        for statement, outcome in tried
        if outcome not in (None, Outcome.MITIGATED)
    )


def _statements(model: Model, rule: CheckedRule, finding: Finding) -> Iterator[tuple[Statement, str]]:
    """What is stated of the classes that a rule's guards name, at the places of a finding, each with its class."""
    guards, seen = Guards(model), set[Statement]()
    classes = dict.fromkeys(leaf.control_class for e in guards_of(rule) for leaf in class_conditions(e))
    for place in places_of(model, finding):
        for class_ in classes:
            for statement in guards.guard(model.things[place], class_).statements:
                if statement.says in PRESENT and statement not in seen:
                    seen.add(statement)
                    yield statement, class_


def _outcome_without(
    model: Model, rule: CheckedRule, finding: Finding, statement: Statement, control_class: str
) -> Outcome | None:
    """What the finding would be if nobody had said it."""
    reduced = _reduced(model, statement, control_class)
    analysis = analyse(reduced, (rule,))
    if any(finding.id in question.settles for question in analysis.questions):
        return Outcome.QUESTION
    return next((other.outcome for other in analysis.findings if other.id == finding.id), None)


def _reduced(model: Model, statement: Statement, control_class: str) -> Model:
    if statement.says == "built-with":
        kept = tuple(one for one in model.derived if (one.span, one.control_class) != (statement.span, control_class))
        return msgspec.structs.replace(model, derived=kept)
    things = {**model.things, statement.place: _without(model, statement, control_class)}
    return msgspec.structs.replace(model, things=things, graph=build_graph(things, model.vocabulary))


def _without(model: Model, statement: Statement, control_class: str) -> Thing:
    thing = model.things[statement.place]
    facts = dict(thing.facts)
    if statement.says == "secures":
        del facts["protocol"]
    else:
        fact = facts["controls"]
        items = fact.value if isinstance(fact.value, tuple) else ()
        kept = tuple(i for i in items if control_class not in classes_of(Fact((i,), fact.span), model.things))
        facts["controls"] = Fact(kept, fact.span)
    return msgspec.structs.replace(thing, facts=facts)
