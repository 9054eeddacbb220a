import json
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind
from threatdsl.evidence.readers import nuclei
from threatdsl.model.level import Level

URL = "https://u:hunter2@shop.example/admin;jsessionid=hunter2?token=hunter2#hunter2"
SECRETS: dict[str, object] = {
    **dict.fromkeys(("request", "response", "curl-command", "template-encoded"), "Cookie: hunter2"),
    "extracted-results": ["hunter2"],
    "meta": {"password": "hunter2"},
}
NEW: dict[str, object] = SECRETS | {
    "template-id": "exposed-admin",
    "info": {"name": "hunter2", "severity": "high", "classification": {"cve-id": None, "cwe-id": ["cwe-200"]}},
    "type": "http",
    "matcher-name": "title",
    "host": "shop.example:443",
    "matched-at": URL,
    "ip": "192.0.2.7",
    "timestamp": "2026-11-26T10:00:00.12345678+01:00",
    "matcher-status": True,
}
OLD: dict[str, object] = {
    "templateID": "exposed-admin",
    "info": {"name": "hunter2", "severity": "high", "classification": {"cwe-id": "CWE-200"}},
    "type": "http",
    "matcher_name": "title",
    "host": "shop.example:443",
    "matched": URL,
    "extracted_results": ["hunter2"],
    "ip": "192.0.2.7",
    "timestamp": "2026-11-26T10:00:00.12345678+01:00",
}


def lines(*results: dict[str, object]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in results)


def array(*results: dict[str, object]) -> bytes:
    return json.dumps(results, indent=2).encode()


@pytest.mark.parametrize("content", [lines(NEW), array(NEW), lines(OLD), array(OLD), b"\n" + lines(NEW) + b"\r\n"])
def test_old_and_new_names_in_lines_and_arrays_say_the_same(content: bytes) -> None:
    reading = nuclei.read(content)
    (only,) = reading.observations
    assert (only.rule, only.outcome, only.severity) == ("exposed-admin", Outcome.FAIL, Level.HIGH)
    assert only.aliases == ("exposed-admin:title", "CWE-200")
    assert only.subjects == (
        Subject(SubjectKind.URL, "https://shop.example/admin"),
        Subject(SubjectKind.HOST, "shop.example:443"),
        Subject(SubjectKind.HOST, "192.0.2.7"),
    )
    assert reading.tool == "Nuclei"
    assert str(reading.time) == str(only.time) == "2026-11-26 09:00:00.123456+00:00"
    assert nuclei.recognises(content)


@pytest.mark.parametrize("content", [lines(NEW), lines(OLD), array(NEW)])
def test_no_request_response_extract_or_query_is_kept(content: bytes) -> None:
    assert b"hunter2" in content
    assert "hunter2" not in repr(nuclei.read(content))


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"matcher-status": True}, Outcome.FAIL),
        ({"matcher-status": None}, Outcome.FAIL),
        ({"matcher-status": True, "error": "no route"}, Outcome.FAIL),
        ({"matcher-status": False}, Outcome.PASS),
        ({"matcher-status": False, "error": ""}, Outcome.PASS),
        ({"matcher-status": False, "error": "no route to hunter2"}, Outcome.ERROR),
    ],
)
def test_only_a_matcher_that_did_not_match_passes(more: dict[str, object], outcome: Outcome) -> None:
    reading = nuclei.read(lines(NEW | more))
    assert [one.outcome for one in reading.observations] == [outcome]
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        *((level.word, level) for level in Level),
        ("HIGH", Level.HIGH),
        ("unknown", None),
        ("", None),
        (None, None),
    ],
)
def test_its_words_are_the_severity(word: str | None, severity: Level | None) -> None:
    assert nuclei.read(lines(NEW | {"info": {"severity": word}})).observations[0].severity is severity


