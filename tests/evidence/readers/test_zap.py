import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import zap
from threatdsl.model.level import Level

SECRETS = "desc", "otherinfo", "evidence", "param", "request-header", "request-body", "response-body"


def alert(rule: str, **more: object) -> dict[str, object]:
    instance = {"uri": "https://u:hunter2@shop.example/pay;jsessionid=hunter2?card=hunter2#hunter2", "method": "POST"}
    instance |= dict.fromkeys(SECRETS, "hunter2")
    known = {"pluginid": rule, "riskcode": "2", "confidence": "2", "cweid": "79", "instances": [instance]}
    return dict.fromkeys(SECRETS, "hunter2") | known | more


def report(*alerts: dict[str, object], **more: object) -> bytes:
    site = {"@name": "https://shop.example", "@host": "shop.example", "@port": "443", "alerts": alerts}
    return json.dumps({"@version": "2.17.0", "@generated": "Thu, 26 Nov 2026 10:00:00", "site": [site]} | more).encode()


JSON = report(
    alert("40012", alertRef="40012-1", riskcode="3"),
    alert("10020", alertRef="10020", confidence="0", cweid="-1"),
    created="2026-11-26T09:00:00.123456789Z",
)
XML = b"""<?xml version="1.0"?>
<OWASPZAPReport programName="ZAP" version="2.17.0" generated="Thu, 26 Nov 2026 10:00:00"
  created="2026-11-26T09:00:00.123456789Z">
 <site name="https://shop.example" host="shop.example" port="443" ssl="true"><alerts>
  <alertitem> <pluginid> 40012 </pluginid> <alertRef>40012-1</alertRef> <riskcode>3</riskcode>
   <confidence>2</confidence> <cweid>79</cweid> <desc>&lt;p&gt;hunter2</desc>
   <instances><instance>
    <uri>https://u:hunter2@shop.example/pay;jsessionid=hunter2?card=hunter2</uri>
    <evidence>hunter2</evidence> <requestheader>Cookie: hunter2</requestheader> <responsebody>hunter2</responsebody>
   </instance></instances> <otherinfo>hunter2</otherinfo>
  </alertitem>
  <alertitem> <pluginid>10020</pluginid> <alertRef>10020</alertRef> <riskcode>2</riskcode>
   <confidence>0</confidence> <cweid>-1</cweid>
   <instances><instance><uri>https://shop.example/pay</uri></instance></instances>
  </alertitem>
 </alerts></site>
</OWASPZAPReport>
"""


@pytest.mark.parametrize("content", [JSON, XML], ids=["json", "xml"])
def test_both_forms_say_the_same(content: bytes) -> None:
    reading = zap.read(content)
    first, second = reading.observations
    assert (first.rule, first.outcome, first.severity) == ("40012", Outcome.FAIL, Level.HIGH)
    assert first.aliases == ("40012-1", "CWE-79")
    site = Subject(SubjectKind.URL, "https://shop.example")
    page = Subject(SubjectKind.URL, "https://shop.example/pay")
    assert first.subjects == (site, Subject(SubjectKind.HOST, "shop.example"), page)
    assert second.aliases == ()
    assert (reading.tool, reading.tool_version, reading.scanned) == ("ZAP", "2.17.0", (site,))
    assert str(reading.time) == "2026-11-26 09:00:00.123456+00:00"
    assert zap.recognises(content)


@pytest.mark.parametrize("content", [JSON, XML], ids=["json", "xml"])
def test_an_alert_marked_as_a_false_positive_refutes_nothing(content: bytes) -> None:
    outcomes = {one.rule: one.outcome for one in zap.read(content).observations}
    assert outcomes == {"40012": Outcome.FAIL, "10020": Outcome.INFO}


@pytest.mark.parametrize("content", [JSON, XML], ids=["json", "xml"])
def test_no_request_evidence_or_query_is_kept(content: bytes) -> None:
    assert b"hunter2" in content
    assert "hunter2" not in repr(zap.read(content))


@pytest.mark.parametrize(
    ("code", "severity"),
    [("0", Level.INFO), ("1", Level.LOW), ("2", Level.MEDIUM), ("3", Level.HIGH), ("", None), ("9", None)],
)
def test_the_risk_code_is_the_severity(code: str, severity: Level | None) -> None:
    assert zap.read(report(alert("1", riskcode=code))).observations[0].severity is severity


