import json
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind, Waiver
from threatdsl.evidence.readers import cyclonedx
from threatdsl.model.level import Level

FILES = sorted(file for name in ("cyclonedx", "cyclonedx-vex") for file in (CORPUS / name).glob("*.[jx]*"))
HEX = "ab" * 32
FOUND = {
    "bom-ref": "v1",
    "id": "GHSA-1",
    "references": [{"id": "CVE-2026-1"}],
    "ratings": [{"severity": "low"}, {"severity": "high"}, {"severity": "unknown"}],
    "cwes": [79],
    "description": "hunter2",
    "affects": [{"ref": "ref-lib"}, {"ref": "ref-root"}, {"ref": "urn:cdx:other/1#x"}],
}
BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "metadata": {
        "timestamp": "2026-11-20T10:00:00+01:00",
        "tools": {"components": [{"type": "application", "name": "syft", "version": "1.2"}]},
        "component": {
            "type": "container",
            "bom-ref": "ref-root",
            "name": "shop",
            "version": f"sha256:{HEX}",
            "hashes": [{"alg": "MD5", "content": "1"}, {"alg": "SHA-256", "content": "CD" * 32}],
        },
    },
    "components": [
        {
            "bom-ref": "ref-outer",
            "group": "org.example",
            "name": "outer",
            "version": "2.0",
            "components": [{"bom-ref": "ref-lib", "name": "lib", "version": "1.0", "purl": "pkg:npm/lib@1.0"}],
        }
    ],
    "vulnerabilities": [FOUND],
}
XML = f"""<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.4">
  <metadata>
    <timestamp>2026-11-20T10:00:00+01:00</timestamp>
    <tools><tool><vendor>x</vendor><name>syft</name><version>1.2</version></tool></tools>
    <component type="container" bom-ref="ref-root">
      <name>shop</name><version>sha256:{HEX}</version>
      <hashes><hash alg="MD5">1</hash><hash alg="SHA-256">{"CD" * 32}</hash></hashes>
    </component>
  </metadata>
  <components>
    <component bom-ref="ref-outer">
      <group>org.example</group><name>outer</name><version>2.0</version>
      <components>
        <component bom-ref="ref-lib"><name>lib</name><version>1.0</version><purl>pkg:npm/lib@1.0</purl></component>
      </components>
    </component>
  </components>
  <vulnerabilities>
    <vulnerability bom-ref="v1">
      <id>GHSA-1</id>
      <references><reference><id>CVE-2026-1</id></reference></references>
      <ratings><rating><severity>low</severity></rating><rating><severity>high</severity></rating></ratings>
      <cwes><cwe>79</cwe></cwes>
      <description>hunter2</description>
      <affects>
        <target><ref>ref-lib</ref></target><target><ref>ref-root</ref></target>
        <target><ref>urn:cdx:other/1#x</ref></target>
      </affects>
    </vulnerability>
  </vulnerabilities>
</bom>
""".encode()
ANALYSIS = b"<analysis><state>not_affected</state><justification>code_not_reachable</justification></analysis>"


def _json(**changed: object) -> bytes:
    return json.dumps(BOM | changed).encode()


@pytest.mark.parametrize("content", [_json(), XML], ids=["json", "xml"])
def test_a_vulnerability_fails_at_the_components_it_refers_to(content: bytes) -> None:
    reading = cyclonedx.read(content)
    (one,) = reading.observations
    image = Subject(SubjectKind.IMAGE, f"shop@sha256:{HEX}")
    lib = Subject(SubjectKind.PACKAGE, "pkg:npm/lib@1.0")
    assert (one.rule, one.outcome, one.severity, one.waiver) == ("GHSA-1", Outcome.FAIL, Level.HIGH, None)
    assert one.subjects == (lib, image, Subject(SubjectKind.PACKAGE, "urn:cdx:other/1#x"))
    assert one.aliases == ("CVE-2026-1", "CWE-79")
    assert reading.scanned == (image, Subject(SubjectKind.PACKAGE, "org.example/outer@2.0"), lib)
    assert reading.digests == {f"sha256:{HEX}", "sha256:" + "cd" * 32}
    assert (reading.tool, reading.tool_version, str(reading.time)) == ("syft", "1.2", "2026-11-20 09:00:00+00:00")
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    ("analysis", "waiver"),
    [
        (None, None),
        ({"state": "exploitable", "justification": "code_not_present"}, None),
        ({"state": "in_triage", "detail": "soon"}, None),
        ({"state": "resolved"}, Waiver("resolved")),
        ({"state": "resolved_with_pedigree"}, Waiver("resolved_with_pedigree")),
        ({"state": "false_positive", "detail": "another lib"}, Waiver("false_positive: another lib")),
        (
            {"state": "not_affected", "justification": "code_not_present", "detail": "long"},
            Waiver("not_affected: code_not_present"),
        ),
        ({"state": "not_affected", "detail": "not called"}, Waiver("not_affected: not called")),
        ({"state": "not_affected"}, None),
    ],
)
def test_an_analysis_waives_only_with_its_reason(analysis: object, waiver: Waiver | None) -> None:
    (one,) = cyclonedx.read(_json(vulnerabilities=[FOUND | {"analysis": analysis}])).observations
    assert (one.outcome, one.waiver) == (Outcome.FAIL, waiver)


