"""Parsed files to a model."""

from collections.abc import Mapping

from threatdsl.diagnostics import Span, errors_in
from threatdsl.model.consistency import SHIPPED_FORBIDS, check_consistency, without_effect
from threatdsl.model.decisions import bind_decisions
from threatdsl.model.declarations import Declarations, ThingNode, collect, head_id
from threatdsl.model.digest import digest
from threatdsl.model.facts import bind_facts
from threatdsl.model.flows import bind_body, declare_flows, with_facts
from threatdsl.model.former import former_ids
from threatdsl.model.graph import build_graph
from threatdsl.model.model import Model
from threatdsl.model.names import Names
from threatdsl.model.problems import Problems
from threatdsl.model.scope import BoundRule
from threatdsl.model.sources import Sources
from threatdsl.model.things import Thing
from threatdsl.model.values import ValueBinder
from threatdsl.model.vocabulary import Vocabulary
from threatdsl.model.words import bind_vocabulary
from threatdsl.syntax import nodes


def bind(sources: Sources, problems: Problems, words: Vocabulary | None = None) -> Model | None:
    """The model, or None when an error stands in the way of one; all mistakes are in `problems`.

    `words` are those of the same files where they were bound before: they are most of the work.
    """
    head_node = sources.checked.head
    if head_node is None or head_node.kind.text not in ("model", "library"):
        _no_model(sources, problems)
        return None
    vocabulary = words if words is not None else bind_vocabulary(sources.all, problems)
    names = Names(vocabulary, problems)
    declared = collect(sources.all, names)
    things = _bind_things(declared, names)
    decisions, switches = bind_decisions(sources.all, names)
    check_consistency(things, vocabulary, problems)
    team = frozenset(s.document.file for s in sources.all if not s.shipped)
    without_effect(things, team, vocabulary, problems)
    head = things.get(head_id(head_node))
    if errors_in(problems.found) or head is None:
        return None
    core = frozenset(s.document.file for s in sources.all if s.core)
    rules = tuple(
        BoundRule(statement, source.scope, source.library)
        for source in sources.all
        for statement in source.document.statements
        if isinstance(statement, nodes.Rule)
    )
    return Model(
        head=head,
        file=sources.checked.document.file,
        vocabulary=vocabulary,
        things=things,
        decisions=decisions,
        switches=switches,
        rules=rules,
        graph=build_graph(things, vocabulary),
        digest=digest(things.values(), (*decisions, *switches), rules, vocabulary, core),
        former=former_ids(names.former, things),
    )


def _no_model(sources: Sources, problems: Problems) -> None:
    document = sources.checked.document
    if errors_in(problems.found):
        return
    statements = document.statements
    start = Span(document.file, 1, 1, 1, 1, 0, 0)
    what = "this file is empty" if not statements else "this file has no `model` statement"
    problems.error(
        "TM0207",
        what,
        statements[0].span if statements else start,
        help='begin it with: model NAME "Title" { }   (`threatdsl new` writes a first model)',
    )


def _bind_things(declared: Declarations, names: Names) -> Mapping[str, Thing]:
    flows = declare_flows(declared.flows, names)
    names.check_former()
    things = {node.id: _thing(node, names) for node in declared.things}
    # Each statement once, however many flows it stands for; also one that stands for none, for what is wrong in it.
    bodies = {node.node.span: bind_body(node, names) for node in declared.flows}
    things.update({flow.id: with_facts(flow, bodies[node.node.span]) for node, flow in flows})
    return things


def _thing(thing: ThingNode, names: Names) -> Thing:
    binder = ValueBinder(names, thing.source.scope)
    node, kind = thing.node, names.vocabulary.kinds[thing.kind]
    if thing.source.shipped and kind.name in SHIPPED_FORBIDS:
        names.problems.error("TM0220", f"a shipped library holds no {kind.name}", node.kind.span)
    facts = bind_facts(binder, node.body or (), node.kind.text, node.name.span, kind.properties) if thing.known else {}
    title = node.title.text if node.title is not None else node.name.text
    return Thing(id=thing.id, kind=kind.name, title=title, span=_head(node), facts=facts, parent=thing.parent)


def _head(node: nodes.Declaration) -> Span:
    return node.kind.span.until((node.title or node.name).span)
