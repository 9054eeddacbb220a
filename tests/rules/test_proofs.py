"""Proofs say in words what decided, and where it is stated."""

from tests.rules.asking import finding_of, rule
from threatdsl.rules.finding import Finding

PLACES = """
data card "Card" { confidentiality restricted }
data note "Note" { confidentiality public }
boundary out "Outside" { trust untrusted; actor person "Person" }
boundary in "Inside" { trust internal; service front "Front" { technology "x" } }
"""


def lines(found: Finding) -> list[str]:
    return [f"{step.clause} {step.text}" for step in found.proof]


def test_a_proof_goes_from_the_thing_over_its_facts_to_the_outcome() -> None:
    text = rule("""
  for flow f where f.from is actor
  when f.crosses and f.from.trust <= untrusted and some d in f.data where d.confidentiality >= confidential
  unless f has encryption-in-transit""")
    found = finding_of(f"{text}{PLACES}flow person -> front {{ carries [card, note]; protocol http }}")
    assert lines(found) == [
        "for Person → Front",
        "where Person is an actor",
        "when Person → Front crosses a trust boundary",
        "and trust of Person is untrusted",
        "and confidentiality of Card is restricted, at least confidential",
        "unless Person → Front lacks encryption-in-transit: its protocol http has none",
        "so open",
    ]


def test_every_step_but_the_last_names_a_place_and_facts_name_their_own() -> None:
    text = rule(
        "  for flow f\n  when some d in f.data where d.confidentiality >= confidential\n  unless f has redaction"
    )
    found = finding_of(f"{text}{PLACES}flow person -> front {{ carries [card] }}")
    assert all(step.spans for step in found.proof[:-1])
    (fact,) = (step for step in found.proof if "confidentiality" in step.text)
    whole = f'model tested "Tested" {{ }}\n{text}{PLACES}'.splitlines()
    assert whole[fact.spans[0].line - 1] == 'data card "Card" { confidentiality restricted }'


def test_an_inherited_fact_is_shown_where_the_boundary_states_it() -> None:
    found = finding_of(rule("  for actor a\n  when a.trust <= untrusted") + PLACES)
    (step,) = (step for step in found.proof if step.clause == "when")
    assert step.spans[0].column == len('boundary out "Outside" { ') + 1


def test_what_is_denied_is_shown_by_the_fact_that_denies_it() -> None:
    text = rule("  for service s\n  when not s.replicas > 1 and not s is gateway")
    found = finding_of(f'{text}service s "S" {{ replicas 0 }}')
    assert lines(found)[1:3] == ["when replicas of S is 0, at most 1", "and S is not a gateway"]


def test_only_a_witness_is_shown_of_a_list_and_not_its_neighbours() -> None:
    text = rule("  for service s\n  when some f in s.inbound where (f.crosses and f.from.trust <= untrusted)")
    flows = """
    boundary partner "Partner" { trust partner; external other "Other" }
    flow other -> front { carries [] }
    flow person -> front { carries [] }"""
    found = finding_of(text + PLACES + flows)
    assert lines(found)[1:-1] == ["when Person → Front crosses a trust boundary", "and trust of Person is untrusted"]


def test_a_proof_of_silence_says_what_is_not_stated_and_what_was_ruled_out() -> None:
    text = rule("  for service s\n  unless s has authorization or s has rate-limiting or s has redaction")
    found = finding_of(f'{text}service s "S" {{ lacks [authorization]; optional [redaction] }}')
    assert lines(found)[1:-1] == [
        "unless S lacks authorization",
        "but rate-limiting of S is not stated",
        "and S can have redaction, and nothing enforces it",
    ]


def test_a_path_is_told_hop_by_hop() -> None:
    text = rule("  from actor a where a.trust <= untrusted\n  reaches database s") + PLACES
    text += 'database store "Store" { stores [] }\n'
    text += "flow person -> front { carries [] }\nflow front -> store { carries []; returns [] }"
    assert lines(finding_of(text)) == [
        "from Person",
        "where trust of Person is untrusted",
        "reaches Store",
        "path Person calls Front",
        "then Front calls Store",
        "so open",
    ]


def test_messages_name_the_first_witness_by_name_and_count_the_others() -> None:
    text = rule("  for flow f\n  when some d in f.data where d.integrity >= high", message="{f} moves {d}")
    data = "".join(f'data {n} "{n.upper()}" {{ integrity high }}\n' for n in ("c", "a", "b"))
    found = finding_of(f"{text}{data}{PLACES}flow person -> front {{ carries [c, a, b] }}")
    assert found.message == "Person → Front moves A and 2 others"
