"""One change of a line is one difference, at that line, with all that follows; what is no fact is none."""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.cli.running import Done, threatdsl
from tests.infra.kubernetes.shop import manifests, workload, write

Files = dict[str, str]


def shop(folder: Path) -> Files:
    """A model that was written from the manifests of the shop, beside them."""
    (folder / "threatdsl.root").touch()
    files = dict(manifests())
    write(folder, files)
    made = threatdsl("new", "--from", "kubernetes:deploy", "-o", "shop.threat", cwd=folder)
    assert made.code == 0, made.err
    return files


def drifted(folder: Path, change: Callable[[Files], object], *arguments: str) -> Done:
    """The drift after a change of the manifests."""
    files = shop(folder)
    change(files)
    for path in (folder / "deploy").rglob("*.yaml"):
        path.unlink()
    write(folder, files)
    return threatdsl("drift", "shop.threat", "--against", "kubernetes:deploy", *arguments, cwd=folder)


def replace(name: str, old: str, new: str) -> Callable[[Files], object]:
    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def line_of(files: Files, name: str, text: str) -> int:
    return next(number for number, line in enumerate(files[name].splitlines(), 1) if text in line)


def test_what_was_just_written_from_its_manifests_does_not_differ(tmp_path: Path) -> None:
    done = drifted(tmp_path, lambda _: None)
    assert (done.code, "no differences" in done.out, "coverage 100 %" in done.out) == (0, True, True)


@pytest.mark.parametrize(
    "change",
    [
        replace("web.yaml", "replicas: 2", "replicas: 40"),
        replace("web.yaml", "team: shop", "team: other, owner: somebody"),
        replace("web.yaml", "shop.example/web:1.4", "shop.example/web:1.5"),
        replace(
            "policies/cart.yaml",
            "kind: NetworkPolicy\nmetadata:",
            "kind: NetworkPolicy\nmetadata:\n  annotations: { a: b }",
        ),
        lambda files: files.update({"other/web.yaml": files.pop("web.yaml")}),
        lambda files: files.update({name: "# first\n" + text for name, text in files.items()}),
    ],
)
def test_copies_labels_tags_and_order_are_no_drift(tmp_path: Path, change: Callable[[Files], object]) -> None:
    assert drifted(tmp_path, change).code == 0


@pytest.mark.parametrize(
    ("change", "file", "text", "kind", "effects"),
    [
        (
            replace("web.yaml", "        runAsNonRoot: true\n", ""),
            "web.yaml", "securityContext", "unverifiable",
            ["the model says that web has privilege-separation"],
        ),
        (
            replace("web.yaml", "        runAsUser: 10001\n", ""),
            "web.yaml", "securityContext", "unverifiable",
            ["the model says that web has privilege-separation"],
        ),
        (
            replace("web.yaml", "privileged: false", "privileged: true"),
            "web.yaml", "privileged: true", "contradicted",
            ["the model says that web has sandboxing"],
        ),
        (
            replace("orders.yaml", "type: ClusterIP", "type: LoadBalancer"),
            "orders.yaml", "type: LoadBalancer", "unmodelled",
            ["Anybody on the internet can call orders at port 8080"],
        ),
        (
            replace("policies/cart.yaml", "        - port: 8080", "        - port: 8080\n        - port: 22"),
            "policies/cart.yaml", "port: 22", "unmodelled",
            ["web can call cart at port 22"],
        ),
        (
            lambda files: files.update({"stock.yaml": workload("stock", calls="kept:6379")}),
            "stock.yaml", "name: stock", "unmodelled",
            ["stock calls kept at 6379 (variable CALLS)"],
        ),
    ],
)  # fmt: skip
def test_one_changed_line_is_one_difference_at_that_line(
    tmp_path: Path, change: Callable[[Files], object], file: str, text: str, kind: str, effects: list[str]
) -> None:
    done = drifted(tmp_path, change, "--format", "json")
    (difference,) = msgspec.json.decode(done.out)["differences"]
    written = (tmp_path / "deploy" / file).read_text(encoding="utf-8")
    assert done.code == 3
    assert (difference["kind"], difference["effects"]) == (kind, effects)
    assert (difference["file"], difference["line"]) == (f"deploy/{file}", line_of({file: written}, file, text))


def test_a_policy_that_went_is_one_difference_with_all_that_follows(tmp_path: Path) -> None:
    def change(files: Files) -> None:
        del files["policies/deny.yaml"]

    done = drifted(tmp_path, change, "--format", "json")
    (difference,) = msgspec.json.decode(done.out)["differences"]
    assert difference["kind"] == "missing"
    assert difference["message"].startswith("NetworkPolicy/deny is not there")
    assert any("web has network-segmentation" in effect for effect in difference["effects"])
    model = (tmp_path / "shop.threat").read_text(encoding="utf-8").splitlines()
    assert "NetworkPolicy/deny" in model[difference["line"] - 1]


def test_sarif_stands_at_the_infrastructure_and_relates_the_model(tmp_path: Path) -> None:
    done = drifted(tmp_path, replace("web.yaml", "privileged: false", "privileged: true"), "--format", "sarif")
    (result,) = msgspec.json.decode(done.out)["runs"][0]["results"]
    places = [result["locations"][0], result["relatedLocations"][0]]
    assert [p["physicalLocation"]["artifactLocation"]["uri"] for p in places] == ["deploy/web.yaml", "shop.threat"]


def test_markdown_keeps_hostile_names_as_text(tmp_path: Path) -> None:
    hostile = workload("evil").replace(
        "name: evil\n", 'name: "<img src=x onerror=alert(1)> [a](javascript:b) @team"\n', 1
    )
    done = drifted(tmp_path, lambda files: files.update({"evil.yaml": hostile}), "--format", "markdown")
    assert "<img" not in done.out
    assert "](javascript" not in done.out
    assert not re.search(r"@team\b", done.out)


def test_an_unknown_kind_and_an_unknown_environment_suggest_what_is_meant(tmp_path: Path) -> None:
    shop(tmp_path)
    kind = threatdsl("drift", "shop.threat", "--against", "kubernets:deploy", cwd=tmp_path)
    assert (kind.code, "did you mean `kubernetes`?" in kind.err) == (2, True)
    where = threatdsl("drift", "shop.threat", "--against", "kubernetes:deploy", "--environment", "prod", cwd=tmp_path)
    assert (where.code, "the model declares none" in where.err) == (2, True)


def test_a_file_that_cannot_be_used_is_an_error_and_no_drift(tmp_path: Path) -> None:
    done = drifted(tmp_path, lambda files: files.update({"web.yaml": "a: [1"}))
    assert (done.code, "TM0801" in done.err, done.out) == (2, True, "")
