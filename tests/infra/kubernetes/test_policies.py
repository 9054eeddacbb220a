"""Network policies mean what the API server makes of them."""

from pathlib import Path

import pytest

from tests.infra.kubernetes.shop import DENY, calls, fact, messages, policy, read, workload

ANNOTATED = """apiVersion: v1
kind: Namespace
metadata:
  name: default
  annotations:
    net.beta.kubernetes.io/network-policy: "{}"
"""
NAME = "ingress of network policies"
WEB, CART = workload("web", calls="cart:8080"), workload("cart")


def closed(folder: Path, *texts: str) -> bool | None:
    return fact(read(folder, WEB, CART, *texts), "cart", NAME).safe


def test_without_a_policy_everybody_may_call(tmp_path: Path) -> None:
    assert closed(tmp_path) is False


def test_a_policy_that_selects_a_pod_closes_it_and_a_rule_opens_it_for_whom_it_names(tmp_path: Path) -> None:
    infrastructure = read(tmp_path, WEB, CART, policy("cart", "web"))
    assert fact(infrastructure, "cart", NAME).safe is True
    assert ("web", "cart", "8080", "allowed") in calls(infrastructure)


@pytest.mark.parametrize("selector", ["podSelector: {}", "podSelector:\n    matchLabels:"])
def test_an_empty_or_a_null_selector_means_all_pods(tmp_path: Path, selector: str) -> None:
    infrastructure = read(tmp_path, WEB, CART, DENY.replace("podSelector: {}", selector))
    assert [fact(infrastructure, name, NAME).safe for name in ("web", "cart")] == [True, True]


def test_a_rule_without_from_admits_everybody(tmp_path: Path) -> None:
    text = policy("cart", "web").replace(
        "    - from:\n        - podSelector:\n            matchLabels: { app: web }\n      ports:", "    - ports:"
    )
    assert closed(tmp_path, DENY, text) is False


def test_without_policy_types_a_policy_is_about_what_comes_in(tmp_path: Path) -> None:
    assert closed(tmp_path, policy("cart", "web").replace("  policyTypes: [Ingress]\n", "")) is True


def test_a_label_one_letter_off_protects_nothing_and_is_told(tmp_path: Path) -> None:
    infrastructure = read(tmp_path, WEB, CART, policy("crat", "web"))
    assert fact(infrastructure, "cart", NAME).safe is False
    assert "NetworkPolicy/crat selects no workload of these files and protects nothing" in messages(infrastructure)
    assert ("web", "cart", "8080", "allowed") not in calls(infrastructure)


def test_a_peer_that_means_nobody_admits_nobody_and_is_told(tmp_path: Path) -> None:
    infrastructure = read(tmp_path, WEB, CART, policy("cart", "wbe"))
    assert fact(infrastructure, "cart", NAME).safe is True
    assert any("names pods that there are none of" in message for message in messages(infrastructure))


def test_a_call_that_policies_close_is_told(tmp_path: Path) -> None:
    infrastructure = read(tmp_path, WEB, CART, DENY)
    assert "web names cart (variable CALLS), which network policies close to it" in messages(infrastructure)


def test_policies_of_another_namespace_say_nothing_here(tmp_path: Path) -> None:
    assert closed(tmp_path, DENY.replace("name: deny", "name: deny\n  namespace: other")) is False


def test_an_annotation_of_a_removed_api_protects_nothing_and_is_told(tmp_path: Path) -> None:
    infrastructure = read(tmp_path, WEB, CART, ANNOTATED)
    assert fact(infrastructure, "cart", NAME).safe is False
    assert any("no effect" in message for message in messages(infrastructure))
