"""Rights of service accounts in the cluster (RBAC)."""

from collections.abc import Iterator

from threatdsl.infra.infrastructure import Fact, Role
from threatdsl.infra.kubernetes.objects import READER, Object, Objects

LEAST = ("least-privilege",)
ALL_RIGHTS = "cluster-admin"  # made by Kubernetes itself, in no manifest


def roles(objects: Objects) -> Iterator[Role]:
    """The roles that workloads hold, and those that nobody of these files holds."""
    bindings = tuple(objects.of("RoleBinding", "ClusterRoleBinding"))
    declared = {(one.kind, one.name, one.namespace): one for one in objects.of("Role", "ClusterRole")}
    bound: dict[tuple[str, str, str], list[Object]] = {}
    for binding in bindings:
        kind, name = binding.node.text_at("roleRef", "kind"), binding.node.text_at("roleRef", "name")
        bound.setdefault((kind, name, binding.namespace if kind == "Role" else ""), []).append(binding)
    for key in dict.fromkeys((*declared, *bound)):
        yield _role(objects, key, declared.get(key), bound.get(key, []))


def _role(objects: Objects, key: tuple[str, str, str], role: Object | None, bindings: list[Object]) -> Role:
    holders = tuple(dict.fromkeys(h for binding in bindings for h in _holders(objects, binding)))
    all_ = (*((role,) if role is not None else ()), *bindings)
    facts = tuple(_wildcards(role)) if role is not None else ()
    if role is None and key[1] == ALL_RIGHTS:
        at = bindings[0].span(bindings[0].node.at("roleRef"))
        why = "it may do everything in the cluster"
        facts = (Fact("roleRef", ALL_RIGHTS, False, at, bindings[0].resources[0], LEAST, why=why),)  # noqa: FBT003 - safe
    return Role(
        key=f"{READER}:{all_[0].key}",
        title=key[1],
        resources=tuple(resource for one in all_ for resource in one.resources),
        facts=facts,
        holders=holders,
    )


def _holders(objects: Objects, binding: Object) -> Iterator[str]:
    """The workloads that run under an account which a binding names."""
    subjects = binding.node.at("subjects")
    for subject in subjects.items if subjects is not None else ():
        name, namespace = subject.text_at("name"), subject.text_at("namespace") or binding.namespace
        for workload in objects.workloads if subject.text_at("kind") == "ServiceAccount" else ():
            if workload.namespace == namespace and account_of(workload) == name:
                yield workload.key


def account_of(workload: Object) -> str:
    """The service account that a workload runs under."""
    pod = workload.pod
    named = (pod.text_at("serviceAccountName") or pod.text_at("serviceAccount")) if pod is not None else ""
    return named or "default"


def _wildcards(role: Object) -> Iterator[Fact]:
    """A rule that grants every verb or every resource, at its line."""
    rules = role.node.at("rules")
    for rule in rules.items if rules is not None else ():
        for what in ("verbs", "resources", "apiGroups"):
            listed = rule.at(what)
            star = next((item for item in (listed.items if listed is not None else ()) if item.text == "*"), None)
            if star is not None and what != "apiGroups":
                why = f"a rule grants all {what}"
                yield Fact(what, "*", False, role.span(star), role.resources[0], LEAST, why=why)  # noqa: FBT003 - safe
