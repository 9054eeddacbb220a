import csv
import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome
from threatdsl.evidence.readers import testssl
from threatdsl.model.level import Level


def line(id_: str, severity: str, **more: str) -> dict[str, str]:
    return {"id": id_, "severity": severity, "finding": "cookie=hunter2", **more}


FLAT = json.dumps(
    [
        line("TLS1_3", "OK", ip="shop.example/192.0.2.7", port="443"),
        line("BEAST", "LOW", ip="shop.example/192.0.2.7", port="443", cve="CVE-2011-3389", cwe="CWE-20"),
        line("cert_chain", "WARN", ip="shop.example/192.0.2.7", port="443"),
    ]
).encode()
PRETTY = json.dumps(
    {
        "version": "3.2",
        "startTime": "1763971200",
        "scanTime": 71,
        "scanResult": [
            {
                "targetHost": "shop.example",
                "ip": "192.0.2.7",
                "port": "443",
                "protocols": [line("TLS1_3", "OK")],
                "vulnerabilities": [line("BEAST", "LOW", cve="CVE-2011-3389", cwe="CWE-20")],
                "serverDefaults": [line("cert_chain", "WARN")],
            }
        ],
    }
).encode()


@pytest.mark.parametrize("content", [FLAT, PRETTY])
def test_both_forms_say_the_same(content: bytes) -> None:
    passed, failed, asked = testssl.read(content).observations
    assert (passed.rule, passed.outcome, failed.outcome) == ("TLS1_3", Outcome.PASS, Outcome.FAIL)
    assert (failed.severity, failed.aliases) == (Level.LOW, ("CVE-2011-3389", "CWE-20"))
    assert [subject.id for subject in passed.subjects] == ["shop.example:443", "192.0.2.7:443"]
    assert asked.outcome is Outcome.MANUAL
    assert testssl.recognises(content)


@pytest.mark.parametrize("content", [FLAT, PRETTY])
def test_the_text_of_a_finding_is_not_kept(content: bytes) -> None:
    assert "hunter2" not in repr(testssl.read(content))


def test_a_run_that_ended_early_is_not_completed() -> None:
    assert not testssl.read(json.dumps([line("scanProblem", "FATAL")]).encode()).completed
    assert not testssl.read(json.dumps([line("TLS1_3", "OK"), line("scanTime", "WARN")]).encode()).completed
    interrupted = json.loads(PRETTY) | {"scanTime": "Scan interrupted"}
    unfit = json.loads(PRETTY) | {"clientProblem1": [line("clientProblem1", "FATAL")]}
    for report in (interrupted, unfit):
        assert not testssl.read(json.dumps(report).encode()).completed
    assert testssl.read(FLAT).completed
    assert testssl.read(PRETTY).completed


def test_the_pretty_form_says_when_the_run_began() -> None:
    assert str(testssl.read(PRETTY).time) == "2025-11-24 08:00:00+00:00"
    assert testssl.read(FLAT).time is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        FLAT[:80],
        b"{}",
        b"42",
        b'[{"id": "a", "severity": "URGENT"}]',
        b"[1]",
        b"[]",
        b'[{"id": "a", "severity": "LOW"}]',
    ],
)
def test_another_format_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        testssl.read(content)


CSV = b'''"id","fqdn/ip","port","severity","finding","cve","cwe"
"TLS1_3","shop.example/192.0.2.7","443","OK","cookie=hunter2","",""
"BEAST","shop.example/192.0.2.7","443","LOW","cookie=hunter2, ""quoted""","CVE-2011-3389","CWE-20"
"cert_chain","shop.example/192.0.2.7","443","WARN","cookie=hunter2","",""
'''


def test_the_lines_of_csv_say_what_the_list_says() -> None:
    assert testssl.recognises(CSV)
    assert testssl.read(CSV).observations == testssl.read(FLAT).observations
    assert "hunter2" not in repr(testssl.read(CSV))


@pytest.mark.parametrize("content", [CSV[:-20], CSV.splitlines()[0], CSV.replace(b"WARN", b"worse"), CSV + b"\xff"])
def test_csv_that_is_cut_or_of_another_tool_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        testssl.read(content)


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "testssl").glob("*.csv")), ids=lambda file: file.name)
def test_each_line_of_a_real_file_is_observed_once(file: Path) -> None:
    expected = [row["severity"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    found = testssl.read(file.read_bytes()).observations
    assert len(found) == len(expected)
    assert sum(one.outcome is Outcome.PASS for one in found) == expected.count("OK")
