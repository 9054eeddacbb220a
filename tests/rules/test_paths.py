"""Rules that follow paths."""

from tests.rules.asking import analysis_of, finding_of, outcome, outcomes, questions, rule

WAY_IN = "  from actor a\n  reaches database s"


def chain(*middle: str, first: str = "carries []", last: str = "carries []; returns []") -> str:
    """An actor who calls through services, each with the facts given, down to a database."""
    names = [f"m{number}" for number in range(len(middle))]
    services = "\n".join(f'service {n} "{n.upper()}" {{ {facts} }}' for n, facts in zip(names, middle, strict=True))
    stops = ["person", *names, "store"]
    bodies = [first, *(["carries []"] * (len(stops) - 3)), last]
    flows = "\n".join(f"flow {a} -> {b} {{ {body} }}" for a, b, body in zip(stops, stops[1:], bodies, strict=False))
    return f'\nactor person "Person"\n{services}\ndatabase store "Store" {{ stores [] }}\n{flows}\n'


PLAIN, GUARDED, BARE = 'technology "x"', "controls [authorization]", "lacks [authorization]"
AVOIDING = rule(f"{WAY_IN}\n  avoiding service m where m has authorization")


def test_a_path_finding_names_the_sink_and_without_for_nothing_else() -> None:
    assert outcomes(rule(WAY_IN) + chain(PLAIN)) == {"t.rule@store": "open"}


def test_a_path_finding_keeps_its_hops() -> None:
    hops = finding_of(rule(WAY_IN) + chain(PLAIN, PLAIN)).path
    assert [(hop.source, hop.target, hop.edge) for hop in hops] == [
        ("person", "m0", "person->m0"),
        ("m0", "m1", "m0->m1"),
        ("m1", "store", "m1->store"),
    ]


def test_the_guard_on_the_way_decides() -> None:
    assert outcome(AVOIDING + chain(BARE, BARE)) == "open"
    assert outcome(AVOIDING + chain(BARE, PLAIN)) == "unassessed"
    assert outcome(AVOIDING + chain(BARE, GUARDED)) == "mitigated"
    assert outcome(AVOIDING + chain(PLAIN, GUARDED)) == "mitigated"


def test_the_first_guard_on_the_way_is_the_one_that_is_named() -> None:
    first = 'control gate "Gate" { class [authorization] }\n'
    assert finding_of(first + AVOIDING + chain("controls [gate]", GUARDED)).controls == ("gate",)


def test_one_way_without_a_guard_is_enough() -> None:
    text = AVOIDING + chain(GUARDED) + f'service side "Side" {{ {BARE} }}\n'
    text += "flow person -> side { carries [] }\nflow side -> store { carries []; returns [] }"
    found = finding_of(text)
    assert (found.outcome, [hop.target for hop in found.path]) == ("open", ["side", "store"])


def test_guards_count_at_both_ends() -> None:
    text = rule(f"{WAY_IN}\n  avoiding element m where m has authorization") + chain(BARE)
    guarded = text.replace("stores []", "stores []; controls [authorization]").replace('actor person "Person"', "")
    person = 'actor person "Person" { lacks [authorization] }'
    assert outcome(guarded + person) == "mitigated"


def test_a_guard_of_another_kind_than_the_clause_names_does_not_count() -> None:
    text = rule(f"{WAY_IN}\n  avoiding gateway m where m has authorization")
    assert outcome(text + chain(GUARDED)) == "open"


def test_hops_can_be_avoided_like_elements() -> None:
    text = rule(f"{WAY_IN}\n  avoiding flow f where f has encryption-in-transit")
    assert outcome(text + chain(PLAIN, first="protocol http", last="protocol http")) == "open"
    assert outcome(text + chain(PLAIN, first="protocol https", last="protocol http")) == "mitigated"
    assert outcome(text + chain(PLAIN, first="protocol grpc", last="protocol http")) == "unassessed"


def test_through_says_which_hops_lead_on() -> None:
    text = rule(f"{WAY_IN}\n  through flow h where not h has encryption-in-transit")
    assert outcome(text + chain(PLAIN, first="protocol http", last="protocol http")) == "open"
    assert outcome(text + chain(PLAIN, first="protocol https", last="protocol http")) == "mitigated"
    assert outcome(text + chain(PLAIN, first="protocol grpc", last="protocol http")) == "unassessed"


def test_the_control_at_a_hop_that_through_leaves_out_is_credited() -> None:
    text = rule(f"{WAY_IN}\n  through flow h where not h has encryption-in-transit")
    found = finding_of(text + chain(PLAIN, first="protocol https", last="protocol http"))
    assert (found.controls, found.classes) == (("https",), ("encryption-in-transit",))