@pytest.mark.parametrize(
    ("more", "time"),
    [
        ({}, "None"),  # `@generated` does not say its zone
        ({"created": "2026-11-26T09:00:00"}, "None"),
        ({"created": None}, "None"),
        ({"created": "2026-11-26T10:00:00+02:00"}, "2026-11-26 08:00:00+00:00"),
        ({"@created": "2026-11-26T09:00:00Z"}, "2026-11-26 09:00:00+00:00"),
    ],
)
def test_only_a_time_with_a_zone_is_the_time(more: dict[str, object], time: str) -> None:
    assert str(zap.read(report(**more)).time) == time


def test_each_instance_is_a_subject_once() -> None:
    uris = ("https://shop.example/a?x=1", "https://shop.example/a?x=2", "https://shop.example/b", "")
    only = zap.read(report(alert("1", instances=[{"uri": uri} for uri in uris]))).observations[0]
    urls = [one.id for one in only.subjects if one.kind is SubjectKind.URL]
    assert urls == ["https://shop.example", "https://shop.example/a", "https://shop.example/b"]


@pytest.mark.parametrize(("cwe", "aliases"), [("79", ("CWE-79",)), ("0", ()), ("-1", ()), ("", ())])
def test_only_a_cwe_that_exists_is_an_alias(cwe: str, aliases: tuple[str, ...]) -> None:
    assert zap.read(report(alert("1", cweid=cwe))).observations[0].aliases == aliases


def test_the_name_and_host_of_a_site_are_kept_without_secrets() -> None:
    site = {"@name": "https://u:hunter2@b.example/?hunter2", "@host": "u:hunter2@b.example", "alerts": [alert("1")]}
    reading = zap.read(report(site=[site]))
    assert "hunter2" not in repr(reading)
    assert [one.id for one in reading.observations[0].subjects[:2]] == ["https://b.example/", "b.example"]


@pytest.mark.parametrize("missing", [{"instances": None}, {"cweid": "", "instances": []}])
def test_an_alert_without_instances_is_still_at_its_site(missing: dict[str, object]) -> None:
    only = zap.read(report(alert("1", **missing))).observations[0]
    assert [one.id for one in only.subjects] == ["https://shop.example", "shop.example"]


def test_one_site_may_stand_without_a_list() -> None:
    site = json.loads(JSON)["site"][0]
    assert zap.read(report(site=site)) == zap.read(report(site=[site]))


def test_a_site_without_alerts_was_scanned_and_proves_nothing() -> None:
    sites = [{"@name": "https://shop.example", "alerts": []}, {"@name": "https://u:hunter2@b.example:8443"}]
    reading = zap.read(report(site=sites))
    assert reading.observations == ()
    assert reading.rules == frozenset()
    assert [one.id for one in reading.scanned] == ["https://shop.example", "https://b.example:8443"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{}", "not of this format"),
        (b"[]", "not of this format"),
        (b'{"site": []}', "@version"),
        (b'{"@version": "2.17.0"}', "site"),
        (JSON[:-9], "not JSON"),
        (XML[:-9], "not XML"),
        (b"<issues/>", "its root is <issues>"),
        (report(alert("")), "an alert without a pluginid"),
        (XML.replace(b"<pluginid>10020</pluginid>", b""), "an alert without a pluginid"),
    ],
)
def test_what_is_no_report_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        zap.read(content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"<issues/>", b'{"@version": "1"}', b"\xff\0"])
def test_another_format_is_not_recognised(content: bytes) -> None:
    assert not zap.recognises(content)


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "zap-json").glob("*.json")), ids=lambda file: file.name)
def test_each_alert_of_a_real_json_report_is_observed_once(file: Path) -> None:
    alerts = [one for site in json.loads(file.read_bytes())["site"] for one in site["alerts"]]
    observations = zap.read(file.read_bytes()).observations
    assert [one.rule for one in observations] == [one["pluginid"] for one in alerts]
    wrong = sum(one["confidence"] == "0" for one in alerts)
    assert sum(one.outcome is Outcome.FAIL for one in observations) == len(alerts) - wrong


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "zap-xml").glob("*.xml")), ids=lambda file: file.name)
def test_each_alert_of_a_real_xml_report_is_observed_once(file: Path) -> None:
    alerts = list(ET.fromstring(file.read_bytes()).iter("alertitem"))  # noqa: S314 - a file we trust
    observations = zap.read(file.read_bytes()).observations
    assert [one.rule for one in observations] == [one.findtext("pluginid") for one in alerts]
    wrong = sum(one.findtext("confidence") == "0" for one in alerts)
    assert sum(one.outcome is Outcome.FAIL for one in observations) == len(alerts) - wrong
