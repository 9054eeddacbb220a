import json
from collections import Counter
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS, needs_corpus
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome, Subject, SubjectKind, Waiver
from threatdsl.evidence.readers import openvex

FOLDER = CORPUS / "openvex"
FILES = sorted(FOLDER.glob("*.json"))
HEX = "ab" * 32
STATEMENT = {
    "vulnerability": {"name": "CVE-2026-1", "aliases": ["GHSA-1", "CVE-2026-1"], "description": "hunter2"},
    "products": [{"@id": "pkg:npm/shop@1.0", "subcomponents": [{"@id": "pkg:npm/lib@2.0"}]}],
    "status": "affected",
    "action_statement": "hunter2",
    "status_notes": "hunter2",
}


def _document(*statements: object, **changed: object) -> bytes:
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "author": "Example Org",
        "timestamp": "2026-11-20T10:00:00+01:00",
        "tooling": "vexctl",
        "statements": statements,
    }
    return json.dumps(document | changed).encode()


@pytest.mark.parametrize(
    ("said", "outcome", "waiver"),
    [
        ({"status": "affected", "justification": "component_not_present"}, Outcome.FAIL, None),
        ({"status": "under_investigation"}, Outcome.MANUAL, None),
        ({"status": "fixed"}, Outcome.FAIL, Waiver("fixed", "Example Org")),
        (
            {"status": "not_affected", "justification": "component_not_present", "impact_statement": "not built in"},
            Outcome.FAIL,
            Waiver("not_affected: component_not_present", "Example Org"),
        ),
        (
            {"status": "not_affected", "impact_statement": "not built in", "supplier": "Maker"},
            Outcome.FAIL,
            Waiver("not_affected: not built in", "Maker"),
        ),
        ({"status": "not_affected"}, Outcome.FAIL, None),
    ],
)
def test_a_status_waives_only_with_its_reason(said: dict[str, object], outcome: Outcome, waiver: Waiver | None) -> None:
    (one,) = openvex.read(_document(STATEMENT | said)).observations
    assert (one.outcome, one.waiver) == (outcome, waiver)


def test_a_statement_is_about_its_products_and_not_about_what_is_inside_them() -> None:
    reading = openvex.read(_document(STATEMENT))
    (one,) = reading.observations
    assert (one.rule, one.aliases) == ("CVE-2026-1", ("GHSA-1",))
    assert one.subjects == (Subject(SubjectKind.PACKAGE, "pkg:npm/shop@1.0"),)
    assert (reading.tool, reading.scanned, reading.digests) == ("vexctl", (), frozenset())
    assert "hunter2" not in repr(reading)


FIXED = STATEMENT | {"status": "fixed"}
OLD, NEW = {"timestamp": "2026-11-01T00:00:00Z"}, {"timestamp": "2026-11-10T00:00:00Z"}


@pytest.mark.parametrize(
    ("statements", "waived"),
    [
        ((STATEMENT, FIXED), [True]),
        ((FIXED, STATEMENT), [False]),
        ((STATEMENT | NEW, FIXED | OLD), [False]),
        ((FIXED | NEW, STATEMENT | OLD), [True]),
        ((STATEMENT, FIXED | {"vulnerability": {"name": "GHSA-1"}}), [True]),
        ((STATEMENT, FIXED | {"vulnerability": {"name": "CVE-2026-2"}}), [False, True]),
        ((STATEMENT, FIXED | {"products": [{"@id": "pkg:npm/other@1"}]}), [False, True]),
    ],
)
def test_a_later_statement_on_the_same_vulnerability_and_product_replaces_the_earlier(
    statements: tuple[object, ...], waived: list[bool]
) -> None:
    found = openvex.read(_document(*statements)).observations
    assert [one.waiver is not None for one in found] == waived


def test_a_statement_still_holds_for_the_products_that_a_later_one_leaves_out() -> None:
    both = STATEMENT | {"products": [{"@id": "pkg:npm/shop@1.0"}, {"@id": "pkg:npm/other@1"}]}
    first, second = openvex.read(_document(both, FIXED)).observations
    assert [subject.id for subject in first.subjects] == ["pkg:npm/other@1"]
    assert [subject.id for subject in second.subjects] == ["pkg:npm/shop@1.0"]


def test_an_image_is_known_by_its_digest() -> None:
    products = [
        {"@id": f"pkg:oci/shop@sha256%3A{HEX}?tag=1"},
        {"identifiers": {"purl": "pkg:npm/a@1"}, "hashes": {"sha-256": "CD" * 32}},
    ]
    reading = openvex.read(_document(STATEMENT | {"products": products}))
    assert reading.observations[0].subjects == (
        Subject(SubjectKind.PACKAGE, f"pkg:oci/shop@sha256%3A{HEX}?tag=1"),
        Subject(SubjectKind.IMAGE, f"sha256:{HEX}"),
        Subject(SubjectKind.PACKAGE, "pkg:npm/a@1"),
        Subject(SubjectKind.IMAGE, "sha256:" + "cd" * 32),
    )
    assert reading.digests == {f"sha256:{HEX}", "sha256:" + "cd" * 32}


def test_names_may_be_plain_text_as_the_first_version_had_them() -> None:
    old = {"vulnerability": "CVE-2026-2", "products": ["pkg:npm/a@1"], "status": "fixed"}
    (one,) = openvex.read(_document(old, **{"@context": "https://openvex.dev/ns"})).observations
    assert (one.rule, one.subjects) == ("CVE-2026-2", (Subject(SubjectKind.PACKAGE, "pkg:npm/a@1"),))


def test_a_statement_has_its_own_time_or_else_that_of_the_document() -> None:
    later = STATEMENT | {"timestamp": "2026-11-21T00:00:00Z", "vulnerability": {"name": "CVE-2026-2"}}
    reading = openvex.read(_document(STATEMENT, later))
    assert str(reading.time) == "2026-11-20 09:00:00+00:00"
    assert [str(one.time)[:10] for one in reading.observations] == ["2026-11-20", "2026-11-21"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (_document(STATEMENT)[:200], "not JSON"),
        (b"<html/>", "not JSON"),
        (b"42", "not of this format"),
        (b"[]", "not of this format"),
        (b"{}", "not of this format"),
        (_document(statements=None), "not of this format"),
        (_document(STATEMENT | {"status": "unknown"}), "not of this format"),
        (_document(STATEMENT, **{"@context": "https://example.org"}), "not that of OpenVEX"),
        (_document(STATEMENT | {"vulnerability": {}}), "without the name of a vulnerability"),
    ],
)
def test_what_is_no_document_says_why(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        openvex.read(content)


def test_a_document_is_recognised() -> None:
    assert openvex.recognises(_document())
    assert not openvex.recognises(b'{"statements": []}')


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_statement_of_a_real_file_is_observed(file: Path) -> None:
    expected = Counter(one["status"] for one in json.loads(file.read_bytes())["statements"])
    found = openvex.read(file.read_bytes()).observations
    assert len(found) == expected.total()
    assert sum(one.outcome is Outcome.MANUAL for one in found) == expected["under_investigation"]
    assert sum(one.waiver is not None for one in found) == expected["not_affected"] + expected["fixed"]
