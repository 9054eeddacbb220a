"""Which single statement removes a finding: each candidate is tried on a copy of the model."""

from collections.abc import Iterator

import msgspec

from threatdsl.model.classes import classes_of
from threatdsl.model.consistency import reaches_from
from threatdsl.model.graph import build_graph
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import ControlRef, Fact, Flow, Thing
from threatdsl.rules.analyse import analyse
from threatdsl.rules.expressions import Expression
from threatdsl.rules.finding import Finding, FindingKey, Outcome
from threatdsl.rules.load import class_conditions, load_rules
from threatdsl.rules.rule import CheckedRule


class Remedy(msgspec.Struct, frozen=True):
    """A control class that mitigates a finding when it is stated at a place (the id of an element or flow)."""

    control_class: str
    place: str


def remedies(model: Model, finding: Finding) -> tuple[Remedy, ...]:
    """All single `controls` statements that mitigate an open or unassessed finding, in the order of its way."""
    rule = next((rule for rule in load_rules(model, Problems()) if rule.id == finding.rule.id), None)
    if rule is None:
        return ()
    return tuple(remedy for remedy in _candidates(model, rule, finding) if _mitigates(model, rule, finding, remedy))


def left_by(model: Model, remedy: Remedy, rules: frozenset[str]) -> frozenset[FindingKey]:
    """What the rules of these ids still find, or ask about, once a remedy is stated: all but what is mitigated."""
    chosen = tuple(rule for rule in load_rules(model, Problems()) if rule.id in rules)
    analysis = analyse(_with(model, remedy), chosen)
    asked = (key for question in analysis.questions for key in question.findings)
    return frozenset(found.key for found in analysis.findings if found.outcome is not Outcome.MITIGATED).union(asked)


def _candidates(model: Model, rule: CheckedRule, finding: Finding) -> Iterator[Remedy]:
    classes = dict.fromkeys(leaf.control_class for e in guards_of(rule) for leaf in class_conditions(e))
    for place in places_of(model, finding):
        for name in classes:
            if reaches_from(model.vocabulary.classes[name], model.things[place].kind, model.vocabulary):
                yield Remedy(name, place)


def guards_of(rule: CheckedRule) -> Iterator[Expression]:
    """The conditions in which a control mitigates: `unless`, and what blocks the ways of a path rule."""
    path = rule.path
    domains = (path.avoiding, path.through) if path is not None else ()
    for expression in (rule.unless, *(domain.where for domain in domains if domain is not None)):
        if expression is not None:
            yield expression


def places_of(model: Model, finding: Finding) -> tuple[str, ...]:
    """The elements of a finding, those on its way with the flows between them, and the ends of its flows."""
    found: dict[str, None] = dict.fromkeys(finding.elements)
    for hop in finding.path:
        found.update(dict.fromkeys((hop.source, hop.edge, hop.target)))
    for id_ in finding.elements:
        thing = model.things[id_]
        if isinstance(thing, Flow):
            found.update(dict.fromkeys((thing.target, thing.source)))
    return tuple(id_ for id_ in found if id_ in model.things)


def _mitigates(model: Model, rule: CheckedRule, finding: Finding, remedy: Remedy) -> bool:
    analysis = analyse(_with(model, remedy), (rule,))
    outcomes = [found.outcome for found in analysis.findings if found.key == finding.key]
    asked = any(finding.key in question.findings for question in analysis.questions)
    return not asked and all(outcome is Outcome.MITIGATED for outcome in outcomes)


def _with(model: Model, remedy: Remedy) -> Model:
    """The model in which the place states the class instead of lacking it."""
    thing = _stating(model.things[remedy.place], remedy.control_class, model)
    things = {**model.things, remedy.place: thing}
    return msgspec.structs.replace(model, things=things, graph=build_graph(things, model.vocabulary))


def _stating(thing: Thing, control_class: str, model: Model) -> Thing:
    facts = dict(thing.facts)
    for says in ("lacks", "optional", "not-applicable"):
        fact = facts.get(says)
        if fact is not None and control_class in classes_of(fact, model.things) and isinstance(fact.value, tuple):
            kept = tuple(item for item in fact.value if str(item) != control_class)
            facts[says] = Fact(kept, fact.span)
    controls = facts.get("controls")
    stated = controls.value if controls is not None and isinstance(controls.value, tuple) else ()
    facts["controls"] = Fact((*stated, ControlRef(control_class, anonymous=True)), thing.span)
    return msgspec.structs.replace(thing, facts=facts)