@pytest.mark.parametrize(
    ("ids", "aliases"),
    [
        ({"cve-id": ["cve-2021-44228", "CVE-2021-44228"], "cwe-id": ["CWE-20", "CWE-917"]}, 3),
        ({"cve-id": "CVE-2021-44228,CVE-2021-45046"}, 2),
        ({"cve-id": None, "cwe-id": None}, 0),
        ({"cve-id": ["none", "CVE-x"]}, 0),
        (None, 0),
    ],
)
def test_cves_and_cwes_are_aliases_once(ids: dict[str, object] | None, aliases: int) -> None:
    result = NEW | {"matcher-name": None, "info": {"classification": ids}}
    found = nuclei.read(lines(result)).observations[0].aliases
    assert len(found) == aliases
    assert all(one.startswith(("CVE-2021-4", "CWE-")) for one in found)


def test_the_template_is_no_alias_of_itself() -> None:
    info = {"severity": "low", "classification": {"cve-id": ["cve-2021-44228"]}}
    result = NEW | {"template-id": "CVE-2021-44228", "matcher-name": None, "info": info}
    assert nuclei.read(lines(result)).observations[0].aliases == ()


@pytest.mark.parametrize(
    ("place", "kind", "type_", "id_"),
    [
        ("shop.example:22", SubjectKind.HOST, "tcp", "shop.example:22"),
        ("shop.example", SubjectKind.HOST, "dns", "shop.example"),
        ("[2001:db8::1]:443", SubjectKind.HOST, "ssl", "[2001:db8::1]:443"),
        ("https://shop.example?key=hunter2", SubjectKind.URL, "http", "https://shop.example"),
        ("shop.example/login?key=hunter2&to=https://b.example/", SubjectKind.URL, "http", "shop.example/login"),
        (".\\conf\\app.yaml", SubjectKind.FILE, "file", "conf/app.yaml"),
    ],
)
def test_where_it_matched_is_a_host_a_url_or_a_file(place: str, kind: SubjectKind, type_: str, id_: str) -> None:
    result = NEW | {"matched-at": place, "type": type_, "host": place, "ip": None}
    assert nuclei.read(lines(result)).observations[0].subjects == (Subject(kind, id_),)


def test_the_newest_result_is_the_time_and_a_time_without_a_zone_is_none() -> None:
    times = ("2026-11-26T09:00:00Z", "2026-11-26T11:30:00+01:00", "2026-11-26T12:00:00", None)
    reading = nuclei.read(lines(*(NEW | {"timestamp": time} for time in times)))
    assert str(reading.time) == "2026-11-26 10:30:00+00:00"
    assert [one.time is None for one in reading.observations] == [False, False, True, True]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"[]", "no results"),
        (b"{}", "line 1 is not of this format"),
        (b"[1]", "not of this format"),
        (b'{"template-id": "a"}', "info"),
        (b'{"info": {"severity": "high"}}', "without a template"),
        (b'[{"info": {}, "template-id": ""}]', "without a template"),
        (lines(NEW) + b'{"template-id": "b"', "line 2 is not JSON"),
        (array(NEW)[:-1], "not JSON"),
        (lines(NEW | {"matcher-status": "false"}), "matcher-status"),
    ],
)
def test_what_is_no_result_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        nuclei.read(content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'"template-id"', b'<a b="template-id"/>', b"\xff\0"])
def test_another_format_is_not_recognised(content: bytes) -> None:
    assert not nuclei.recognises(content)


@needs_corpus
@pytest.mark.parametrize("file", sorted((CORPUS / "nuclei").glob("*.json*")), ids=lambda file: file.name)
def test_each_real_result_is_observed_once(file: Path) -> None:
    text = file.read_text()
    whole = text.lstrip().startswith("[")
    results = json.loads(text) if whole else [json.loads(line) for line in text.splitlines() if line]
    observations = nuclei.read(file.read_bytes()).observations
    assert [one.rule for one in observations] == [one.get("template-id") or one["templateID"] for one in results]
    assert [one.outcome for one in observations] == [
        Outcome.PASS if one.get("matcher-status") is False else Outcome.FAIL for one in results
    ]
    assert all(one.subjects and one.time for one in observations)
