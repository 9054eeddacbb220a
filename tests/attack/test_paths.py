"""Attack paths: what a step is, which way is shown, and where ways meet."""

from msgspec.structs import replace

from tests.attack.walking import TAMPER, leaking, taken, walked
from tests.report.building import flow, refs, span, thing
from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPath
from threatdsl.attack.search import attack_paths
from threatdsl.attack.shortest import weakest_of
from threatdsl.report.attack import NO_ENTRIES, NOTHING, NOTHING_YET, attack_view, lead_of, note_of
from threatdsl.rules.finding import Gives, Outcome, Question, Stride

LINE = (("in", "web"), ("web", "store"))
BOTH = (taken("web"), taken("store"))


def only(assessment: Assessment) -> AttackPath:
    (path,) = attack_paths(assessment).paths
    return path


def with_flow(base: Assessment, source: str, target: str, **facts: tuple[object, ...]) -> Assessment:
    made = flow(source, target, **facts)  # type: ignore[arg-type]  # lists of references
    model = base.model
    things = {**model.things, made.id: made}
    return replace(base, model=replace(model, things=things))


def test_a_way_of_open_findings_is_a_path_that_ends_where_the_data_lies() -> None:
    path = only(walked(LINE, BOTH))
    assert (path.elements, path.sink, path.data, path.possible) == (("in", "web", "store"), "store", "card", False)


def test_without_a_finding_on_the_way_there_is_none() -> None:
    assert attack_paths(walked(LINE, (taken("web"),))).paths == ()
    assert attack_paths(walked(LINE, (taken("web", outcome=Outcome.MITIGATED), taken("store")))).paths == ()


def test_a_finding_on_the_flow_counts_as_one_on_its_target() -> None:
    assert only(walked(LINE, (taken("web"), taken("web->store")))).steps[1].finding.endswith("@web->store")


def test_a_step_that_nobody_has_assessed_makes_the_path_possible() -> None:
    assert only(walked(LINE, (taken("web", outcome=Outcome.UNASSESSED), taken("store")))).possible


def test_a_longer_certain_way_is_shown_before_a_shorter_possible_one() -> None:
    calls = (*LINE, ("web", "app"), ("app", "store"), ("in", "store"))
    findings = (taken("web"), taken("in->store", outcome=Outcome.UNASSESSED), taken("web->store"))
    path = only(walked(calls, findings))
    assert (path.elements, path.possible) == (("in", "web", "store"), False)


def test_the_likelier_of_two_ways_as_long_is_shown_whatever_stands_first() -> None:
    calls = (("in", "a"), ("in", "b"), ("a", "store"), ("b", "store"))
    findings = (taken("a", likelihood=2), taken("b", likelihood=5), taken("store"))
    for order in (calls, calls[::-1]):
        assert only(walked(order, findings)).elements == ("in", "b", "store")


def test_the_authority_of_what_was_taken_reads_what_its_calls_carry_but_that_of_an_entry_does_not() -> None:
    stepped = with_flow(walked(LINE, (taken("web"),)), "web", "store", returns=refs("card"))
    last = only(stepped).steps[-1]
    assert (last.source, last.target, last.finding) == ("web", "store", "")
    direct = with_flow(walked((("in", "store"),), ()), "in", "store", returns=refs("card"))
    assert attack_paths(direct).paths == ()


def test_a_caller_is_reached_by_what_a_call_returns_and_by_nothing_where_it_returns_nothing() -> None:
    base = walked((("web", "in"), ("web", "store")), BOTH)
    assert attack_paths(base).paths == ()
    assert only(with_flow(base, "web", "in", returns=refs("card"))).steps[0].reverse


def test_a_finding_on_a_flow_takes_over_its_target_and_not_its_caller() -> None:
    base = with_flow(walked((("web", "in"), ("web", "store")), (taken("web->in"), taken("store"))), "web", "in")
    assert attack_paths(with_flow(base, "web", "in", returns=refs("card"))).paths == ()


def test_a_rule_says_what_an_attacker_has_after_what_it_finds() -> None:
    def giving(gives: Gives) -> Assessment:
        web, store = BOTH
        rule = replace(web.finding.rule, id="tampering.page", stated_gives=gives)
        return walked(LINE, (replace(web, finding=replace(web.finding, rule=rule)), store))

    assert len(attack_paths(giving(Gives.CONTROL)).paths) == 1
    assert attack_paths(giving(Gives.DATA)).paths == ()  # the service has no data of its own, and leads nowhere
    assert attack_paths(giving(Gives.NOTHING)).paths == ()


