"""Decisions and switches: accept, dismiss, transfer, adjust, disable."""

from datetime import date

from threatdsl.diagnostics import Span
from threatdsl.model.facts import bind_facts
from threatdsl.model.names import ANY, Names
from threatdsl.model.sources import Source
from threatdsl.model.things import Decision, Switch
from threatdsl.model.values import ValueBinder
from threatdsl.syntax import nodes
from threatdsl.syntax.nodes import Date, Name, Pair

BODY_KINDS = {"accept": "acceptance", "dismiss": "acceptance", "transfer": "acceptance", "adjust": "adjustment"}


def bind_decisions(sources: tuple[Source, ...], names: Names) -> tuple[tuple[Decision, ...], tuple[Switch, ...]]:
    """All decisions and switches of the team's files. One in a shipped library is an error."""
    decisions: list[Decision] = []
    switches: list[Switch] = []
    for source in sources:
        binder = ValueBinder(names, source.scope)
        for statement in source.document.statements:
            if not isinstance(statement, nodes.Decision | nodes.Switch):
                continue
            if source.shipped:
                names.problems.error("TM0220", "a shipped library decides nothing", statement.span)
            elif isinstance(statement, nodes.Decision):
                decision = _decision(binder, statement)
                decisions += [decision] if decision is not None else []
            else:
                switch = _switch(binder, statement)
                switches += [switch] if switch is not None else []
    return tuple(decisions), tuple(switches)


def _decision(binder: ValueBinder, node: nodes.Decision) -> Decision | None:
    head = node.rule.span.until(node.targets[-1].span)
    until = _until(binder, node.until, head, f"{node.verb} {node.rule.text}")
    targets = tuple(_target(binder, target) for target in node.targets)
    kind = binder.names.vocabulary.kinds[BODY_KINDS[node.verb]]
    facts = bind_facts(binder, node.body or (), node.verb, head, kind.properties)
    found = tuple(target for target in targets if target is not None)
    if until is None or len(found) < len(targets):
        return None
    return Decision(node.verb, node.rule.text, found, until, facts, head)


def _switch(binder: ValueBinder, node: nodes.Switch) -> Switch | None:
    until = _until(binder, node.until, node.rule.span, f"disable {node.rule.text}")
    kind = binder.names.vocabulary.kinds["switch"]
    facts = bind_facts(binder, node.body or (), "disable", node.rule.span, kind.properties)
    return Switch(node.rule.text, until, facts, node.rule.span) if until is not None else None


def _until(binder: ValueBinder, until: Date | None, head: Span, what: str) -> date | None:
    if until is not None:
        return binder.calendar(until.text, until.span)
    binder.names.problems.error(
        "TM0401",
        "a decision needs an end",
        head,
        label="no date",
        help=f"add `until YYYY-MM-DD` to `{what}`, the day on which somebody looks at it again",
    )
    return None


def _target(binder: ValueBinder, target: Name | Pair) -> str | None:
    if isinstance(target, Pair):
        return binder.names.flow(binder.scope, target)
    return binder.names.thing(binder.scope, target, ANY)
