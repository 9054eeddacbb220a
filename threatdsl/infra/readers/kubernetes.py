"""Kubernetes manifests: single files and folders of them, with several documents, lists and objects of a mesh."""

from collections.abc import Iterator

from threatdsl.diagnostics import Diagnostic, Severity
from threatdsl.infra.images import image
from threatdsl.infra.infrastructure import INTERNET, Boundary, Element, Flow, Infrastructure, the_internet
from threatdsl.infra.interface import Files
from threatdsl.infra.kubernetes.access import account_of, roles
from threatdsl.infra.kubernetes.entrances import entrances, hosts_of_mesh
from threatdsl.infra.kubernetes.leftovers import loss
from threatdsl.infra.kubernetes.objects import READER, Object, Objects
from threatdsl.infra.kubernetes.pods import containers, pod_facts
from threatdsl.infra.kubernetes.policies import Policies
from threatdsl.infra.kubernetes.references import calls
from threatdsl.infra.kubernetes.services import Services, host_ports

ENDINGS = (".yaml", ".yml", ".json")
JOBS = ("Job", "CronJob")


def read(files: Files) -> Infrastructure:
    """All objects of the files as one cluster."""
    objects = Objects(files.documents)
    services, policies = Services(objects), Policies(objects)
    called, hosts = calls(objects, services)
    flows = (*called, *_flows(objects, services, policies))
    elements = (
        *(_element(one, objects, services, policies) for one in objects.workloads),
        *hosts,
        *hosts_of_mesh(objects),
    )
    internet, anybody = the_internet()
    reached = any(flow.source == INTERNET for flow in flows)
    boundaries = (*((internet,) if reached else ()), *_namespaces(objects))
    parts = Infrastructure(
        elements=(*((anybody,) if reached else ()), *elements),
        boundaries=boundaries,
        flows=flows,
        roles=tuple(roles(objects)),
        resources=tuple(resource for one in objects.all for resource in one.resources),
        notes=(
            *objects.notes,
            *services.notes(),
            *policies.notes(),
            *_secrets(elements),
            *_closed(flows, objects, policies),
        ),
    )
    lost = (one for one in objects.all if not parts.mapped & set(one.resources))
    return Infrastructure(
        parts.elements,
        parts.boundaries,
        parts.flows,
        parts.roles,
        parts.resources,
        tuple(entry for one in lost for entry in loss(one)),
        parts.notes,
    )


def _flows(objects: Objects, services: Services, policies: Policies) -> Iterator[Flow]:
    yield from services.published()
    yield from entrances(objects, services)
    yield from policies.flows()
    for workload in objects.workloads:
        yield from host_ports(workload)


def _element(workload: Object, objects: Objects, services: Services, policies: Policies) -> Element:
    behind = [service.object for service in services.all if workload in service.behind]
    accounts = [
        one
        for one in objects.of("ServiceAccount")
        if one.name == account_of(workload) and one.namespace == workload.namespace
    ]
    limiting = [policy.object for policy in policies.of(workload)]
    container = next(containers(workload), None)
    found = image(container.text_at("image")) if container is not None else None
    kind = "job" if workload.kind in JOBS else found.kind if found is not None else "service"
    return Element(
        key=workload.key,
        title=workload.name,
        resources=tuple(r for one in (workload, *behind, *accounts, *limiting) for r in one.resources),
        facts=(*pod_facts(workload), *policies.facts(workload)),
        kind=kind,
        boundary=f"{READER}:namespace:{workload.namespace}",
    )


def _namespaces(objects: Objects) -> Iterator[Boundary]:
    """A boundary for each namespace that workloads stand in, declared or not, and for each that is declared."""
    declared = {one.name: one for one in objects.of("Namespace")}
    for name in sorted({*declared, *(workload.namespace for workload in objects.workloads)}):
        resources = declared[name].resources if name in declared else ()
        yield Boundary(key=f"{READER}:namespace:{name}", title=f"Namespace {name}", resources=resources)


def _secrets(elements: tuple[Element, ...]) -> Iterator[Diagnostic]:
    for fact in (fact for element in elements for fact in element.facts if "secret-management" in fact.classes):
        yield Diagnostic(
            "TM0804",
            Severity.WARNING,
            f"{fact.resource.name}: {fact.name}",
            fact.span,
            label="readable by all who see the file",
        )


def _closed(flows: tuple[Flow, ...], objects: Objects, policies: Policies) -> Iterator[Diagnostic]:
    """Calls that are named and that network policies forbid."""
    by_key = {workload.key: workload for workload in objects.workloads}
    for flow in flows:
        source, target = by_key.get(flow.source), by_key.get(flow.target)
        if flow.rests.value == "referenced" and source is not None and target is not None:
            where = policies.closes(source, target)
            if where is not None:
                message = f"{source.name} names {target.name} ({flow.why}), which network policies close to it"
                yield Diagnostic("TM0803", Severity.WARNING, message, flow.span)
