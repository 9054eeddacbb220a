"""A shop of four workloads with its policies, written for these tests; each test changes a line of it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from threatdsl.infra.infrastructure import Fact, Infrastructure
from threatdsl.infra.interface import read_infrastructure

WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  labels: { team: shop }
spec:
  replicas: 2
  selector:
    matchLabels: { app: NAME }
  template:
    metadata:
      labels: { app: NAME }
    spec:
      serviceAccountName: NAME
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
      containers:
        - name: main
          image: IMAGE
          env:
            - name: CALLS
              value: "CALLED"
          resources:
            limits: { cpu: 200m, memory: 128Mi }
          securityContext:
            allowPrivilegeEscalation: false
            privileged: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
---
apiVersion: v1
kind: Service
metadata:
  name: NAME
spec:
  type: ClusterIP
  selector: { app: NAME }
  ports:
    - name: http
      port: 8080
"""
POLICY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: NAME
spec:
  podSelector:
    matchLabels: { app: NAME }
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels: { app: CALLER }
      ports:
        - port: 8080
"""
DENY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
CALLS = {"web": "http://cart:8080/cart,orders:8080", "cart": "redis://kept:6379/0", "orders": "true", "kept": "1"}
CALLERS = {"cart": "web", "orders": "web", "kept": "cart"}


def workload(name: str, *, image: str = "", calls: str = "true") -> str:
    """A Deployment with its Service."""
    text = WORKLOAD.replace("NAME", name).replace("IMAGE", image or f"shop.example/{name}:1.4")
    return text.replace("CALLED", calls)


def policy(name: str, caller: str) -> str:
    """A policy that lets one caller in."""
    return POLICY.replace("NAME", name).replace("CALLER", caller)


def manifests() -> Mapping[str, str]:
    """The files of the shop."""
    files = {f"{name}.yaml": workload(name, calls=calls) for name, calls in CALLS.items()}
    files["kept.yaml"] = (
        workload("kept", image="redis:7.4").replace("8080", "6379").replace("name: http", "name: redis")
    )
    files |= {f"policies/{name}.yaml": policy(name, caller) for name, caller in CALLERS.items()}
    files["policies/kept.yaml"] = policy("kept", "cart").replace("8080", "6379")
    return {**files, "policies/deny.yaml": DENY}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """The files below a folder, in one called `deploy`, whose path is returned."""
    for name, text in files.items():
        path = folder / "deploy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "deploy"


def read(folder: Path, *texts: str) -> Infrastructure:
    """What manifests say, each text a file of its own."""
    write(folder, {f"{number}.yaml": text for number, text in enumerate(texts)})
    return read_infrastructure([("kubernetes", folder / "deploy")], folder)


def fact(infrastructure: Infrastructure, title: str, name: str) -> Fact:
    """One fact of an element, by the element's title."""
    (element,) = [one for one in infrastructure.elements if one.title == title]
    (found,) = [one for one in element.facts if one.name == name]
    return found


def calls(infrastructure: Infrastructure) -> set[tuple[str, str, str, str]]:
    """All flows: titles of the ends, the port, and what it rests on."""
    titles = {element.key: element.title for element in infrastructure.elements}
    return {(titles[f.source], titles[f.target], f.port, f.rests.value) for f in infrastructure.flows}


def messages(infrastructure: Infrastructure) -> Iterable[str]:
    """What is noted about the files."""
    return [note.message for note in infrastructure.notes]
