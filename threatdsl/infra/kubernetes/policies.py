"""Network policies, as the API server understands them.

Policies add up: a pod that none selects admits everybody, one that some select admits what any of them admits. A null
or empty selector means all pods of the namespace; a rule without `from` admits everybody; without `policyTypes` a
policy is about what comes in, and about what goes out where it has `egress`.
Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.infra.infrastructure import EVERY_PORT, Fact, Flow, Known, Rests
from threatdsl.infra.kubernetes.objects import Object, Objects, texts
from threatdsl.infra.tree import Node

INGRESS, EGRESS = "Ingress", "Egress"
CLASSES = {INGRESS: "network-segmentation", EGRESS: "egress-filtering"}
SIDES = {INGRESS: ("ingress", "from"), EGRESS: ("egress", "to")}
REMOVED = "net.beta.kubernetes.io/network-policy"
NAME_LABEL = "kubernetes.io/metadata.name"


class Policy(msgspec.Struct, frozen=True):
    """A NetworkPolicy, the workloads it selects, and the directions that it is about."""

    object: Object
    selected: tuple[Object, ...]
    directions: tuple[str, ...]

    def rules(self, direction: str) -> tuple[Node, ...]:
        """What it admits in a direction."""
        found = self.object.node.at("spec", SIDES[direction][0])
        return found.items if found is not None else ()


class Policies:
    """All network policies of manifests."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._namespaces = {one.name: {**one.labels, NAME_LABEL: one.name} for one in objects.of("Namespace")}
        self.all = tuple(self._policy(one) for one in objects.of("NetworkPolicy"))

    def of(self, workload: Object) -> tuple[Policy, ...]:
        """The policies that select a workload."""
        return tuple(policy for policy in self.all if workload in policy.selected)

    def facts(self, workload: Object) -> Iterator[Fact]:
        """Whether a workload is closed to whom no rule names, in both directions."""
        for direction, class_ in CLASSES.items():
            about = [policy for policy in self.of(workload) if direction in policy.directions]
            resource = workload.resources[0]
            name = f"{direction.lower()} of network policies"
            if not about:
                if direction == INGRESS:
                    why = "no NetworkPolicy selects its pods, so that every pod may call it"
                    at = workload.span(None)
                    yield Fact(name, "not limited", False, at, resource, (class_,), Known.ABSENT, why=why)  # noqa: FBT003 - safe
                continue
            wide = [
                (policy, rule) for policy in about for rule in policy.rules(direction) if _admits_all(rule, direction)
            ]
            if wide:
                policy, rule = wide[0]
                at, resource = policy.object.span(rule), policy.object.resources[0]
                why = f"a rule of {resource.name} names nobody, which admits everybody"
                yield Fact(name, "not limited", False, at, resource, (class_,), why=why)  # noqa: FBT003 - safe
            else:
                by = about[0].object
                names = ", ".join(sorted(policy.object.name for policy in about))
                yield Fact(name, names, True, by.span(None), by.resources[0], (class_,))  # noqa: FBT003 - safe

    def flows(self) -> Iterator[Flow]:
        """Who may call whom by a rule that names pods; a rule for everybody draws no flows."""
        for policy in self.all:
            for rule in policy.rules(INGRESS) if INGRESS in policy.directions else ():
                for peer in _peers(rule, INGRESS):
                    for source in self.meant(peer, policy.object.namespace):
                        for target in policy.selected:
                            if source is not target:
                                yield from _allowed(source, target, policy, peer, rule)

    def closes(self, source: Object, target: Object) -> Span | None:
        """Where a call is forbidden though the caller names it, None where it is admitted."""
        about = [policy for policy in self.of(target) if INGRESS in policy.directions]
        if not about:
            return None
        for policy in about:
            for rule in policy.rules(INGRESS):
                meant = (self.meant(peer, policy.object.namespace) for peer in _peers(rule, INGRESS))
                if _admits_all(rule, INGRESS) or any(source in some for some in meant):
                    return None
        return about[0].object.span(None)

    def notes(self) -> Iterator[Diagnostic]:
        """Policies and peers that mean nobody, and annotations that no longer do anything."""
        for policy in self.all:
            name = policy.object.resources[0].name
            if not policy.selected:
                message = f"{name} selects no workload of these files and protects nothing"
                yield _note(message, policy.object.span(policy.object.node.at("spec", "podSelector")))
            for direction in policy.directions:
                for peer in (peer for rule in policy.rules(direction) for peer in _peers(rule, direction)):
                    if peer.at("ipBlock") is None and not self.meant(peer, policy.object.namespace):
                        yield _note(
                            f"a rule of {name} names pods that there are none of in these files",
                            policy.object.span(peer),
                        )
        for one in self._objects.all:
            annotation = one.node.at("metadata", "annotations", REMOVED)
            if annotation is not None:
                yield _note(f"the annotation {REMOVED} has had no effect since Kubernetes 1.7", one.span(annotation))

    def meant(self, peer: Node, namespace: str) -> tuple[Object, ...]:
        """The workloads that a peer of a rule means."""
        of_namespace, of_pods = peer.at("namespaceSelector"), peer.at("podSelector")
        if of_namespace is None and of_pods is None:
            return ()
        return tuple(
            workload
            for workload in self._objects.workloads
            if (workload.namespace == namespace if of_namespace is None else self._is_in(workload, of_namespace))
            and (of_pods is None or matches(of_pods, workload.labels))
        )

    def _is_in(self, workload: Object, selector: Node) -> bool:
        labels = self._namespaces.get(workload.namespace, {NAME_LABEL: workload.namespace})
        return matches(selector, labels)

    def _policy(self, one: Object) -> Policy:
        selector = one.node.at("spec", "podSelector")
        selected = tuple(
            workload
            for workload in self._objects.workloads
            if workload.namespace == one.namespace and (selector is None or matches(selector, workload.labels))
        )
        stated = one.node.at("spec", "policyTypes")
        named = tuple(item.text for item in stated.items) if stated is not None else ()
        by_rules = (INGRESS, EGRESS) if one.node.at("spec", "egress") is not None else (INGRESS,)
        return Policy(one, selected, tuple(d for d in (INGRESS, EGRESS) if d in (named or by_rules)))