def test_a_leak_hands_out_what_calls_return_and_not_what_they_carry() -> None:
    base = walked(LINE, (leaking("web"),))
    assert attack_paths(with_flow(base, "web", "store", carries=refs("card"), returns=())).paths == ()
    assert only(with_flow(base, "web", "store", returns=refs("card"))).elements == ("in", "web", "store")


def test_a_leak_hands_out_what_a_service_behind_returns() -> None:
    base = walked((("in", "web"), ("web", "engine"), ("engine", "store")), (leaking("web"),))
    assert attack_paths(base).paths == ()
    assert only(with_flow(base, "web", "engine", returns=refs("card"))).elements == ("in", "web", "engine")


def test_a_leak_hands_nothing_to_what_is_only_called() -> None:
    base = walked((("web", "in"), ("web", "store")), (leaking("web"),))
    returning = with_flow(with_flow(base, "web", "in", returns=refs("card")), "web", "store", returns=refs("card"))
    assert attack_paths(returning).paths == ()


def test_data_of_which_nobody_says_where_it_is_kept_is_named() -> None:
    base = walked((("in", "web"),), (taken("web"),))
    assert attack_paths(base).unkept == ("card",)
    assert "does not say where the data at stake is kept" in lead_of(attack_paths(base))
    assert attack_paths(walked(LINE, BOTH)).unkept == ()


def through(source: str, gate: str, target: str, base: Assessment) -> Assessment:
    """The same where a call passes a gate."""
    return with_flow(with_thing(base, gate), source, target, carries=(), returns=(), via=refs(gate))


def with_thing(base: Assessment, name: str) -> Assessment:
    things = {**base.model.things, name: thing(name, "service", name)}
    return replace(base, model=replace(base.model, things=things))


def test_a_call_gets_through_what_it_passes_without_a_takeover_of_it() -> None:
    assert only(through("in", "gate", "web", walked(LINE, BOTH))).elements == ("in", "web", "store")
    assert attack_paths(through("in", "gate", "web", walked(LINE, (taken("store"),)))).paths == ()


def test_what_a_call_passes_is_reached_and_reaches_what_is_called() -> None:
    gated = through("web", "gate", "store", walked(LINE, (taken("gate"), taken("store"))))
    assert attack_paths(gated).paths == ()
    on_the_way = through("in", "gate", "store", walked((("in", "store"),), (taken("gate"), taken("store"))))
    assert only(on_the_way).elements == ("in", "store")
    assert [radius.element for radius in attack_paths(on_the_way).blast] == ["gate", "store"]


def test_a_finding_on_a_call_takes_over_nothing_that_it_passes() -> None:
    gated = with_flow(
        through("in", "gate", "web", walked(LINE, (taken("in->web"),))), "gate", "store", carries=refs("card")
    )
    assert attack_paths(gated).paths == ()


def test_an_answer_of_which_nobody_says_what_it_holds_makes_the_path_possible() -> None:
    base = walked((("web", "in"), ("web", "store")), BOTH)
    silent = with_flow(base, "web", "in")
    path = only(silent)
    assert (path.possible, path.steps[0].reverse) == (True, True)
    assert not only(with_flow(base, "web", "in", returns=refs("card"))).possible


def test_a_store_may_return_what_nobody_says_that_it_does_not() -> None:
    base = walked(LINE, (taken("web"),))
    path = only(with_flow(base, "web", "store", carries=()))
    assert (path.possible, path.steps[-1].finding, path.steps[-1].outcome) == (True, "", Outcome.UNASSESSED)
    assert note_of(base, path.steps[-1]) == "with the authority of web, if the call returns it"
    assert attack_paths(with_flow(base, "web", "store", carries=(), returns=())).paths == ()


def test_attacks_begin_where_an_adversary_starts_although_it_is_trusted() -> None:
    (path,) = attack_paths(walked((("in", "web"), ("web", "store")), BOTH, entries=("web",))).paths
    assert path.entry == "web"


