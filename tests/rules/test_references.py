"""What a rule, a class, a control and a threat may cite, and what is said of the rest."""

import re
from pathlib import Path

import msgspec
import pytest

from tests.rules.asking import model_of, rule
from threatdsl.diagnostics import Diagnostic, Severity
from threatdsl.model.problems import Problems
from threatdsl.rules.catalogues import SCHEMES, CatalogueError, Catalogues, cited_in
from threatdsl.rules.load import load_rules

CLAUSES = "  for flow f\n  when f.crosses"


def found(text: str) -> tuple[Diagnostic, ...]:
    problems = Problems()
    load_rules(model_of(text), problems)
    return problems.found


def whole(text: str) -> str:
    """The text as `model_of` completes it."""
    return f'model tested "Tested" {{ }}\n{text}'


def said_of(cites: str) -> list[str]:
    """What is said of a rule that cites this, each with its help."""
    return [f"{d.code} {d.message}; {d.help}" for d in found(rule(f"  {cites}\n{CLAUSES}"))]


@pytest.mark.parametrize(
    "cites",
    [
        "cwe [319, 306]",
        "capec 158",
        "attack [T1557, T1557.002, T0800, T1398, TA0006]",
        "atlas [AML.T0051, AML.T0051.000, AML.TA0002]",
        'nist [AC-2(3), "SC-8"]',
        "asvs [V6, V6.2, V6.2.1]",
    ],
)
def test_what_the_catalogues_hold_may_be_cited(cites: str) -> None:
    assert said_of(cites) == []


@pytest.mark.parametrize(
    ("cites", "said"),
    [
        ("cwe 99999", "TM0540 CWE 4.19.1 has no entry 99999; newer data can be given with --ref-data"),
        ("cwe 3199", "did you mean CWE-319 Cleartext Transmission of Sensitive Information?"),
        ("attack T1557.099", "did you mean T1557 Adversary-in-the-Middle?"),
        ("nist AC-2(99)", "did you mean AC-2 Account Management?"),
        ("asvs V6.2.99", "did you mean ASVS V6.2 Password Security?"),
        ("cwe 16", "TM0541 CWE-16 is a category"),
        ("cwe 1000", "TM0541 CWE-1000 is a view"),
        ("cwe 247", "TM0542 CWE-247 is deprecated; cite CWE-350"),
        ("capec 236", "TM0542 CAPEC-236 is deprecated; the data names no other in its place"),
        ("attack T1002", "TM0542 T1002 is revoked; cite T1560 Archive Collected Data"),
        ("nist AC-13", "TM0542 AC-13 is withdrawn; cite AC-2 Account Management or AU-6"),
        ("cwe 1059", "TM0543 CWE-1059 is prohibited for mapping"),
        ("cwe 20", "TM0544 CWE-20 is discouraged for mapping; more precise: CWE-179"),
        ("cwe CWE-319", "TM0545 `CWE-319` is no id of CWE; write: cwe 319"),
        ("cwe 0319", "write: cwe 319"),
        ("cwe abc", "TM0545 `abc` is no id of CWE; ids are written as in: cwe 319"),
        ("capec capec-158", "write: capec 158"),
        ("attack t1040", "write: attack T1040"),
        ('nist "NIST AC-2"', "write: nist AC-2"),
        ('asvs "6.2.1"', "write: asvs V6.2.1"),
    ],
)
def test_a_mistake_is_told_once_with_what_to_write(cites: str, said: str) -> None:
    (only,) = said_of(cites)
    assert said in only


def test_a_revoked_technique_names_the_one_in_use_at_the_end_of_the_chain() -> None:
    (only,) = said_of("attack T1073")  # revoked by T1574.002, which was revoked in its turn
    assert only.endswith("cite T1574.001 DLL")


def test_only_a_discouraged_weakness_is_a_warning() -> None:
    severities = {d.code: d.severity for d in found(rule(f"  cwe [1, 247, 1059, 20, 99999, abc]\n{CLAUSES}"))}
    assert [code for code, severity in severities.items() if severity is Severity.WARNING] == ["TM0544"]
    assert len(severities) == 6


