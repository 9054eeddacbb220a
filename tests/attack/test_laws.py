"""Laws of attack paths, on any small architecture."""

from hypothesis import given
from hypothesis import strategies as st

from tests.attack.walking import Call, leaking, taken, walked
from threatdsl.attack.search import attack_paths
from threatdsl.rules.finding import Outcome

NAMES = ("in", "a", "b", "c", "store")
CALLS = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda c: c[0] != c[1]), min_size=1)
LEAKS = st.sets(st.sampled_from(NAMES[1:]))
TAKEN = st.dictionaries(st.sampled_from(NAMES[1:]), st.sampled_from((Outcome.OPEN, Outcome.UNASSESSED)))


def pairs(calls: list[Call], outcomes: dict[str, Outcome]) -> set[tuple[str, str]]:
    findings = [taken(name, outcome=outcome) for name, outcome in outcomes.items()]
    return {(path.entry, path.data) for path in attack_paths(walked(calls, findings)).paths}


@given(CALLS, TAKEN)
def test_every_path_is_a_walk_and_holding_a_finding_adds_none(calls: set[Call], outcomes: dict[str, Outcome]) -> None:
    ordered = sorted(calls)
    findings = [taken(name, outcome=outcome) for name, outcome in outcomes.items()]
    found = attack_paths(walked(ordered, findings))
    for path in found.paths:
        assert [step.source for step in path.steps] == list(path.elements[:-1])
        assert all((step.source, step.target) in calls for step in path.steps)
    before = {(path.entry, path.data) for path in found.paths}
    for name in outcomes:
        assert pairs(ordered, {**outcomes, name: Outcome.MITIGATED}) <= before


@given(CALLS, TAKEN)
def test_without_a_choke_point_or_what_separates_its_paths_end(calls: set[Call], outcomes: dict[str, Outcome]) -> None:
    found = attack_paths(walked(sorted(calls), [taken(n, outcome=o) for n, o in outcomes.items()]))
    for gone in ({choke.element} for choke in found.chokes):
        left = sorted(call for call in calls if not gone & set(call))
        assert not pairs(left, outcomes) if left else True
    if found.paths:
        left = sorted(call for call in calls if not set(found.separating) & set(call))
        assert found.separating
        assert not left or not pairs(left, outcomes)


OTHERS = st.sets(st.sampled_from(("x", "y", "z")), min_size=1)


@given(CALLS, TAKEN, LEAKS)
def test_a_leak_gives_no_more_than_a_takeover_and_its_ways_meet_too(
    calls: set[Call], outcomes: dict[str, Outcome], leaks: set[str]
) -> None:
    findings = [taken(name, outcome=outcome) for name, outcome in outcomes.items()]
    one, other = (
        attack_paths(walked(order, [*findings, *map(leaking, sorted(leaks))]))
        for order in (sorted(calls), sorted(calls, reverse=True))
    )
    assert one == other
    found = {(path.entry, path.data) for path in one.paths}
    assert found <= pairs(sorted(calls), {**dict.fromkeys(leaks, Outcome.OPEN), **outcomes})
    for gone in [{choke.element} for choke in one.chokes] + [set(one.separating)] * bool(found):
        left = [call for call in sorted(calls) if not gone & set(call)]
        rest = [name for name in sorted(leaks) if name not in gone]
        assert not left or not attack_paths(walked(left, [*findings, *map(leaking, rest)])).paths


@given(CALLS, TAKEN, OTHERS)
def test_what_no_call_joins_to_the_rest_changes_nothing(
    calls: set[Call], outcomes: dict[str, Outcome], others: set[str]
) -> None:
    findings = [taken(name, outcome=outcome) for name, outcome in outcomes.items()]
    beside = sorted((one, other) for one in others for other in others if one != other)
    more = [taken(name) for name in sorted(others)]
    one, other = attack_paths(walked(sorted(calls), findings)), attack_paths(walked([*calls, *beside], findings + more))
    for name in ("paths", "chokes", "separating", "entries", "targets", "unsettled"):
        assert getattr(one, name) == getattr(other, name)


@given(CALLS, TAKEN)
def test_the_order_of_declaration_changes_nothing(calls: set[Call], outcomes: dict[str, Outcome]) -> None:
    findings = [taken(name, outcome=outcome) for name, outcome in outcomes.items()]
    one, other = (attack_paths(walked(o, findings)) for o in (sorted(calls), sorted(calls, reverse=True)))
    assert one == other
