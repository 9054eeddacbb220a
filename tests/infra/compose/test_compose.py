"""Compose files mean what compose makes of them; what is only order, exposed or local is no flow."""

from pathlib import Path

import pytest

from tests.cli.running import ROOT, threatdsl
from threatdsl.infra.infrastructure import Fact, Infrastructure
from threatdsl.infra.interface import read_infrastructure

CORPUS = ROOT.parent / "shared" / "corpus" / "iac" / "compose"
ANYBODY = "Anybody on the internet"
SHOP = """services:
  web:
    image: shop.example/web:1.4
    ports: ["8080:80"]
    environment:
      CART: redis://kept:6379/0
  kept:
    image: redis:7.4
    volumes: [data:/data]
volumes:
  data:
"""


def read(folder: Path, *texts: str) -> Infrastructure:
    paths = [folder / f"{number}.yaml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    found = read_infrastructure([("compose", path) for path in paths], folder)
    assert found.mapped.isdisjoint({loss.resource for loss in found.losses})
    assert found.mapped | {loss.resource for loss in found.losses} == set(found.resources)
    return found


def flows(found: Infrastructure) -> set[tuple[str, str, str]]:
    titles = {element.key: element.title for element in found.elements}
    return {(titles[flow.source], titles[flow.target], flow.port) for flow in found.flows}


def fact(found: Infrastructure, title: str, name: str) -> Fact:
    (element,) = [one for one in found.elements if one.title == title]
    (fact,) = [one for one in element.facts if one.name == name]
    return fact


def web(*lines: str) -> str:
    return "services:\n  web:\n    image: shop.example/web:1\n" + "".join(f"    {line}\n" for line in lines)


def test_services_their_kinds_calls_and_storage(tmp_path: Path) -> None:
    found = read(tmp_path, SHOP)
    assert {(e.title, e.kind) for e in found.elements} == {(ANYBODY, "external"), ("web", "service"), ("kept", "cache")}
    assert flows(found) == {("web", "kept", "6379"), (ANYBODY, "web", "8080")}
    assert [r.name for e in found.elements if e.title == "kept" for r in e.resources] == ["kept", "volume/data"]


def test_files_are_merged_and_each_setting_keeps_its_file(tmp_path: Path) -> None:
    override = "services:\n  web:\n    privileged: true\n    ports: ['9090:90']\n"
    found = read(tmp_path, SHOP, override)
    assert (fact(found, "web", "privileged").safe, fact(found, "web", "privileged").span.file) == (False, "1.yaml")
    assert {port for _, target, port in flows(found) if target == "web"} == {"8080", "9090"}
    assert [one.name for e in found.elements if e.title == "web" for one in e.resources] == ["web", "web"]


def test_a_fragment_alone_is_no_service(tmp_path: Path) -> None:
    found = read(tmp_path, "services:\n  web:\n    logging: { driver: json-file }\n")
    assert (found.elements, [loss.resource.name for loss in found.losses]) == ((), ["web"])


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("'8080:80'", {"8080"}),
        ("'127.0.0.1:9229:9229'", set()),
        ("'[::1]:9229:9229'", set()),
        ("'0.0.0.0:80:80/tcp'", {"80"}),
        ("{ target: 80, published: 8080 }", {"8080"}),
        ("{ target: 80, published: 8080, host_ip: 127.0.0.1 }", set()),
        ("'${PORT:-8081}:80'", {"8081"}),
        ("'${PORT}:80'", {""}),
    ],
)
def test_what_a_port_opens(tmp_path: Path, port: str, expected: set[str]) -> None:
    found = read(tmp_path, web(f"ports: [{port}]", "expose: ['7000']"))
    assert {one for _, _, one in flows(found)} == expected


@pytest.mark.parametrize(
    "line", ["depends_on: [kept]", "environment: { SESSION_REDIS: 'true' }", "environment: ['CACHE=kept']"]
)
def test_an_order_and_a_word_are_no_calls(tmp_path: Path, line: str) -> None:
    assert flows(read(tmp_path, web(line), "services:\n  kept:\n    image: redis\n")) == set()


@pytest.mark.parametrize("line", ["links: ['kept:db']", "command: run --db=kept:6379", "environment: ['DB_HOST=kept']"])
def test_links_arguments_and_hosts_are_calls(tmp_path: Path, line: str) -> None:
    found = flows(read(tmp_path, web(line), "services:\n  kept:\n    image: redis\n"))
    assert {(source, target) for source, target, _ in found} == {("web", "kept")}


@pytest.mark.parametrize(
    ("line", "name", "safe"),
    [
        ("volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']", "host path /var/run/docker.sock", False),
        ("volumes: ['/:/rootfs:ro']", "host path /", None),
        ("pid: host", "pid", False),
        ("network_mode: host", "network_mode", False),
        ("cap_drop: [all]", "cap_drop", True),
        ("cap_add: [CAP_SYS_ADMIN]", "cap_add SYS_ADMIN", False),
        ("user: '0:0'", "user", False),
        ("user: '10001'", "user", True),
        ("security_opt: ['seccomp:unconfined']", "seccomp", False),
        ("environment: { ALLOW_EMPTY_PASSWORD: 'yes' }", "ALLOW_EMPTY_PASSWORD", False),
    ],
)
def test_power_over_the_host(tmp_path: Path, line: str, name: str, safe: bool | None) -> None:  # noqa: FBT001 - by pytest
    assert fact(read(tmp_path, web(line)), "web", name).safe is safe


def test_a_secret_in_clear_is_named_and_its_value_is_nowhere(tmp_path: Path) -> None:
    found = read(tmp_path, web("environment: { DB_PASSWORD: correct-horse-7 }"))
    assert [note.message for note in found.notes] == ["web: secret in clear in DB_PASSWORD"]
    assert "correct-horse-7" not in repr(found)


@pytest.mark.parametrize(
    "line", ["environment: { DB_PASSWORD: '${PASSWORD}' }", "environment: { DB_PASSWORD_FILE: /run/secrets/db }"]
)
def test_a_variable_and_a_file_are_no_secrets_in_clear(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, web(line)).notes == ()


def test_networks_are_boundaries_and_an_inner_one_leads_nowhere(tmp_path: Path) -> None:
    text = web("networks: [back]") + "networks:\n  back: { internal: true }\n  unused:\n"
    found = read(tmp_path, text)
    (back,) = [one for one in found.boundaries if one.title == "Network back"]
    assert [(fact.name, fact.classes) for fact in back.facts] == [("internal", ("egress-filtering",))]
    assert [loss.resource.name for loss in found.losses] == ["network/unused"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the compose files are not beside the project")
@pytest.mark.parametrize("file", sorted(CORPUS.rglob("*.y*ml")) if CORPUS.is_dir() else [], ids=lambda file: file.stem)
def test_each_file_of_the_corpus_imports_checks_and_does_not_differ(file: Path, tmp_path: Path) -> None:
    (tmp_path / "threatdsl.root").touch()
    assert threatdsl("new", "--from", f"compose:{file}", "-o", "m.threat", cwd=tmp_path).code == 0
    assert threatdsl("fmt", "--check", "m.threat", cwd=tmp_path).code == 0
    assert threatdsl("check", "m.threat", cwd=tmp_path).code in (0, 1)
    assert threatdsl("drift", "m.threat", "--against", f"compose:{file}", cwd=tmp_path).code == 0