def test_an_analysis_in_xml_waives_too() -> None:
    content = XML.replace(b"<affects>", ANALYSIS + b"<affects>")
    assert cyclonedx.read(content).observations[0].waiver == Waiver("not_affected: code_not_reachable")


@pytest.mark.parametrize(
    ("rating", "level"),
    [
        ({"severity": "none"}, Level.INFO),
        ({"severity": "unknown"}, None),
        ({"severity": "low", "score": 9.8, "method": "CVSSv3"}, Level.LOW),
        ({"score": 9.8, "method": "CVSSv31"}, Level.CRITICAL),
        ({"score": 6.9, "method": "CVSSv3"}, Level.MEDIUM),
        ({"score": 9.8, "method": "OWASP"}, None),
    ],
)
def test_a_rating_is_its_word_or_else_its_cvss_score(rating: object, level: Level | None) -> None:
    (one,) = cyclonedx.read(_json(vulnerabilities=[FOUND | {"ratings": [rating]}])).observations
    assert one.severity is level


def test_a_score_in_xml_counts_and_a_broken_one_does_not() -> None:
    for score, level in ((b"9.8", Level.CRITICAL), (b"high", None)):
        rating = b"<ratings><rating><score>" + score + b"</score><method>CVSSv3</method></rating></ratings>"
        start, _, end = XML.partition(b"<ratings>")
        content = start + rating + end.partition(b"</ratings>")[2]
        assert cyclonedx.read(content).observations[0].severity is level


def test_a_bill_of_materials_without_vulnerabilities_observes_nothing() -> None:
    reading = cyclonedx.read(_json(vulnerabilities=None, metadata=None))
    assert (reading.observations, len(reading.scanned)) == ((), 2)
    assert cyclonedx.read(b'<bom xmlns="http://cyclonedx.org/schema/bom/1.0"/>').observations == ()


def test_a_vulnerability_without_an_id_is_known_by_its_reference() -> None:
    (one,) = cyclonedx.read(_json(vulnerabilities=[{"bom-ref": "v1"}])).observations
    assert (one.rule, one.subjects) == ("v1", ())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (_json()[:200], "not JSON"),
        (XML[:400], "not XML"),
        (b"<html/>", "its root is <html>"),
        (b'<bom xmlns="http://example.org"/>', "its root is <bom>"),
        (b"42", "not of this format"),
        (b"[]", "not of this format"),
        (b"{}", "not of this format"),
        (b'{"spdxVersion": "SPDX-2.3"}', "not of this format"),
        (_json(bomFormat="SPDX"), "not of this format"),
        (_json(vulnerabilities=[{}]), "without an id"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><bom>&b;</bom>', "entities"),
    ],
)
def test_what_is_no_bill_of_materials_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        cyclonedx.read(content)


def test_a_bill_of_materials_is_recognised() -> None:
    assert cyclonedx.recognises(_json())
    assert cyclonedx.recognises(XML)
    assert not cyclonedx.recognises(b"<bom/>")
    assert not cyclonedx.recognises(b"{}")


def _counts(file: Path) -> tuple[int, int]:
    """The vulnerabilities of a file, and those of which an analysis says that they do not count."""
    accepted = {"not_affected", "resolved", "false_positive"}
    if file.suffix == ".xml":
        root = fromstring(file.read_bytes())
        states = [one.text for one in root.findall(".//{*}state")]
        return len(root.findall(".//{*}vulnerability")), sum(state in accepted for state in states)
    found = json.loads(file.read_bytes()).get("vulnerabilities", [])
    return len(found), sum(one.get("analysis", {}).get("state") in accepted for one in found)


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_vulnerability_of_a_real_file_is_observed(file: Path) -> None:
    found = cyclonedx.read(file.read_bytes()).observations
    assert (len(found), sum(one.waiver is not None for one in found)) == _counts(file)
