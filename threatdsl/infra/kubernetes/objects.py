"""The objects of manifests."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, Span
from threatdsl.infra.infrastructure import Resource
from threatdsl.infra.tree import NOTHING, Document, Node

READER = "kubernetes"
DEFAULT_NAMESPACE = "default"
CLUSTER_WIDE = frozenset(
    ("Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "PersistentVolume", "StorageClass")
)
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Rollout": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}


class Object(msgspec.Struct, frozen=True, dict=True):
    """One object; `resources` are the places it stands at, for the same object in two files is one."""

    kind: str
    name: str
    namespace: str
    node: Node
    file: str
    resources: tuple[Resource, ...]

    @property
    def key(self) -> str:
        """Its binding: the key of what it becomes."""
        return self.resources[0].binding

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two mentions one object."""
        return self.kind, self.namespace, self.name

    def span(self, node: Node | None) -> Span:
        """Where a node of it stands, else where it begins."""
        return (node or self.node).span(self.file)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels of a workload's pods, of other objects their own."""
        return texts(self.node.at(*TEMPLATES.get(self.kind, ()), "metadata", "labels"))

    @property
    def is_workload(self) -> bool:
        """Whether pods come of it."""
        return self.kind in TEMPLATES

    @property
    def pod(self) -> Node | None:
        """The specification of a workload's pods."""
        return self.node.at(*TEMPLATES.get(self.kind, ()), "spec")


class Objects:
    """All objects of manifests, and what of the manifests is none."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.notes: list[Diagnostic] = []
        found: dict[tuple[str, str, str], Object] = {}
        for document in documents:
            for node in self._nodes(document):
                one = _object(node, document.file)
                first = found.get(one.identity)
                if first is None:
                    found[one.identity] = one
                else:
                    both = (*first.resources, *one.resources)
                    found[one.identity] = msgspec.structs.replace(first, resources=both)
        self.all = tuple(found.values())

    def of(self, *kinds: str) -> Iterator[Object]:
        """The objects of some kinds."""
        return (one for one in self.all if one.kind in kinds)

    @cached_property
    def workloads(self) -> tuple[Object, ...]:
        """What pods come of."""
        return tuple(one for one in self.all if one.is_workload)

    def selected(self, labels: Node | None, namespace: str) -> tuple[Object, ...]:
        """The workloads of a namespace whose pods a plain selector of labels means; none for an empty one."""
        wanted = texts(labels)
        if not wanted:
            return ()
        return tuple(w for w in self.workloads if w.namespace == namespace and wanted.items() <= w.labels.items())

    def _nodes(self, document: Document) -> Iterator[Node]:
        """The objects of a document, those of a List each."""
        waiting = [document.root]
        while waiting:
            node = waiting.pop(0)
            if node.text_at("kind").endswith("List") and node.at("items") is not None:
                waiting = [*(node.entries["items"].items), *waiting]
            elif node.text_at("kind"):
                yield node
            else:
                message = "this is no object of Kubernetes: it has no `kind`"
                self.notes.append(Diagnostic("TM0801", Severity.WARNING, message, node.span(document.file)))


def _object(node: Node, file: str) -> Object:
    kind = node.text_at("kind")
    name = node.text_at("metadata", "name") or node.text_at("metadata", "generateName") or file.rpartition("/")[2]
    namespace = "" if kind in CLUSTER_WIDE else node.text_at("metadata", "namespace") or DEFAULT_NAMESPACE
    at = node.at("metadata", "name") or node
    aliases = (f"{kind}/{namespace}/{name}",) if namespace else ()
    resource = Resource(READER, file, f"{kind}/{name}", kind, at.span(file), aliases)
    return Object(kind, name, namespace, node, file, (resource,))


def texts(node: Node | None) -> Mapping[str, str]:
    """The entries of a mapping as texts."""
    return {key: value.text for key, value in (node.entries if node is not None else NOTHING).items()}
