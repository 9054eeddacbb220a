from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Waiver
from threatdsl.evidence.readers import xccdf
from threatdsl.model.level import Level

RULE = "xccdf_org.ssgproject.content_rule_sshd_no_root"


def run(*results: str, version: str = "1.2", end: str = "2026-11-01T10:00:00Z") -> str:
    return (
        f'<TestResult xmlns="http://checklists.nist.gov/xccdf/{version}" id="t" end-time="{end}"'
        ' test-system="cpe:/a:redhat:openscap:1.3.6"><target>web-1</target><target-address>127.0.0.1</target-address>'
        f"<target-address>192.0.2.7</target-address>{''.join(results)}</TestResult>"
    )


def result(word: str, more: str = "") -> str:
    return f'<rule-result idref="{RULE}" severity="high" version="OS-1"><result>{word}</result>{more}</rule-result>'


IDENT = '<ident system="http://cce.mitre.org">CCE-1</ident><message>hunter2</message>'
ALONE = run(result("pass", IDENT))
ARF = "http://scap.nist.gov/schema/asset-reporting-format/1.1"
WRAPPED = (
    f'<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2">{ALONE}</Benchmark>',
    f'<a:asset-report-collection xmlns:a="{ARF}"><a:reports>{ALONE}</a:reports></a:asset-report-collection>',
    run(result("pass", IDENT), version="1.1"),
)


@pytest.mark.parametrize("content", [ALONE, *WRAPPED])
def test_a_result_is_read_wherever_it_stands(content: str) -> None:
    reading = xccdf.read(content.encode())
    (one,) = reading.observations
    assert (one.rule, one.outcome, one.severity) == (RULE, Outcome.PASS, Level.HIGH)
    assert one.aliases == ("sshd_no_root", "OS-1", "CCE-1")
    assert [subject.id for subject in one.subjects] == ["web-1", "192.0.2.7"]
    assert (reading.tool, reading.tool_version, str(reading.time)) == ("openscap", "1.3.6", "2026-11-01 10:00:00+00:00")
    assert xccdf.recognises(content.encode())
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(("word", "outcome"), xccdf.OUTCOMES.items())
def test_only_pass_and_fixed_pass(word: str, outcome: Outcome) -> None:
    (one,) = xccdf.read(run(result(word)).encode()).observations
    assert one.outcome is outcome
    assert (one.outcome is Outcome.PASS) == (word in {"pass", "fixed"})


@pytest.mark.parametrize(
    ("old", "new", "outcome", "waiver"),
    [
        ("fail", "pass", Outcome.FAIL, Waiver("agreed", "Ann")),
        ("notchecked", "pass", Outcome.MANUAL, None),
        ("pass", "fail", Outcome.FAIL, None),
    ],
)
def test_an_override_never_proves(old: str, new: str, outcome: Outcome, waiver: Waiver | None) -> None:
    override = f'<override authority="Ann"><old-result>{old}</old-result><remark>agreed</remark></override>'
    (one,) = xccdf.read(run(result(new, override)).encode()).observations
    assert (one.outcome, one.waiver) == (outcome, waiver)


def test_a_time_without_a_zone_is_none_and_unselected_rules_did_not_run() -> None:
    reading = xccdf.read(run(result("notselected"), end="2026-11-01T10:00:00").encode())
    assert (reading.time, reading.rules) == (None, frozenset())


@pytest.mark.parametrize(
    "content",
    ['<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"/>', "<TestResult/>", run(result("maybe")), "<a/>"],
)
def test_what_holds_no_results_is_refused(content: str) -> None:
    with pytest.raises(Unreadable):
        xccdf.read(content.encode())


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "xccdf").glob("*.xml")), ids=lambda file: file.name)
def test_real_files_give_one_observation_a_rule_result(file: Path) -> None:
    root = ET.parse(file).getroot()  # noqa: S314 - a file of our own corpus
    results = [one for one in root.iter() if one.tag.endswith("}rule-result")]
    waived = [one for one in results if any(child.tag.endswith("}override") for child in one)]
    words = [child.text for one in results if one not in waived for child in one if child.tag.endswith("}result")]
    outcomes = [one.outcome for one in xccdf.read(file.read_bytes()).observations]
    assert len(outcomes) == len(results)
    assert outcomes.count(Outcome.PASS) == words.count("pass")
    assert outcomes.count(Outcome.FAIL) == words.count("fail") + len(waived)
