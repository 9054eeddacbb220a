"""JUnit: what fails the gate fails, what is decided is skipped, and every case can be told apart."""

from collections import Counter
from typing import TYPE_CHECKING

from defusedxml.ElementTree import fromstring
from msgspec.structs import replace

from tests.report.building import span
from tests.report.hostile import hostile
from tests.report.shop import shop
from threatdsl.diagnostics import Diagnostic, Severity
from threatdsl.evidence.observation import Outcome
from threatdsl.evidence.readers import junit as reader
from threatdsl.report.checked import Checked
from threatdsl.report.pipeline.junit import junit

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from threatdsl.assess.assessment import Assessment


def checked(assessment: "Assessment", name: str = "shop") -> Checked:
    return Checked(name, f"{name}.threat", assessment, assessment.diagnostics, str)


def root_of(*models: Checked) -> "Element":
    root: Element = fromstring(junit(models))
    return root


def case(root: "Element", name: str) -> "Element":
    return next(one for one in root.iter("testcase") if one.get("name") == name)


def test_what_fails_the_gate_fails_at_its_line() -> None:
    found = case(root_of(checked(shop())), "disclosure.cleartext-crossing@console->orders-db")
    assert (found.get("classname"), found.get("file"), found.get("line")) == ("threats.shop", "shop.threat", "58")
    failure = found.find("failure")
    assert failure is not None
    assert "without encryption. Fix: Put an encryption-in-transit control" in (failure.text or "")


def test_what_is_open_and_passes_the_gate_is_skipped_and_what_is_held_passes() -> None:
    root = root_of(checked(shop()))
    assert case(root, "spoofing.unauthenticated-caller@events->fulfilment").find("skipped") is not None
    assert [child.tag for child in case(root, "denial.no-quota@gateway")] == ["properties"]


def test_an_accepted_threat_is_skipped_with_its_reason() -> None:
    skipped = case(root_of(checked(shop())), "disclosure.cleartext-crossing@checkout->orders-db").find("skipped")
    assert skipped is not None
    assert (skipped.get("message") or "").startswith("accepted until 2026-12-31: TLS arrives with")


def test_a_failed_gate_is_a_case_of_its_own() -> None:
    failure = case(root_of(checked(shop())), "policy pr").find("failure")
    assert failure is not None
    assert failure.get("message") == "2 findings are open at high or above"


def test_suites_count_their_cases_and_no_case_occurs_twice() -> None:
    root = root_of(checked(shop()), checked(hostile(), "evil"))
    assert [suite.get("name") for suite in root] == [
        *("threats.shop", "controls.shop", "gate.shop"),
        *("threats.evil", "controls.evil", "gate.evil"),
    ]
    for suite in root:
        assert suite.get("tests") == str(len(suite))
        assert suite.get("failures") == str(len(list(suite.iter("failure"))))
    cases = Counter((one.get("classname"), one.get("name")) for one in root.iter("testcase"))
    assert max(cases.values()) == 1


def test_text_that_xml_forbids_is_shown_by_its_code() -> None:
    base = shop()
    first = base.findings[0]
    account = first.finding.account
    evil = replace(account, message="a\x1b[31m\x00\ufffe ]]> <b>&'\"\n::error")  # type: ignore[type-var]  # it is a Told
    changed = replace(first, finding=replace(first.finding, account=evil))
    failure = case(root_of(checked(replace(base, findings=(changed,)))), first.id).find("failure")
    assert failure is not None
    assert (failure.text or "").startswith("a<U+001B>[31m<U+0000>\ufffd ]]> <b>&'\" : :error.")


def test_a_wrong_model_is_errors_and_one_that_cannot_be_read_is_one() -> None:
    diagnostic = Diagnostic("TM0101", Severity.ERROR, "a brace is missing", span(3), help="add }")
    wrong = Checked("bad", "bad.threat", None, (diagnostic, replace(diagnostic, span=span(4))), str)
    root = root_of(wrong, Checked("gone", "gone.threat", None, (), str))
    assert [(suite.get("name"), suite.get("errors")) for suite in root] == [("model.bad", "2"), ("model.gone", "1")]
    errors = [error.get("message") for error in root.iter("error")]
    assert errors == ["a brace is missing", "a brace is missing", "the model cannot be read"]


def test_the_reader_of_evidence_understands_it() -> None:
    outcomes = Counter(one.outcome for one in reader.read(junit((checked(shop()),))).observations)
    assert outcomes == {Outcome.FAIL: 3, Outcome.SKIPPED: 3, Outcome.PASS: 1}
