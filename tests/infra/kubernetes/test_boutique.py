"""The Online Boutique: every Deployment and Service, the real calls and no others; its model differs in nothing."""

from pathlib import Path

import pytest

from tests.cli.running import BOUTIQUE, ROOT, threatdsl
from tests.infra.kubernetes.shop import calls
from threatdsl.infra.interface import read_infrastructure

CORPUS = ROOT.parent / "shared" / "corpus" / "iac" / "kubernetes"
MANIFESTS = CORPUS / "online-boutique"
needs_corpus = pytest.mark.skipif(not MANIFESTS.is_dir(), reason="the manifests are not beside the project")


@needs_corpus
def test_all_workloads_and_services_are_there_with_the_calls_of_their_variables() -> None:
    found = read_infrastructure([("kubernetes", MANIFESTS)], CORPUS)
    types = [resource.type for resource in found.mapped]
    assert (types.count("Deployment"), types.count("Service")) == (12, 12)
    between = {(source, target) for source, target, _, rests in calls(found) if rests == "referenced"}
    assert len(between) == 17
    assert ("cartservice", "redis-cart") in between
    assert ("frontend", "shoppingassistantservice") in between  # a host that no manifest defines


@needs_corpus
@pytest.mark.parametrize("folder", sorted(p.name for p in CORPUS.iterdir() if p.is_dir()) if CORPUS.is_dir() else [])
def test_each_folder_imports_and_checks(folder: str, tmp_path: Path) -> None:
    (tmp_path / "threatdsl.root").touch()
    made = threatdsl("new", "--from", f"kubernetes:{CORPUS / folder}", "-o", "m.threat", cwd=tmp_path)
    assert made.code == 0
    assert threatdsl("check", "m.threat", cwd=tmp_path).code in (0, 1)
    assert threatdsl("fmt", "--check", "m.threat", cwd=tmp_path).code == 0


@needs_corpus
def test_the_model_of_the_examples_does_not_differ_from_the_manifests() -> None:
    done = threatdsl("drift", BOUTIQUE, "--against", f"kubernetes:{MANIFESTS}", cwd=ROOT)
    assert (done.code, "no differences" in done.out) == (0, True), done.out
