"""What manifests hold that becomes no part of a model, and why."""

from collections.abc import Mapping

from threatdsl.infra.infrastructure import Loss, LossKind
from threatdsl.infra.kubernetes.objects import Object

CONFIGURATION: Mapping[str, str] = {
    "ConfigMap": "settings; what they say of calls is in the calls of who is given them",
    "Secret": "a secret, whose content is never read",
    "ServiceAccount": "no workload of these files runs under it",
    "PersistentVolumeClaim": "storage of the workload that mounts it",
    "PersistentVolume": "storage of the workload that mounts it",
    "StorageClass": "how storage is made",
    "LimitRange": "limits for the pods of a namespace",
    "ResourceQuota": "limits for a namespace",
    "Kustomization": "which manifests are used, and with which changes: render it, and read the result",
    "NetworkPolicy": "it selects no workload of these files",
    "Service": "it selects no workload of these files",
    "Ingress": "it leads to no workload of these files",
    "VirtualService": "it routes what comes from inside",
    "Gateway": "where what comes in is received; its routes are the flows",
    "GatewayClass": "which program makes gateways",
    "DestinationRule": "how calls are spread over copies",
    "Sidecar": "which hosts a proxy knows",
}
OUT_OF_SCOPE: Mapping[str, str] = {
    "HorizontalPodAutoscaler": "how many copies run",
    "VerticalPodAutoscaler": "how large copies are",
    "PodDisruptionBudget": "how many copies may stop at once",
    "PriorityClass": "who is started first",
    "ServiceMonitor": "what a monitor asks",
    "PodMonitor": "what a monitor asks",
    "PrometheusRule": "when a monitor calls",
    "CustomResourceDefinition": "a kind of objects",
    "Event": "something that happened",
    "Lease": "who leads",
}


def loss(one: Object) -> tuple[Loss, ...]:
    """Why an object became nothing."""
    if one.kind in CONFIGURATION:
        kind, why = LossKind.CONFIGURATION, CONFIGURATION[one.kind]
    elif one.kind in OUT_OF_SCOPE:
        kind, why = LossKind.OUT_OF_SCOPE, OUT_OF_SCOPE[one.kind]
    else:
        kind, why = LossKind.UNSUPPORTED, f"threatdsl does not know objects of the kind {one.kind}"
    return tuple(Loss(resource, kind, why) for resource in one.resources)