def matches(selector: Node, labels: Mapping[str, str]) -> bool:
    """Whether a label selector (matchLabels and matchExpressions) means labels; an empty or null one means all."""
    wanted = texts(selector.at("matchLabels"))
    expressions = selector.at("matchExpressions")
    return wanted.items() <= labels.items() and all(
        _holds(expression, labels) for expression in (expressions.items if expressions is not None else ())
    )


def _holds(expression: Node, labels: Mapping[str, str]) -> bool:
    key, operator = expression.text_at("key"), expression.text_at("operator")
    listed = expression.at("values")
    values = [item.text for item in listed.items] if listed is not None else []
    if operator in ("In", "NotIn"):
        return (labels.get(key) in values) is (operator == "In")
    return (key in labels) is (operator == "Exists")


def _admits_all(rule: Node, direction: str) -> bool:
    """Whether a rule names nobody, or every namespace, or every address."""
    peers = _peers(rule, direction)
    return not peers or any(
        peer.text_at("ipBlock", "cidr") in ("0.0.0.0/0", "::/0")
        or (peer.at("podSelector") is None and (ns := peer.at("namespaceSelector")) is not None and not ns.entries)
        for peer in peers
    )


def _peers(rule: Node, direction: str) -> tuple[Node, ...]:
    found = rule.at(SIDES[direction][1])
    return found.items if found is not None else ()


def _allowed(source: Object, target: Object, policy: Policy, peer: Node, rule: Node) -> Iterator[Flow]:
    """What a rule admits, a port each."""
    listed = rule.at("ports")
    ports = [(port.text_at("port") or EVERY_PORT, port) for port in listed.items] if listed is not None else []
    for number, node in ports or [(EVERY_PORT, peer)]:
        yield Flow(
            key=f"{source.key}->{target.key}:{policy.object.key}:{number}",
            title="",
            resources=(),
            source=source.key,
            target=target.key,
            rests=Rests.ALLOWED,
            span=policy.object.span(peer),
            port=number,
            why=policy.object.resources[0].name,
            port_span=policy.object.span(node),
        )


def _note(message: str, span: Span) -> Diagnostic:
    return Diagnostic("TM0803", Severity.WARNING, message, span)
