"""The security settings of pods: for each the worst of all containers, at that container's line.

Defaults are those of the API, Kubernetes 1.30 (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/).
What a pod does not say and nothing decides (whom an image runs as) is silent.
"""

from collections.abc import Iterable, Iterator

from threatdsl.infra.images import image
from threatdsl.infra.infrastructure import Fact, Known
from threatdsl.infra.kubernetes.objects import Object
from threatdsl.infra.secrecy import is_literal_secret
from threatdsl.infra.tree import Node

CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
SANDBOX, USER = ("sandboxing",), ("privilege-separation",)
DANGEROUS = ("ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "NET_ADMIN", "DAC_READ_SEARCH", "SYS_RAWIO", "BPF")
OF_PODS = ("runAsNonRoot", "runAsUser", "seccompProfile")  # settings that a pod can make for all its containers
SOCKETS = ("docker.sock", "containerd.sock", "crio.sock")


def containers(workload: Object) -> Iterator[Node]:
    """All containers of a workload's pods, the main ones first."""
    pod = workload.pod
    for name in CONTAINERS:
        listed = pod.at(name) if pod is not None else None
        yield from listed.items if listed is not None else ()


def pod_facts(workload: Object) -> tuple[Fact, ...]:
    """The facts of a workload."""
    pod = workload.pod
    if pod is None:
        return ()
    found: list[Fact] = []
    for container in containers(workload):
        found += _container_facts(workload, pod, container)
    return (*_image_fact(workload), *_host_facts(workload, pod), *_worst(found))


def _worst(facts: Iterable[Fact]) -> Iterator[Fact]:
    """One fact a name: the first that is unsafe, else the first that is unknown, else the first."""
    by_name: dict[str, list[Fact]] = {}
    for fact in facts:
        by_name.setdefault(fact.name, []).append(fact)
    for some in by_name.values():
        unsafe = (fact for fact in some if fact.safe is False)
        yield next(unsafe, None) or next((fact for fact in some if fact.safe is None), some[0])


def _image_fact(workload: Object) -> Iterator[Fact]:
    container = next(containers(workload), None)
    found = image(container.text_at("image")) if container is not None else None
    if container is not None and found is not None:
        value = f"{found.name}:{found.tag}" if found.tag else found.name
        span = workload.span(container.at("image"))
        yield Fact("image", value, None, span, workload.resources[0], property="technology")


def _container_facts(workload: Object, pod: Node, container: Node) -> Iterator[Fact]:
    context = container.at("securityContext")
    of_pod = pod.at("securityContext")

    def fact(name: str, node: Node | None, value: str, classes: tuple[str, ...], *, safe: bool | None) -> Fact:
        known = Known.STATED if node is not None else Known.SILENT
        shared = of_pod if name in OF_PODS else None
        at = workload.span(node or shared or context or container)
        return Fact(name, value if node is not None else "not set", safe, at, workload.resources[0], classes, known)

    def own(name: str) -> Node | None:
        return context.at(name) if context is not None else None

    def inherited(name: str) -> Node | None:
        return own(name) or (of_pod.at(name) if of_pod is not None else None)

    privileged = own("privileged")
    if privileged is not None:
        yield fact("privileged", privileged, privileged.text, SANDBOX, safe=_inverse(privileged.truth))
    else:
        why = "containers are not privileged unless they say so"
        at = workload.span(context or container)
        yield Fact("privileged", "false", True, at, workload.resources[0], SANDBOX, Known.DEFAULT, why=why)  # noqa: FBT003 - safe
    escalation = own("allowPrivilegeEscalation")
    yield fact("allowPrivilegeEscalation", escalation, _text(escalation), USER, safe=_inverse(_truth(escalation)))
    read_only = own("readOnlyRootFilesystem")
    yield fact("readOnlyRootFilesystem", read_only, _text(read_only), SANDBOX, safe=_truth(read_only) or None)
    yield from _capability_facts(workload, context, container)
    nobody = inherited("runAsNonRoot")
    yield fact("runAsNonRoot", nobody, _text(nobody), USER, safe=_truth(nobody))
    user = inherited("runAsUser")
    number = user.number if user is not None else None
    yield fact("runAsUser", user, _text(user), USER, safe=None if number is None else number != 0)
    seccomp = inherited("seccompProfile")
    if seccomp is not None:
        kind = seccomp.text_at("type")
        yield fact("seccompProfile", seccomp, kind, SANDBOX, safe=False if kind == "Unconfined" else bool(kind) or None)
    yield from _limit_facts(workload, container)
    yield from _secret_facts(workload, container)


def _limit_facts(workload: Object, container: Node) -> Iterator[Fact]:
    """What of its node a container may take."""
    for name in ("cpu", "memory"):
        limit = container.at("resources", "limits", name)
        known = Known.STATED if limit is not None else Known.SILENT
        value = limit.text if limit is not None else "not set"
        at = workload.span(limit or container)
        safe = bool(limit is not None and limit.text) or None
        yield Fact(f"limit of {name}", value, safe, at, workload.resources[0], ("resource-limits",), known)


def _capability_facts(workload: Object, context: Node | None, container: Node) -> Iterator[Fact]:
    """What is dropped and what is added; names count without case and without `CAP_`."""
    resource = workload.resources[0]
    dropped = context.at("capabilities", "drop") if context is not None else None
    names = _capabilities(dropped)
    known = Known.STATED if dropped is not None else Known.SILENT
    value = ", ".join(names) or "not set"
    at = workload.span(dropped or context or container)
    yield Fact("capabilities dropped", value, "ALL" in names or None, at, resource, SANDBOX, known)
    added = context.at("capabilities", "add") if context is not None else None
    if added is not None and (names := _capabilities(added)):
        safe = False if set(names) & set(DANGEROUS) else None
        yield Fact("capabilities added", ", ".join(names), safe, workload.span(added), resource, SANDBOX)


def _capabilities(node: Node | None) -> tuple[str, ...]:
    return tuple(sorted(item.text.upper().removeprefix("CAP_") for item in (node.items if node is not None else ())))


def _secret_facts(workload: Object, container: Node) -> Iterator[Fact]:
    """Secrets that stand in the manifest; their values are never kept."""
    variables = container.at("env")
    for variable in variables.items if variables is not None else ():
        name, value = variable.text_at("name"), variable.at("value")
        if value is not None and is_literal_secret(name, value.text):
            at = workload.span(value)
            what = f"secret in clear in {name}"
            yield Fact(what, "in the manifest", False, at, workload.resources[0], ("secret-management",))  # noqa: FBT003 - safe


def _host_facts(workload: Object, pod: Node) -> Iterator[Fact]:
    """What of its node a pod shares."""
    resource = workload.resources[0]
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        node = pod.at(name)
        if node is not None:
            yield Fact(name, node.text, _inverse(node.truth), workload.span(node), resource, SANDBOX)
    volumes = pod.at("volumes")
    listed = (container.at("volumeMounts") for container in containers(workload))
    mounts = [mount for some in listed if some is not None for mount in some.items]
    for volume in volumes.items if volumes is not None else ():
        path = volume.text_at("hostPath", "path")
        if path:
            of_it = [m for m in mounts if m.text_at("name") == volume.text_at("name")]
            read_only = bool(of_it) and all(_truth(m.at("readOnly")) for m in of_it)
            socket = path.endswith(SOCKETS)
            value = f"{path}{', read only' if read_only else ''}"
            safe = None if read_only and not socket else False
            yield Fact(f"host path {path}", value, safe, workload.span(volume.at("hostPath")), resource, SANDBOX)


def _truth(node: Node | None) -> bool | None:
    return node.truth if node is not None else None


def _inverse(truth: bool | None) -> bool | None:  # noqa: FBT001 - it is the value itself
    return None if truth is None else not truth


def _text(node: Node | None) -> str:
    return node.text if node is not None else ""
