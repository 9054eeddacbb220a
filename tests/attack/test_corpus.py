"""Two vehicles in which another tool found attack paths: where ours agree, and where and why not.

docs/attack-paths.md says in words what is asserted here; change both.
"""

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.attack.threagile import CONTROL, Expected, expected, translated
from tests.attack.walking import taken
from tests.house.files import ROOT
from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPath, AttackPaths
from threatdsl.attack.search import attack_paths
from threatdsl.attack.shortest import all_moves
from threatdsl.attack.steps import steps_of
from threatdsl.model.load import load

FOLDER = ROOT.parent / "shared" / "corpus" / "threagile" / "attack-paths-automotive"
NOW = date(2026, 11, 26)
Pair = tuple[str, str]  # ids of an entry and of the asset where a path ends
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no models of other tools beside this one")


class Vehicle(msgspec.Struct, frozen=True):
    """An assessed vehicle, and the ids on each path that the other tool found."""

    assessment: Assessment
    routes: dict[Pair, tuple[str, ...]]
    expected: Expected


def vehicle(folder: Path, model: str, found: str) -> Vehicle:
    file = folder / "vehicle.threat"
    file.write_text(translated(FOLDER / model), encoding="utf-8")
    loaded = load(file)
    assert loaded.model is not None, loaded.diagnostics
    ids = {element.title: element.id for element in loaded.model.elements}
    other = expected(FOLDER / found)
    routes = {(ids[entry], sink): tuple(ids[name] for name in names) for (entry, sink), names in other.paths.items()}
    assessment = assess(loaded.model, now=NOW).assessment
    assert assessment is not None
    return Vehicle(assessment, routes, other)


@pytest.fixture
def small(tmp_path: Path) -> Vehicle:
    stem = "library_analyzer_examples_jeep-demo"
    return vehicle(tmp_path, f"{stem}.threagile.yaml", f"{stem}.attack-paths.expected.yaml")


@pytest.fixture
def large(tmp_path: Path) -> Vehicle:
    return vehicle(tmp_path, "model_threagile.yaml", "model_attack-paths.yaml")


def everywhere(assessment: Assessment) -> Assessment:
    """The same with an open finding on each element, so that only the arrows are compared."""
    return replace(assessment, findings=tuple(taken(e.id) for e in assessment.model.elements), questions=())


def commands(paths: AttackPaths) -> dict[Pair, AttackPath]:
    """The paths to command over an asset."""
    found = [path for path in paths.paths if path.data.startswith(CONTROL)]
    return {(path.entry, path.data.removeprefix(CONTROL)): path for path in found}


def gated(paths: AttackPaths) -> dict[str, frozenset[str]]:
    """The assets behind each choke point."""
    ends = {choke.element: {paths.paths[number].data for number in choke.paths} for choke in paths.chokes}
    return {
        id_: frozenset(data.removeprefix(CONTROL) for data in some if data.startswith(CONTROL))
        for id_, some in ends.items()
    }


def stops(vehicle: Vehicle) -> Counter[tuple[str, str]]:
    """Where the routes of the other tool go on and ours do not, by a call or by its answer.

    Every open question counts as answered for the worse.
    """
    steps = {(move.step.source, move.step.target) for move in all_moves(steps_of(vehicle.assessment, asked=True))}
    calls = {(flow.source, flow.target) for flow in vehicle.assessment.model.flows}
    ends = (next((hop for hop in pairwise(way) if hop not in steps), None) for way in vehicle.routes.values())
    return Counter((hop[1], "call" if hop in calls else "answer") for hop in ends if hop is not None)


def test_the_translation_begins_and_ends_paths_where_the_other_tool_does(small: Vehicle, large: Vehicle) -> None:
    for one, count, ours in ((small, 3, {"cellular-network"}), (large, 104, set())):
        ends = {data.removeprefix(CONTROL) for data in attack_paths(one.assessment).targets if data.startswith(CONTROL)}
        both = {(entry, end) for entry in one.assessment.model.graph.entries if entry not in ours for end in ends}
        assert set(one.routes) == both
        assert len(both) == count
        assert ours <= set(one.assessment.model.graph.entries)


def test_over_arrows_alone_the_small_vehicle_has_the_same_paths_and_choke_point(small: Vehicle) -> None:
    found = attack_paths(everywhere(small.assessment))
    assert {pair: path.elements for pair, path in commands(found).items()} == small.routes
    assert gated(found) == small.expected.chokes
    assert found.separating == ("can-bridge",)


def test_over_arrows_alone_the_large_vehicle_has_the_same_ends_and_lengths_but_for_seven(large: Vehicle) -> None:
    found = commands(attack_paths(everywhere(large.assessment)))
    longer = {pair: len(found[pair].elements) - len(route) for pair, route in large.routes.items()}
    assert Counter(longer.values()) == {0: 97, 1: 7}
    assert {pair[0] for pair, more in longer.items() if more} == {"wifi-bt-module"}
    assert sum(found[pair].elements == route for pair, route in large.routes.items()) == 93


def test_over_arrows_alone_three_of_seven_choke_points_are_on_every_way(large: Vehicle) -> None:
    ours, theirs = gated(attack_paths(everywhere(large.assessment))), large.expected.chokes
    assert ours["zone-chassis"] == theirs["zone-chassis"] == {"brake-ecu", "flexray-actuator", "steering-ecu"}
    assert ours["zone-front"] == {"airbag-ecu"}
    assert theirs["zone-front"] - ours["zone-front"] == {"bms", "inverter", "vcu"}
    assert ours["central-gateway"] == {"brake-ecu", "flexray-actuator", "steering-ecu"}
    assert theirs["central-gateway"] == {"adas-compute", "bms", "inverter", "vcu"}
    assert set(theirs) - set(ours) == {"zone-rear", "bms", "vcu", "obc"}


def test_as_it_stands_the_small_vehicle_has_no_path_since_nothing_opens_its_bridge(small: Vehicle) -> None:
    found = attack_paths(small.assessment)
    assert (found.paths, found.unsettled, found.chokes) == ((), (), ())
    assert stops(small) == {("can-bridge", "answer"): 3}


def test_as_it_stands_the_large_vehicle_has_27_paths_that_hang_on_questions(large: Vehicle) -> None:
    found = attack_paths(large.assessment)
    assert commands(found) == {}
    unsettled = {(entry, data.removeprefix(CONTROL)) for entry, data in found.unsettled if data.startswith(CONTROL)}
    assert len(unsettled) == 27
    assert unsettled <= set(large.routes)
    assert stops(large) == {
        ("zone-front", "call"): 24,
        ("zone-front", "answer"): 29,
        ("zone-rear", "answer"): 17,
        ("ivi", "call"): 7,
    }
