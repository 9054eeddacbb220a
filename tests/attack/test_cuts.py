"""Which control ends most paths: each is tried on the model, with the shipped rules and some of the model's own."""

from datetime import date
from pathlib import Path

import pytest

from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import Assessment
from threatdsl.attack import cuts
from threatdsl.attack.paths import AttackPaths, Cut
from threatdsl.attack.search import attack_paths
from threatdsl.model.load import load
from threatdsl.report.attack import best_sentence

HEAD = """
model lane "Lane" { owner "team@example.org" }
data card "Card" { confidentiality restricted }
data audit "Audit" { integrity critical }
adversary insider "Insider" { starts-at [in] }
rule lane.taken "It can be taken over" {
  stride tampering
  likelihood 4
  for device d
  unless d has sandboxing
  message "{d} falls"
}
rule lane.opened "It can be opened" {
  stride tampering
  likelihood 4
  for database d
  unless d has patching
  message "{d} falls"
}
"""
TWICE = """
rule lane.also "It can be taken over in a second way" {
  stride elevation-of-privilege
  likelihood 2
  for device d
  unless d has sandboxing or d has patching
  message "{d} falls"
}
"""


def read(folder: Path, elements: str, *calls: str, rules: str = "") -> Assessment:
    """A model of elements in one boundary, where the shipped rules find no takeover, and calls that move nothing."""
    flows = "\n".join(f"flow {call} {{ carries []; returns [] }}" for call in calls)
    file = folder / "lane.threat"
    inside = f'boundary inside "Inside" {{\n trust internal\n service in "In"\n {elements}\n}}\n'
    file.write_text(HEAD + rules + inside + flows + "\n", encoding="utf-8")
    loaded = load(file)
    assert loaded.model is not None, loaded.diagnostics
    assessment = assess(loaded.model, now=date(2026, 11, 26)).assessment
    assert assessment is not None
    return assessment


def cuts_at(paths: AttackPaths) -> list[tuple[str, str, int]]:
    return [(cut.control_class, cut.place, len(cut.paths)) for cut in paths.cuts]


A, B = ('device a "A" { lacks [sandboxing] }', 'device b "B" { lacks [sandboxing] }')
CARDS = 'database cards "Cards" { stores [card]; lacks [patching] }'
LOG = 'database log "Log" { stores [audit]; lacks [patching] }'


def test_the_control_where_all_ways_meet_comes_first(tmp_path: Path) -> None:
    assessment = read(tmp_path, f"{A}\n{CARDS}\n{LOG}", "in -> a", "a -> cards", "a -> log")
    found = attack_paths(assessment)
    assert cuts_at(found) == [("sandboxing", "a", 2), ("patching", "cards", 1), ("patching", "log", 1)]
    assert found.cuts[0] == Cut("sandboxing", "a", ("lane.taken@a",), (0, 1))
    assert best_sentence(assessment.model, found) == "sandboxing on A ends every path."


def test_controls_that_end_as_many_are_told_by_place(tmp_path: Path) -> None:
    found = attack_paths(read(tmp_path, f"{A}\n{CARDS}", "in -> a", "a -> cards"))
    assert cuts_at(found) == [("sandboxing", "a", 1), ("patching", "cards", 1)]


def test_a_control_on_one_of_two_ways_ends_no_path(tmp_path: Path) -> None:
    calls = ("in -> a", "in -> b", "a -> cards", "b -> cards", "a -> log", "b -> log")
    assessment = read(tmp_path, f"{A}\n{B}\n{CARDS}\n{LOG}", *calls)
    found = attack_paths(assessment)
    assert cuts_at(found) == [("patching", "cards", 1), ("patching", "log", 1)]
    assert best_sentence(assessment.model, found) == "patching on Cards ends one of two paths."


def test_where_two_ways_have_nothing_in_common_no_single_control_ends_the_path(tmp_path: Path) -> None:
    keeps = "{ stores [card]; lacks [sandboxing] }"
    assessment = read(tmp_path, f'device a "A" {keeps}\ndevice b "B" {keeps}', "in -> a", "in -> b")
    found = attack_paths(assessment)
    assert (len(found.paths), found.cuts) == (1, ())
    told = "No single control ends a path: whichever was tried, another way to the same data was left."
    assert best_sentence(assessment.model, found) == told


def test_without_a_path_no_control_is_named(tmp_path: Path) -> None:
    assert attack_paths(read(tmp_path, f"{A}\n{CARDS}", "in -> a")).cuts == ()


def test_a_control_counts_with_all_that_it_mitigates_and_one_that_leaves_a_finding_does_not(tmp_path: Path) -> None:
    elements = f'{A.replace("]", ", patching]")}\ndatabase cards "Cards" {{ stores [card]; controls [patching] }}'
    made = read(tmp_path, elements, "in -> a", "a -> cards", rules=TWICE)
    found = attack_paths(made)
    assert found.paths == ()
    open_store = elements.replace("controls [patching]", "lacks [patching]")
    found = attack_paths(read(tmp_path, open_store, "in -> a", "a -> cards", rules=TWICE))
    assert cuts_at(found) == [("sandboxing", "a", 1), ("patching", "cards", 1)]
    assert found.cuts[0].findings == ("lane.also@a", "lane.taken@a")


def test_in_a_model_that_is_too_large_none_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = read(tmp_path, f"{A}\n{CARDS}", "in -> a", "a -> cards")
    monkeypatch.setattr(cuts, "MOST_THINGS", 3)
    assert attack_paths(assessment).cuts == ()
