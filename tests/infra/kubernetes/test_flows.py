"""Who calls whom: by the values of settings, and from outside by what publishes."""

from pathlib import Path

import pytest

from tests.infra.kubernetes.shop import calls, messages, read, workload
from threatdsl.infra.infrastructure import Element

CART = workload("cart")
ANYBODY = "Anybody on the internet"


def of(folder: Path, value: str, *more: str) -> set[tuple[str, str, str, str]]:
    return calls(read(folder, workload("web", calls=value), CART, *more))


@pytest.mark.parametrize(
    "value",
    ["cart:8080", "http://cart/x?y=z", "http://u:p@cart.default:8080", "grpc://cart.default.svc.cluster.local:8080"],
)
def test_a_value_that_is_an_address_is_a_call(tmp_path: Path, value: str) -> None:
    assert {(source, target) for source, target, _, _ in of(tmp_path, value)} == {("web", "cart")}


@pytest.mark.parametrize("value", ["true", "cart", "/etc/cart", "cart.yaml", "127.0.0.1:8080", "1.2.3", "*:8080", ""])
def test_a_value_that_is_none_is_no_call(tmp_path: Path, value: str) -> None:
    assert of(tmp_path, value) == set()


def test_a_host_alone_is_one_where_the_name_says_so(tmp_path: Path) -> None:
    text = workload("web", calls="cart").replace("name: CALLS", "name: CART_HOST")
    assert calls(read(tmp_path, text, CART)) == {("web", "cart", "8080", "referenced")}


def test_a_host_that_no_file_defines_is_an_external_entity(tmp_path: Path) -> None:
    infrastructure = read(tmp_path, workload("web", calls="https://api.pay.example/v1"))
    (external,) = [e for e in infrastructure.elements if e.kind == "external"]
    assert (external.title, sorted(external.bindings)) == ("api.pay.example", ["host:api.pay.example"])


def test_settings_of_a_map_are_calls_of_who_is_given_them(tmp_path: Path) -> None:
    given = "          envFrom:\n            - configMapRef: { name: settings }\n          env:"
    map_ = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { CART: "cart:8080" }\n'
    text = workload("web").replace("          env:", given)
    assert calls(read(tmp_path, text, CART, map_)) == {("web", "cart", "8080", "referenced")}


@pytest.mark.parametrize("kind", ["LoadBalancer", "NodePort"])
def test_a_published_service_can_be_reached_by_anybody(tmp_path: Path, kind: str) -> None:
    infrastructure = read(tmp_path, CART.replace("ClusterIP", kind))
    assert calls(infrastructure) == {(ANYBODY, "cart", "8080", "allowed")}
    assert [flow.span.line for flow in infrastructure.flows] == [38]


def test_a_balancer_inside_is_not_published(tmp_path: Path) -> None:
    inside = CART.replace(
        "kind: Service\nmetadata:\n",
        'kind: Service\nmetadata:\n  annotations:\n    networking.gke.io/load-balancer-type: "Internal"\n',
    )
    assert calls(read(tmp_path, inside.replace("ClusterIP", "LoadBalancer"))) == set()


INGRESS = """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  tls: [{ hosts: [shop.example], secretName: shop-tls }]
  rules:
    - host: HOST
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: cart, port: { number: 8080 } } } }
"""


@pytest.mark.parametrize(("host", "protocol"), [("shop.example", "https"), ("other.example", "http")])
def test_an_ingress_publishes_and_says_whether_it_is_encrypted(tmp_path: Path, host: str, protocol: str) -> None:
    (flow,) = read(tmp_path, CART, INGRESS.replace("HOST", host)).flows
    assert (flow.protocol, flow.resources[0].name) == (protocol, "Ingress/shop")


def test_a_service_that_selects_nothing_is_told_and_listed_as_a_loss(tmp_path: Path) -> None:
    infrastructure = read(tmp_path, CART.replace("selector: { app: cart }", "selector: { app: crat }"))
    assert messages(infrastructure) == ["Service/cart selects no workload of these files"]
    assert [loss.resource.name for loss in infrastructure.losses] == ["Service/cart"]


def test_the_same_object_twice_is_one_element(tmp_path: Path) -> None:
    infrastructure = read(tmp_path, CART, CART)
    assert len(infrastructure.elements) == 1
    assert len(infrastructure.resources) == 4


@pytest.mark.parametrize(
    ("image", "kind"),
    [("docker.io/library/redis:7", "cache"), ("postgres", "database"), ("shop.example/web", "service")],
)
def test_well_known_images_are_data_stores(tmp_path: Path, image: str, kind: str) -> None:
    (element,) = read(tmp_path, workload("kept", image=image)).elements
    assert isinstance(element, Element)
    assert element.kind == kind


ROLE = """apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: all }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: cart, namespace: default }]
"""


def test_a_workload_that_may_do_everything_holds_a_role_that_says_so(tmp_path: Path) -> None:
    (role,) = read(tmp_path, CART, ROLE).roles
    assert role.holders == ("kubernetes:deploy/0.yaml#Deployment/cart",)
    assert [(fact.safe, fact.classes) for fact in role.facts] == [(False, ("least-privilege",))]
