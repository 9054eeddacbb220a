"""The examples: complete on their own, and in a believable state."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.models.checking import EXAMPLES, NOW, assessed, errors

NAMES = ("online-boutique/online-boutique.threat", "web-shop/web-shop.threat")
# From the manifests: who is told the address of whom.
ADDRESSES = {
    "frontend": {
        "productcatalogservice",
        "currencyservice",
        "cartservice",
        "recommendationservice",
        "shippingservice",
        "checkoutservice",
        "adservice",
    },
    "checkoutservice": {
        "productcatalogservice",
        "shippingservice",
        "paymentservice",
        "emailservice",
        "currencyservice",
        "cartservice",
    },
    "recommendationservice": {"productcatalogservice"},
    "cartservice": {"redis-cart"},
    "loadgenerator": {"frontend"},
}


@pytest.fixture(params=NAMES)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An example copied away from everything else."""
    source = EXAMPLES / str(request.param)
    shutil.copytree(source.parent, tmp_path / source.parent.name)
    return tmp_path / source.parent.name / source.name


def test_an_example_works_where_it_is_copied_to(example: Path) -> None:
    _, diagnostics = assessed(example)
    assert errors(diagnostics) == []


def test_an_example_checks_on_the_command_line(example: Path) -> None:
    command = (sys.executable, "-m", "threatdsl", "check", str(example), "--now", NOW.isoformat())
    assert subprocess.run(command, check=False, capture_output=True).returncode in (0, 1)


def test_an_example_says_the_same_where_it_ships(example: Path) -> None:
    away, _ = assessed(example)
    here, _ = assessed(EXAMPLES / example.parent.name / example.name)
    assert [(f.finding.id, f.outcome) for f in here.findings] == [(f.finding.id, f.outcome) for f in away.findings]


def test_an_example_has_its_own_root_and_beside_its_models_only_what_they_speak_of(example: Path) -> None:
    files = {path.relative_to(example.parent) for path in example.parent.rglob("*") if path.is_file()}
    assert {Path("threatdsl.root"), Path("README.md")} <= files
    rooms = {"deploy", "services", "evidence", "__pycache__"}
    models = {path for path in files if not rooms & set(path.parts)}
    assert {path.suffix or path.name for path in models} <= {".threat", ".md", ".root", "recorded"}


def test_the_web_shop_shows_every_outcome() -> None:
    assessment, _ = assessed(EXAMPLES / "web-shop/web-shop.threat")
    counted = Counter(found.outcome.value for found in assessment.findings)
    assert set(counted) == {"open", "unassessed", "mitigated", "accepted", "dismissed", "transferred"}
    assert counted["mitigated"] > counted["unassessed"] > counted["open"] > 0


def test_the_web_shop_decides_nothing_that_is_past_or_speaks_of_nothing() -> None:
    assessment, diagnostics = assessed(EXAMPLES / "web-shop/web-shop.threat")
    assert [one.switch.rule for one in assessment.switches if one.switch.until <= NOW] == []
    assert [found.message for found in diagnostics if found.code.startswith("TM04")] == []


def test_the_calls_of_the_online_boutique_are_those_of_its_manifests() -> None:
    assessment, _ = assessed(EXAMPLES / "online-boutique/online-boutique.threat")
    calls: dict[str, set[str]] = {}
    for flow in assessment.model.flows:
        calls.setdefault(flow.source, set()).add(flow.target)
    beyond = {"browser": {"frontend"}, "paymentservice": {"card-processor"}, "emailservice": {"recipient"}}
    assert calls == ADDRESSES | beyond


def test_the_online_boutique_is_open_where_its_manifests_are_and_silent_where_they_are() -> None:
    assessment, _ = assessed(EXAMPLES / "online-boutique/online-boutique.threat")
    outcomes = {found.finding.id: found.outcome.value for found in assessment.findings}
    assert outcomes["disclosure.cleartext-crossing@shop"] == "open"
    assert outcomes["elevation.escape-to-host@frontend"] == "mitigated"
    assert outcomes["disclosure.cleartext-crossing@paymentservice->card-processor"] == "unassessed"