def test_passing_asks_for_a_walk_that_may_come_back() -> None:
    text = rule(f"{WAY_IN}\n  passing media x") + chain(PLAIN)
    assert outcome(text) == "none"
    detour = 'media stick "Stick" { stores [] }\n'
    detour += "flow m0 -> stick { carries []; returns [] }\nflow stick -> m0 { carries [] }"
    assert [hop.target for hop in finding_of(text + detour).path] == ["m0", "stick", "m0", "store"]


def test_passing_a_hop() -> None:
    text = rule(f"{WAY_IN}\n  passing flow f where f.protocol == http")
    assert outcome(text + chain(PLAIN, first="protocol http", last="protocol https")) == "open"
    assert outcome(text + chain(PLAIN, first="protocol https", last="protocol https")) == "none"
    assert questions(text + chain(PLAIN, last="protocol https")) == [("person->m0", "protocol")]


def test_a_source_or_sink_that_is_only_possible_makes_a_question() -> None:
    text = rule("  from actor a\n  reaches database s where s.replicas > 1")
    assert questions(text + chain(PLAIN)) == [("store", "replicas")]
    text = rule("  from service a where a.replicas > 1\n  reaches database s")
    assert questions(text + chain(PLAIN)) == [("m0", "replicas")]


def test_what_is_only_possible_and_guarded_is_no_finding() -> None:
    text = rule(
        "  from actor a\n  reaches database s where s.replicas > 1\n  avoiding service m where m has authorization"
    )
    assert outcomes(text + chain(GUARDED)) == {}


def test_a_sink_that_is_a_source_too_is_reached_from_the_others() -> None:
    text = rule("  from service a where a.replicas > 1\n  reaches service b where b.replicas > 1")
    text += """
    service first "First" { replicas 2 }
    service middle "Middle" { replicas 1 }
    service last "Last" { replicas 2 }
    flow first -> middle { carries [] }
    flow last -> middle { carries [] }
    flow middle -> last { carries [] }
    """
    found = finding_of(text)
    assert (found.id, found.path[0].source) == ("t.rule@last", "first")


def test_nothing_reaches_itself() -> None:
    text = (
        rule("  from service a\n  reaches service b") + 'service s "S" { technology "x" }\nflow s -> s { carries [] }'
    )
    assert outcomes(text) == {}


def test_when_and_unless_speak_of_the_sink() -> None:
    text = rule(f"{WAY_IN}\n  when s.replicas > 1\n  unless s has encryption-at-rest") + chain(PLAIN)
    assert outcome(text) == "question"
    assert outcome(text.replace("stores []", "stores []; replicas 1")) == "none"
    stated = text.replace("stores []", "stores []; replicas 2; {} [encryption-at-rest]")
    assert outcome(stated.replace("{}", "controls")) == "mitigated"
    assert outcome(stated.replace("{}", "lacks")) == "open"
    assert outcome(text.replace("stores []", "stores []; replicas 2")) == "unassessed"


# ---- the movement of data -------------------------------------------------------------------------------------------

LEAK = rule("""
  for data d where d.confidentiality >= confidential
  from element a where d in a.stores
  reaches actor b
  avoiding service m where m has redaction
""")
ASSET = 'data secret "Secret" { confidentiality restricted }\nactor reader "Reader"\n'
STORE = 'database store "Store" { stores [secret] }\n'


def test_data_goes_forward_with_calls_and_backward_with_answers() -> None:
    text = f"""{LEAK}{ASSET}{STORE}service s "S" {{ lacks [redaction] }}
    flow s -> store {{ carries []; returns [secret] }}
    flow s -> reader {{ carries [secret] }}"""
    found = finding_of(text)
    assert found.id == "t.rule@secret,reader"
    assert [(hop.source, hop.target, hop.reverse) for hop in found.path] == [
        ("store", "s", True),
        ("s", "reader", False),
    ]


def test_data_does_not_move_where_it_is_not_carried() -> None:
    text = f"""{LEAK}{ASSET}{STORE}service s "S" {{ lacks [redaction] }}
    flow s -> store {{ carries [secret]; returns [] }}
    flow s -> reader {{ carries [secret] }}"""
    assert outcomes(text) == {}


def test_a_hop_that_nobody_described_asks_whether_the_data_takes_it() -> None:
    text = f"""{LEAK}{ASSET}{STORE}service s "S" {{ lacks [redaction] }}
    flow s -> store {{ carries [] }}
    flow s -> reader {{ carries [secret] }}"""
    assert questions(text) == [("s->store", "returns")]


