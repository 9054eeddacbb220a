"""`x has CLASS`: who may speak of a place, and who is nearest."""

import pytest

from tests.rules.asking import finding_of, outcome, rule

ENCRYPTED = rule("  for flow f\n  unless f has encryption-in-transit")
TRUE, FALSE, UNKNOWN = "mitigated", "open", "unassessed"


def hop(*, flow: str = "", source: str = "", target: str = "", outer: str = "", inner: str = "") -> str:
    """A flow from outside into a boundary within another one."""
    return f"""{ENCRYPTED}
service a "A" {{ {source or 'technology "x"'} }}
boundary outer "Outer" {{ {outer}
  boundary inner "Inner" {{ {inner}
    service b "B" {{ {target or 'technology "x"'} }}
  }}
}}
flow a -> b {{ {flow or "carries []"} }}"""


HAS, LACKS = "controls [encryption-in-transit]", "lacks [encryption-in-transit]"


def test_silence_is_unknown() -> None:
    assert outcome(hop()) == UNKNOWN


@pytest.mark.parametrize(
    ("protocol", "expected"), [("https", TRUE), ("http", FALSE), ("postgres", UNKNOWN), ("in-process", "none")]
)
def test_a_protocol_secures_denies_leaves_open_or_makes_meaningless(protocol: str, expected: str) -> None:
    assert outcome(hop(flow=f"protocol {protocol}")) == expected


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({"flow": f"{HAS}; protocol http"}, TRUE),
        ({"flow": f"{LACKS}; protocol https"}, FALSE),
        ({"flow": "protocol https", "target": LACKS}, TRUE),
        ({"flow": "protocol http", "target": HAS}, FALSE),
        ({"flow": "protocol postgres", "target": HAS}, TRUE),
        ({"target": LACKS, "inner": HAS}, FALSE),
        ({"inner": HAS, "outer": LACKS}, TRUE),
        ({"inner": LACKS, "outer": HAS}, FALSE),
        ({"outer": HAS}, TRUE),
        ({"flow": "optional [encryption-in-transit]", "target": HAS}, UNKNOWN),
        ({"flow": "not-applicable [encryption-in-transit]", "target": LACKS}, "none"),
    ],
)
def test_the_nearest_statement_wins(places: dict[str, str], expected: str) -> None:
    assert outcome(hop(**places)) == expected


def test_a_class_that_guards_inbound_flows_says_nothing_of_outbound_ones() -> None:
    assert outcome(hop(source=HAS)) == UNKNOWN
    assert outcome(hop(target=HAS)) == TRUE


def test_a_class_that_guards_outbound_flows_is_stated_at_the_source() -> None:
    text = rule("  for flow f\n  unless f has redaction")
    ends = 'service a "A" {{ {} }}\nservice b "B" {{ {} }}\nflow a -> b {{ carries [] }}'
    assert outcome(text + ends.format("controls [redaction]", "lacks [input-validation]")) == TRUE
    assert outcome(text + ends.format("lacks [input-validation]", "controls [redaction]")) == UNKNOWN


def test_at_one_distance_the_less_safe_statement_wins() -> None:
    text = rule("  for flow f\n  unless f has message-authentication")
    ends = 'service a "A" {{ {} [message-authentication] }}\nservice b "B" {{ {} [message-authentication] }}\n'
    flow = "flow a -> b { carries [] }"
    assert outcome(text + ends.format("controls", "lacks") + flow) == FALSE
    assert outcome(text + ends.format("lacks", "controls") + flow) == FALSE
    assert outcome(text + ends.format("controls", "optional") + flow) == UNKNOWN
    assert outcome(text + ends.format("controls", "controls") + flow) == TRUE


def test_what_stands_at_a_boundary_guards_what_crosses_it_only_where_the_class_says_so() -> None:
    text = rule("  for flow f\n  unless f has message-authentication")
    places = """
    service a "A" { technology "x" }
    boundary zone "Zone" {
      controls [message-authentication]
      service b "B" { technology "x" }
      service c "C" { technology "x" }
    }
    flow crossing a -> b "Crosses" { carries [] }
    flow within b -> c "Stays" { carries [] }
    """
    assert outcome(text + places, "crossing") == UNKNOWN
    assert outcome(text + places, "within") == TRUE


def test_an_inner_boundary_that_is_crossed_is_nearer_than_the_one_around_both_ends() -> None:
    text = """
    boundary around "Around" {
      controls [encryption-in-transit]
      service b "B" { technology "x" }
      boundary outer "Outer" {
        lacks [encryption-in-transit]
        boundary inner "Inner" { service a "A" { technology "x" } }
      }
    }
    flow a -> b { carries [] }
    """
    assert outcome(ENCRYPTED + text) == FALSE


def test_a_boundary_guards_the_elements_inside_from_inside_out() -> None:
    text = (
        rule("  for service s\n  unless s has authorization")
        + """
    boundary outer "Outer" {
      controls [authorization]
      service far "Far" { technology "x" }
      boundary inner "Inner" { lacks [authorization]; service near "Near" { technology "x" } }
    }
    service outside "Outside" { technology "x" }
    """
    )
    assert [outcome(text, name) for name in ("far", "near", "outside")] == [TRUE, FALSE, UNKNOWN]


def test_a_runtime_guards_what_it_hosts_only_where_the_class_says_so() -> None:
    for class_, expected in (("encryption-at-rest", TRUE), ("input-validation", UNKNOWN)):
        text = (
            rule(f"  for service s\n  unless s has {class_}")
            + f"""
        runtime nodes "Nodes" {{ controls [{class_}] }}
        service s "S" {{ runs-on nodes }}
        """
        )
        assert outcome(text) == expected


def test_the_element_is_nearer_than_its_runtime_and_the_runtime_nearer_than_the_boundary() -> None:
    text = (
        rule("  for service s\n  unless s has encryption-at-rest")
        + """
    runtime good "Good" { controls [encryption-at-rest] }
    runtime bad "Bad" { lacks [encryption-at-rest] }
    boundary zone "Zone" {
      lacks [encryption-at-rest]
      service on-good "On good" { runs-on good }
      service own-word "Own word" { runs-on bad; controls [encryption-at-rest] }
      service bare "Bare" { technology "x" }
    }
    """
    )
    assert [outcome(text, name) for name in ("on-good", "own-word", "bare")] == [TRUE, TRUE, FALSE]


def test_a_class_that_guards_no_element_is_not_had_by_the_element_that_states_it() -> None:
    text = rule("  for service s\n  unless s has encryption-in-transit")
    assert outcome(f'{text}service s "S" {{ controls [encryption-in-transit] }}') == UNKNOWN


def test_a_role_speaks_for_itself() -> None:
    text = rule("  for role r\n  unless r has least-privilege")
    assert outcome(f'{text}role r "R" {{ controls [least-privilege] }}') == TRUE


def test_the_control_that_covers_a_finding_is_named() -> None:
    tls = 'control tls "TLS" { class [encryption-in-transit] }\n'
    found = finding_of(tls + hop(target="controls [tls]"))
    assert (found.controls, found.classes) == (("tls",), ("encryption-in-transit",))
    assert finding_of(hop(flow="protocol https")).controls == ("https",)