def test_a_leak_gives_what_is_stored_and_what_the_authority_reads() -> None:
    assert only(walked((("in", "store"),), (leaking("store"),))).elements == ("in", "store")
    reading = with_flow(walked(LINE, (leaking("web"),)), "web", "store", returns=refs("card"))
    path = only(reading)
    assert [(step.target, bool(step.finding)) for step in path.steps] == [("web", True), ("store", False)]
    assert path.weakest == 0
    assert attack_paths(reading).separating == ("web",)
    assert [choke.element for choke in attack_paths(reading).chokes] == ["web"]


def test_a_leak_is_no_takeover_and_gives_nothing_that_lies_in_memory() -> None:
    assert attack_paths(walked(LINE, (leaking("web"), taken("store")))).paths == ()
    base = walked((("in", "web"),), (leaking("web"),))
    things = {**base.model.things, "web": thing("web", "service", "web", holds=refs("card"))}
    assert attack_paths(replace(base, model=replace(base.model, things=things))).paths == ()


def test_a_takeover_of_what_leaks_as_well_goes_on() -> None:
    findings = (leaking("web"), taken("web", outcome=Outcome.UNASSESSED), taken("store"))
    assert only(walked(LINE, findings)).possible


def test_where_attacks_begin_is_no_stop_on_a_way() -> None:
    base = walked((("in", "web"), ("web", "store")), BOTH, entries=("in", "web"))
    assert [path.elements for path in attack_paths(base).paths] == [("web", "store")]


def test_the_weakest_step_is_the_likeliest_and_the_level_follows_the_hardest() -> None:
    path = only(walked(LINE, (taken("web", likelihood=2), taken("store", likelihood=5))))
    assert path.weakest == weakest_of(path.steps) == 1
    assert path.level.word == "medium"


def test_what_every_way_passes_is_a_choke_point_and_separates() -> None:
    calls = (("in", "a"), ("in", "b"), ("a", "gate"), ("b", "gate"), ("gate", "store"))
    found = attack_paths(walked(calls, tuple(taken(name) for name in ("a", "b", "gate", "store"))))
    assert [choke.element for choke in found.chokes] == ["gate"]
    assert found.separating == ("gate",)
    assert found.chokes[0].blast.elements == ("store",)


def test_a_store_separates_only_where_nothing_else_does() -> None:
    found = attack_paths(walked((("in", "store"),), (taken("store"),)))
    assert (found.chokes, found.separating) == ((), ("store",))


def test_the_view_numbers_flows_as_the_diagram_does_and_marks_one_weakest_hop() -> None:
    assessment = walked(LINE, BOTH)
    (path,) = attack_view(assessment, attack_paths(assessment)).paths
    assert (path.title, [hop.number for hop in path.hops]) == ("From in to Card", [1, 2])
    assert [hop.weakest for hop in path.hops].count(True) == 1
    assert len(path.stops) == len(path.hops) + 1


def asking(base: Assessment, *elements: str) -> Assessment:
    """The same where each element has a question that a takeover hangs on."""
    keys = tuple((TAMPER.id, (id_,)) for id_ in elements)
    asked = Question("web", "parses", "What does web parse?", (), span(3), keys)
    return replace(base, rules=(TAMPER,), questions=(asked,))


def test_a_question_makes_no_path_but_what_its_answer_may_show_is_counted() -> None:
    found = attack_paths(asking(walked(LINE, (taken("store"),)), "web"))
    assert (found.paths, found.unsettled) == ((), (("in", "card"),))
    assert lead_of(found) == f"{NOTHING_YET} Answers to open questions may show one attack path."
    assert attack_paths(asking(walked(LINE, ()), "web")).unsettled == ()
    assert attack_paths(asking(walked(LINE, BOTH), "web")).unsettled == ()


def test_a_question_about_a_flow_concerns_its_target_and_no_other_letter_counts() -> None:
    base = walked(LINE, (taken("store"),))
    assert attack_paths(asking(base, "in->web")).unsettled == (("in", "card"),)
    spoofing = replace(asking(base, "web"), rules=(replace(TAMPER, stride=Stride.SPOOFING),))
    assert attack_paths(spoofing).unsettled == ()


def test_why_there_is_no_path_is_one_sentence() -> None:
    for assessment, lead in ((walked(LINE, BOTH, entries=()), NO_ENTRIES), (walked(LINE, ()), NOTHING)):
        assert attack_view(assessment, attack_paths(assessment)).lead == lead