def test_the_place_is_that_of_the_item_and_the_mend_is_the_id() -> None:
    text = rule(f"  attack [T1040, t1557]\n{CLAUSES}")
    (only,) = found(text)
    assert only.fix is not None
    mended = whole(text)[: only.fix.span.start] + only.fix.replacement + whole(text)[only.fix.span.end :]
    assert "attack [T1040, T1557]" in mended


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('control vpn "A tunnel" { class [encryption-in-transit]; nist [SC-8, SC-99] }', "SC-99"),
        ('control-class hum "A hum" { guards [flow]; layer prevent; lowers likelihood; nist [SC-8, SC-99] }', "SC-99"),
        ('service a "A"\nthreat odd "Odd" { on a; stride tampering; cwe [319, 99999] }', "99999"),
        ('service a "A"\nthreat odd "Odd" { on a; stride tampering; cwe 99999 }', "99999"),
    ],
)
def test_classes_controls_and_threats_are_checked_like_rules(text: str, place: str) -> None:
    (only,) = found(text)
    assert only.code == "TM0540"
    assert whole(text)[only.span.start : only.span.end] == place


def test_the_data_is_not_even_read_for_what_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Catalogues, "__getitem__")
    assert found('service a "A"') == ()


def test_a_property_of_a_teams_own_kind_cites_what_it_likes() -> None:
    assert (
        found('kind drone "Flies" { is process; property cwe "Its crew" { type [text] } }\ndrone d "D" { cwe [abc] }')
        == ()
    )


def test_the_shipped_data_says_what_it_is_and_names_only_ids_that_it_holds() -> None:
    catalogues = Catalogues()
    for name, scheme in SCHEMES.items():
        catalogue = catalogues[name]
        about, entries = catalogue.about, catalogue.entries
        assert all((about.name, about.version, about.source, about.licence, about.notice))
        assert [id_ for id_ in entries if not re.fullmatch(scheme.form, id_)] == []
        assert [id_ for id_ in entries if not catalogue.title(id_)] == []
        named = {other for entry in entries.values() for other in (*entry.instead, *entry.parents)}
        assert named - set(entries) == set()
        assert scheme.example in entries


def test_a_reference_leads_back_to_its_catalogue() -> None:
    for name, scheme in SCHEMES.items():
        assert cited_in(f"{scheme.prefix}{scheme.example}") == (name, scheme.example)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not reference data"),
        (b"\xff\xfe", "is not reference data"),
        (b"[" * 100_000, "is not reference data"),
        (b'{"entries": {}}', "missing required field `_meta`"),
        (b'{"_meta": {"name": "CWE", "version": "5"}, "entries": {"1": {"titel": "x"}}}', "unknown field `titel`"),
        (b'{"_meta": {"name": "CWE", "version": "5"}, "entries": {"CWE-1": {}}}', "'CWE-1' is no id such as 319"),
        (b'{"_meta": {"name": "CWE", "version": "5"}, "entries": {"1": {"status": "%s"}}}' % (b"x" * 9000), "Invalid"),
    ],
)
def test_a_broken_file_is_named_with_the_reason_in_few_words(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "cwe.json").write_bytes(content)
    with pytest.raises(CatalogueError) as raised:
        Catalogues(tmp_path)
    assert said in str(raised.value)
    assert "cwe.json" in str(raised.value)
    assert len(str(raised.value)) < len(str(tmp_path)) + 400


def test_a_file_of_another_name_is_no_catalogue(tmp_path: Path) -> None:
    (tmp_path / "cew.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"did you mean `cwe\.json`"):
        Catalogues(tmp_path)


def test_a_folder_without_a_catalogue_and_one_that_is_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no reference data"):
        Catalogues(tmp_path)
    with pytest.raises(CatalogueError, match="cannot read the reference data"):
        Catalogues(tmp_path / "missing")


def test_what_the_folder_does_not_hold_is_the_shipped_catalogue(tmp_path: Path) -> None:
    content = {"_meta": {"name": "CWE", "version": "5.0"}, "entries": {"1": {"title": "One"}}}
    (tmp_path / "cwe.json").write_bytes(msgspec.json.encode(content))
    catalogues = Catalogues(tmp_path)
    assert catalogues.versions(("CWE-1", "T1040")) == {"cwe": "5.0", "attack": Catalogues()["attack"].about.version}


def test_replacements_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    circle = {"1": {"status": "deprecated", "instead": ["2"]}, "2": {"status": "deprecated", "instead": ["1", "9"]}}
    content = {"_meta": {"name": "CWE", "version": "5.0"}, "entries": circle}
    (tmp_path / "cwe.json").write_bytes(msgspec.json.encode(content))
    assert Catalogues(tmp_path)["cwe"].successors("1") == ()
