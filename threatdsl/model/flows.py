"""Flow statements to data flows."""

from collections.abc import Mapping

import msgspec

from threatdsl.diagnostics import Related, Span
from threatdsl.model.declarations import FlowNode, former_names
from threatdsl.model.facts import bind_facts
from threatdsl.model.names import Names, may_declare
from threatdsl.model.problems import Problems
from threatdsl.model.things import Fact, Flow
from threatdsl.model.values import ValueBinder
from threatdsl.model.words import full_name
from threatdsl.syntax import nodes
from threatdsl.syntax.nodes import Name

MOST_PAIRS = 100
Ends = tuple[tuple[str, str], ...]


def declare_flows(flow_nodes: tuple[FlowNode, ...], names: Names) -> tuple[tuple[FlowNode, Flow], ...]:
    """Each flow with its id and ends, its facts still empty. All are declared before facts refer to them."""
    declared: list[tuple[FlowNode, Flow]] = []
    for flow_node in flow_nodes:
        node, scope = flow_node.node, flow_node.source.scope
        pairs = _pairs(flow_node, names)
        if not _is_sound(node, pairs, names.problems):
            continue
        title, span = node.title.text if node.title is not None else "", head_of(node)
        for source, target in pairs:
            id_ = full_name(scope, node.name.text) if node.name is not None else f"{source}->{target}"
            if not _is_new(id_, node, names, core=flow_node.source.core):
                continue
            flow = Flow(id=id_, kind="flow", title=title, span=span, facts={}, source=source, target=target)
            declared.append((flow_node, flow))
            for old, place in former_names(node.body):
                names.rename(full_name(scope, old) if "->" not in old else old, id_, place)
    return tuple(declared)


def _is_sound(node: nodes.Flow, pairs: Ends, problems: Problems) -> bool:
    """Whether the flows of a statement can be declared; False with a diagnostic."""
    if node.name is not None and not may_declare(node.name, problems):
        return False
    if node.name is not None and len(node.sources) * len(node.targets) > 1:
        problems.error(
            "TM0226",
            f"flow `{node.name.text}` has several ends",
            node.name.span,
            label="one name for several flows",
            help="give each pair a statement of its own, or leave out the name",
        )
        return False
    if len(pairs) > MOST_PAIRS:
        problems.error(
            "TM0234",
            f"this statement stands for {len(pairs):,} flows",
            head_of(node),
            label=f"more than {MOST_PAIRS:,}",
            help="write a statement for each flow that carries something of its own",
        )
        return False
    return True


def head_of(node: nodes.Flow) -> Span:
    """The head of a flow statement: from its first word to the end of its last target."""
    return node.span.until(node.targets[-1].span)


def _pairs(flow_node: FlowNode, names: Names) -> Ends:
    scope = flow_node.source.scope

    def ends(written: tuple[Name, ...]) -> tuple[str, ...]:
        found = (names.thing(scope, name, "element") for name in written)
        return tuple(dict.fromkeys(id_ for id_ in found if id_ is not None))

    sources, targets = ends(flow_node.node.sources), ends(flow_node.node.targets)
    return tuple((source, target) for source in sources for target in targets)


def _is_new(id_: str, node: nodes.Flow, names: Names, *, core: bool) -> bool:
    earlier = names.things.get(id_)
    if node.name is not None:
        return names.declare(id_, "flow", node.name.span, core=core)
    if earlier is None:
        return names.declare(id_, "flow", head_of(node), core=core)
    names.problems.error(
        "TM0228",
        f"a second unnamed flow {id_.replace('->', ' -> ')}",
        head_of(node),
        related=(Related("the first is here", earlier.span),),
        help="give one of them a name: flow NAME a -> b",
    )
    return False


def bind_body(flow_node: FlowNode, names: Names) -> Mapping[str, Fact]:
    """What the body of a flow statement states."""
    binder = ValueBinder(names, flow_node.source.scope)
    known = names.vocabulary.kinds["flow"].properties
    return bind_facts(binder, flow_node.node.body or (), "flow", head_of(flow_node.node), known)


def with_facts(flow: Flow, facts: Mapping[str, Fact]) -> Flow:
    """The flow with its facts."""
    return msgspec.structs.replace(flow, facts=facts)
