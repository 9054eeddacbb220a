from pathlib import Path

import pytest
from defusedxml.ElementTree import ParseError, fromstring

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, SubjectKind
from threatdsl.evidence.readers import junit

NESTED = b"""<?xml version="1.0"?>
<testsuites>
  <testsuite name="refunds" timestamp="2026-11-20T10:00:00+01:00">
    <testcase classname="refunds.TestTwoAgents" name="test_one_agent_is_refused" file="tests\\refunds.py" line="7">
      <properties><property name="threatdsl.control" value="four-eyes"/></properties>
    </testcase>
    <testsuite name="inner">
      <testcase classname="refunds.TestLimit" name="test_over"><failure>password=hunter2</failure></testcase>
      <testcase name="test_later"><skipped/></testcase>
      <testcase name="test_broken"><error/><failure/></testcase>
      <testcase name="test_flaky"><flakyFailure/></testcase>
    </testsuite>
  </testsuite>
</testsuites>
"""


def test_each_case_of_nested_suites_is_read_once_with_its_outcome() -> None:
    outcomes = {one.rule: one.outcome for one in junit.read(NESTED).observations}
    assert outcomes == {
        "refunds.TestTwoAgents.test_one_agent_is_refused": Outcome.PASS,
        "refunds.TestLimit.test_over": Outcome.FAIL,
        "test_later": Outcome.SKIPPED,
        "test_broken": Outcome.FAIL,
        "test_flaky": Outcome.PASS,
    }


def test_file_line_control_and_time_are_kept_and_the_output_of_the_test_is_not() -> None:
    reading = junit.read(NESTED)
    first = reading.observations[0]
    files = [(subject.id, subject.line) for subject in first.subjects if subject.kind is SubjectKind.FILE]
    assert files == [("tests/refunds.py", 7)]
    assert first.aliases == ("four-eyes",)
    assert str(reading.time) == "2026-11-20 09:00:00+00:00"
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (NESTED[:300], "not XML"),
        (b"<html/>", "its root is <html>"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><testsuite>&b;</testsuite>', "entities"),
        (b"<testsuite>" * 5000, "nested too deeply"),
        (b"\0" * 100, "NUL"),
        ("<testsuite/>".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_result_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        junit.read(content)


def test_a_suite_without_cases_observes_nothing() -> None:
    assert junit.read(b"<testsuite/>").observations == ()
    assert junit.recognises(b"<testsuite/>")
    assert not junit.recognises(b"{}")


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "junit").glob("*.xml")), ids=lambda file: file.name)
def test_each_case_of_a_real_file_is_observed_once(file: Path) -> None:
    try:
        cases = list(fromstring(file.read_bytes()).iter("testcase"))
    except ParseError:
        with pytest.raises(Unreadable):
            junit.read(file.read_bytes())
        return
    found = junit.read(file.read_bytes()).observations
    passed = [case for case in cases if all(case.find(tag) is None for tag in ("failure", "error", "skipped"))]
    assert len(found) == len(cases) > 0
    assert sum(one.outcome is Outcome.PASS for one in found) == len(passed)
