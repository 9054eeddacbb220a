"""The settings of pods: the worst container counts, and silence is neither yes nor no."""

from pathlib import Path

import pytest

from tests.infra.kubernetes.shop import fact, messages, read, workload

EXPORTER = """        - name: exporter
          image: exporter
"""
TEXT = workload("web")


def test_a_container_without_settings_makes_the_hardened_one_beside_it_unknown(tmp_path: Path) -> None:
    both = read(tmp_path, TEXT.replace("---\n", f"{EXPORTER}---\n", 1))
    assert fact(both, "web", "readOnlyRootFilesystem").safe is None
    assert fact(both, "web", "readOnlyRootFilesystem").span.line == 32
    assert fact(both, "web", "runAsNonRoot").safe is True  # of the pod, for both


@pytest.mark.parametrize(
    ("name", "line"), [("runAsNonRoot", "        runAsNonRoot: true\n"), ("runAsUser", "        runAsUser: 10001\n")]
)
def test_dropping_a_demand_leaves_it_unknown_and_the_other_fact_as_it_was(tmp_path: Path, name: str, line: str) -> None:
    other = {"runAsNonRoot": "runAsUser", "runAsUser": "runAsNonRoot"}[name]
    dropped = read(tmp_path, TEXT.replace(line, ""))
    assert fact(dropped, "web", name).safe is None
    assert fact(dropped, "web", other).safe is True


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("runAsUser", "runAsUser: 10001", "runAsUser: 0"),
        ("privileged", "privileged: false", 'privileged: "true"'),
        ("allowPrivilegeEscalation", "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true"),
        ("hostNetwork", "serviceAccountName", "hostNetwork: true\n      serviceAccountName"),
    ],
)
def test_what_opens_the_host_is_unsafe(tmp_path: Path, name: str, old: str, new: str) -> None:
    assert fact(read(tmp_path, TEXT.replace(old, new)), "web", name).safe is False


def test_capabilities_count_without_case(tmp_path: Path) -> None:
    assert fact(read(tmp_path, TEXT.replace("[ALL]", "[all]")), "web", "capabilities dropped").safe is True


def test_a_container_overrides_its_pod(tmp_path: Path) -> None:
    text = TEXT.replace("            privileged: false\n", "            privileged: false\n            runAsUser: 0\n")
    assert fact(read(tmp_path, text), "web", "runAsUser").safe is False


VOLUME = """      volumes:
        - name: engine
          hostPath: { path: PATH }
      containers:
"""
MOUNT = "          volumeMounts: [{ name: engine, mountPath: /engine, readOnly: true }]\n          image:"


@pytest.mark.parametrize(("path", "safe"), [("/var/run/docker.sock", False), ("/etc/ssl/certs", None)])
def test_the_socket_of_the_engine_is_power_over_the_host_even_when_it_is_read_only(
    tmp_path: Path,
    path: str,
    safe: bool | None,  # noqa: FBT001 - pytest hands it over
) -> None:
    text = TEXT.replace("      containers:\n", VOLUME.replace("PATH", path)).replace("          image:", MOUNT)
    assert fact(read(tmp_path, text), "web", f"host path {path}").safe is safe


def test_a_secret_in_clear_is_named_and_its_value_is_nowhere(tmp_path: Path) -> None:
    text = TEXT.replace("name: CALLS", "name: DB_PASSWORD").replace('"true"', '"correct-horse-7"')
    infrastructure = read(tmp_path, text)
    assert fact(infrastructure, "web", "secret in clear in DB_PASSWORD").safe is False
    assert messages(infrastructure) == ["Deployment/web: secret in clear in DB_PASSWORD"]
    assert "correct-horse-7" not in repr(infrastructure)


def test_tags_copies_and_descriptions_are_no_facts(tmp_path: Path) -> None:
    plain = read(tmp_path, TEXT)
    text = TEXT.replace("replicas: 2", "replicas: 9").replace("team: shop", "team: other")
    changed = read(tmp_path, text)
    assert [(f.name, f.value, f.safe) for e in plain.elements for f in e.facts] == [
        (f.name, f.value, f.safe) for e in changed.elements for f in e.facts
    ]
