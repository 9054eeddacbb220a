"""Noise is a defect: silence asks a few questions, and what is harmless raises nothing."""

from pathlib import Path

from tests.models.checking import assessed_text

BARE = 'model bare "Bare" { }\nservice shop "Shop"\n'
CALLED = """
model called "Called" { }
boundary internet "Internet" {
  trust untrusted
  actor customer "Customer"
}
boundary cloud "Cloud" {
  trust internal
  service shop "Shop"
  database orders "Orders"
}
flow customer -> shop
flow shop -> orders
"""
PUBLIC = """
model public "Public" { }
data news "News" { confidentiality public; integrity high; availability high; category content }
boundary internet "Internet" {
  trust untrusted
  actor reader "Reader"
}
boundary cloud "Cloud" {
  trust internal
  service site "Site" { serves [web, api]; parses json; language go; lacks [encryption-at-rest, authorization] }
  database articles "Articles" { stores [news]; tenants shared; lacks [encryption-at-rest, authorization] }
}
flow reader -> site { protocol http; carries [news]; returns [news] }
flow reader -> articles { protocol http; carries []; returns [news] }
flow site -> articles { protocol redis; carries [news]; returns [news] }
"""
CONTROLLED = """
model controlled "Controlled" { }
import controls as std
data order "Order" { confidentiality confidential; integrity high; availability high; category personal }
boundary internet "Internet" {
  trust untrusted
  actor customer "Customer"
}
boundary cloud "Cloud" {
  trust internal
  service shop "Shop" {
    serves web
    parses json
    language go
    controls [
      std.tls,
      std.oidc,
      std.record-checks,
      std.schema-validation,
      std.same-site-tokens,
      std.safe-templates,
      std.prepared-statements,
      std.audit-trail,
      std.throttling,
      std.restricted-container,
    ]
  }
  database orders "Orders" { stores [order]; tenants single; replicas 2; controls [std.disk-encryption] }
}
flow customer -> shop { carries [order]; returns [order] }
flow shop -> orders { carries [order]; returns [order] }
"""
PLUG_IN = """
model program-with-plug-in "Program with a plug-in" { }
data secret "Secret" { confidentiality restricted; integrity critical; availability high; category content }
boundary foreign "Foreign code" {
  trust untrusted
  service plug-in "Plug-in"
}
boundary program "Main program" {
  trust internal
  service core "Core" { serves admin; parses json; language go }
}
flow plug-in -> core { protocol in-process; carries [secret]; returns [secret] }
flow core -> plug-in { protocol in-process; carries [secret]; returns [secret] }
"""
UNRELATED = """
boundary elsewhere "Elsewhere" {
  trust partner
  service lonely "Lonely" { serves admin; parses [xml, script]; language c; lacks [sandboxing] }
}
"""


def outcomes(folder: Path, text: str) -> dict[str, str]:
    return {found.finding.id: found.outcome.value for found in assessed_text(folder, text).findings}


def test_a_bare_service_raises_at_most_six_findings_and_six_questions(tmp_path: Path) -> None:
    assessment = assessed_text(tmp_path, BARE)
    assert len(assessment.findings) <= 6
    assert len(assessment.questions) <= 6


def test_one_called_service_of_which_nothing_is_known_raises_at_most_six_findings_and_asks_each_fact_once(
    tmp_path: Path,
) -> None:
    assessment = assessed_text(tmp_path, CALLED)
    facts = [(question.element, question.fact) for question in assessment.questions]
    assert len(assessment.findings) <= 6
    assert len(facts) == len(set(facts))


def test_public_data_never_leaks(tmp_path: Path) -> None:
    leaks = [id_ for id_ in outcomes(tmp_path, PUBLIC) if id_.startswith("disclosure.")]
    assert leaks == []


def test_nobody_listens_to_or_poses_as_an_end_of_a_call_inside_one_process(tmp_path: Path) -> None:
    assert [id_ for id_ in outcomes(tmp_path, PLUG_IN) if "->" in id_] == []


def test_a_fully_controlled_model_has_nothing_open_and_nothing_unassessed(tmp_path: Path) -> None:
    found = outcomes(tmp_path, CONTROLLED)
    assert found
    assert {id_: outcome for id_, outcome in found.items() if outcome != "mitigated"} == {}


def test_an_unrelated_component_changes_no_other_finding(tmp_path: Path) -> None:
    before, after = outcomes(tmp_path, PUBLIC), outcomes(tmp_path, PUBLIC + UNRELATED)
    assert before == after