def test_each_data_asset_is_followed_by_itself() -> None:
    text = f"""{LEAK}{ASSET}data other "Other" {{ confidentiality confidential }}
    database store "Store" {{ stores [secret, other] }}
    service s "S" {{ lacks [redaction] }}
    service cutter "Cutter" {{ controls [redaction] }}
    flow s -> store {{ carries []; returns [secret] }}
    flow cutter -> store {{ carries []; returns [other] }}
    flow s -> reader {{ carries [secret] }}
    flow cutter -> reader {{ carries [other] }}"""
    assert outcomes(text) == {"t.rule@secret,reader": "open", "t.rule@other,reader": "mitigated"}


def test_the_forms_of_a_data_asset_are_one_for_searches() -> None:
    text = f"""{LEAK}{ASSET}{STORE}
    data sealed "Sealed" {{ confidentiality public; form-of secret }}
    data sealed-again "Sealed again" {{ confidentiality public; form-of sealed }}
    service s "S" {{ lacks [redaction] }}
    flow s -> store {{ carries []; returns [sealed] }}
    flow s -> reader {{ carries [sealed-again] }}"""
    assert outcomes(text) == {"t.rule@secret,reader": "open"}


def test_what_lies_between_the_ends_of_a_flow_is_on_the_path() -> None:
    text = f"""{LEAK}{ASSET}{STORE}service proxy "Proxy" {{ controls [redaction] }}
    flow reader -> store {{ carries []; returns [secret]; via [proxy] }}"""
    found = finding_of(text)
    assert (found.outcome, [hop.target for hop in found.path]) == ("mitigated", ["proxy", "reader"])


# ---- other relations ------------------------------------------------------------------------------------------------


def test_grants_lead_from_elements_over_roles_to_elements() -> None:
    text = rule(
        "  from service a\n  through grant g\n  reaches database s\n  avoiding role r where r has least-privilege"
    )
    text += """
    service front "Front" { roles [wide, narrow] }
    role wide "Wide" { grants [open-store]; lacks [least-privilege] }
    role narrow "Narrow" { grants [shut-store]; controls [least-privilege] }
    database open-store "Open" { stores [] }
    database shut-store "Shut" { stores [] }
    """
    assert outcomes(text) == {"t.rule@open-store": "open", "t.rule@shut-store": "mitigated"}


def test_hosting_and_dependence_can_be_followed() -> None:
    text = rule("  from service a\n  through runs-on h\n  reaches runtime r", name="t.host")
    text += rule("  from service a\n  through depends-on h\n  reaches database s", name="t.need")
    text += """
    runtime nodes "Nodes" { technology "x" }
    service a "A" { runs-on nodes; depends-on [b] }
    service b "B" { depends-on [store] }
    database store "Store" { stores [] }
    """
    assert outcomes(text) == {"t.host@nodes": "open", "t.need@store": "open"}


def test_among_paths_of_one_length_the_names_decide_and_not_the_order_of_declaration() -> None:
    ways = [f"flow person -> {m} {{ carries [] }}\nflow {m} -> store {{ carries []; returns [] }}" for m in ("x", "y")]
    services = 'actor person "Person"\nservice x "X" { technology "x" }\nservice y "Y" { technology "y" }\n'
    store = 'database store "Store" { stores [] }\n'
    paths = {finding_of(rule(WAY_IN) + services + store + "\n".join(order)).path for order in (ways, ways[::-1])}
    assert len(paths) == 1


def test_an_unassessed_path_names_every_guard_that_nobody_stated() -> None:
    (found,) = analysis_of(AVOIDING + chain(PLAIN, PLAIN)).findings
    assert found.message == "it happens. Not stated: authorization on M0, authorization on M1"


def test_a_very_long_way_is_told_by_its_beginning_and_its_end_and_by_a_few_of_its_guards() -> None:
    length = 130
    calls = "".join(f"flow s{n} -> s{n + 1} {{ carries [] }}\n" for n in range(length))
    services = "".join(f'service s{n} "S{n}" {{ technology "x" }}\n' for n in range(length))
    asked = rule("  from actor a\n  reaches database b\n  avoiding service m where m has authorization")
    ends = f'actor s "A"\ndatabase s{length} "B" {{ stores [] }}\nflow s -> s0 {{ carries [] }}\n'
    found = finding_of(asked + services + ends + calls)
    hops = [step for step in found.proof if step.clause in ("path", "then")]
    assert (len(found.path), len(hops)) == (100, 101)
    assert hops[50].text == "31 more hops, and then"
    assert found.path[-1].target == f"s{length}"
    assert found.message.endswith(
        "Not stated: authorization on S0, authorization on S1, authorization on S2, authorization on S3, "
        "authorization on S4, and at more places"
    )
