"""Checks of Checkov that look at the flags of the control plane of Kubernetes, and so pass on every ordinary workload.

They look for a command such as `kube-apiserver` in any container, and pass where there is none. Source: a run of
Checkov 3.3 over the manifests of Online Boutique, in which each of these passed on all twelve Deployments although none
has such a command; their names all speak of an argument of the API server, the controller manager, the scheduler, etcd
or the kubelet.
"""

_API_SERVER = (*range(68, 76), 77, *range(79, 87), *range(88, 98), 99, 100, 102, 104, 105)
_CONTROLLER_MANAGER = (*range(106, 109), *range(110, 114))
_SCHEDULER_AND_ETCD = range(114, 120)
_KUBELET = (138, 139, 141, *range(143, 150), 151)
CHECKS = frozenset(
    f"CKV_K8S_{number}" for number in (*_API_SERVER, *_CONTROLLER_MANAGER, *_SCHEDULER_AND_ETCD, *_KUBELET)
)


def is_vacuous(check: str, resource: str) -> bool:
    """Whether a pass of a check says nothing of a resource (`Pod.NAMESPACE.NAME`): no Pod of the control plane."""
    kind, _, name = resource.partition(".")
    is_control_plane = kind == "Pod" and name.rpartition(".")[2].startswith(("kube-", "etcd"))
    return check in CHECKS and not is_control_plane
