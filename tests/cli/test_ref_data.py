"""`--ref-data`: newer catalogues in place of the shipped ones, for every command that loads rules."""

from pathlib import Path

import msgspec
import pytest

from tests.cli.running import DAY, threatdsl, write
from tests.cli.test_check import OPEN

REFS = Path(__file__).parents[2] / "models/refs"
ID = "disclosure.cleartext-crossing@customer->web"
NAMED = ("report", "shop.threat", "-o", "shop.html", "--now", DAY)
COMMANDS = (
    ("check", "shop.threat"),
    ("check", "shop.threat", "--format", "json"),
    ("explain", "shop.threat", ID),
    ("diagram", "shop.threat", "-o", "shop.dot"),
    NAMED,
    ("test", "rules"),
)
RULE = """\
library acme "Our rules" { }
rule acme.sniffed "Somebody listens" {
  stride information-disclosure
  likelihood 3
  attack T1040
  for flow f
  when f.crosses
  message "{f} can be listened to"
}
"""
TEST = """\
model t "Test" { }
boundary inner "Inside" {
  trust internal
  service a "A"
}
actor user "User"
# open: acme.sniffed
flow user -> a { }
# none: acme.sniffed
flow a -> a { }
"""


def catalogue(folder: Path, name: str, title: str, version: str, entries: dict[str, object]) -> Path:
    """A folder with one catalogue."""
    folder.mkdir(exist_ok=True)
    content = {"_meta": {"name": title, "version": version}, "entries": entries}
    (folder / f"{name}.json").write_bytes(msgspec.json.encode(content))
    return folder


@pytest.fixture(name="shop")
def shop_folder(tmp_path: Path) -> Path:
    write(tmp_path, "shop.threat", OPEN)
    write(tmp_path, "rules/acme.threat", RULE)
    write(tmp_path, "rules/acme.test.threat", TEST)
    return tmp_path


@pytest.fixture(name="newer")
def newer_attack(tmp_path: Path) -> Path:
    """ATT&CK as it might be one day: sniffing has become another technique."""
    entries = msgspec.json.decode((REFS / "attack.json").read_bytes())["entries"]
    entries["T1040"] = {"title": "Network Sniffing", "status": "revoked", "instead": ["T9040"]}
    entries["T9040"] = {"title": "Listening"}
    return catalogue(tmp_path / "newer", "attack", "ATT&CK", "99.0", entries)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_shipped_rules_too_are_checked_and_the_new_id_is_named(
    shop: Path, newer: Path, command: tuple[str, ...]
) -> None:
    assert threatdsl(*command, cwd=shop).code in (0, 1)
    done = threatdsl(*command, "--ref-data", newer, cwd=shop)
    assert done.code == 2, done.out
    said = done.out + done.err
    assert "T1040 is revoked" in said
    assert "cite T9040 Listening" in said
    assert "threatdsl:rules/" in said


@pytest.mark.parametrize("command", [("check", "shop.threat"), ("test", "rules")], ids=" ".join)
def test_of_very_many_mistakes_the_first_are_shown_and_the_rest_counted(shop: Path, command: tuple[str, ...]) -> None:
    for name, id_ in (("cwe", "1"), ("capec", "1000"), ("attack", "T9999"), ("nist", "ZZ-1")):
        catalogue(shop / "other", name, name, "1", {id_: {}})
    done = threatdsl(*command, "--ref-data", "other", cwd=shop)
    assert done.code == 2
    assert done.err.count("error[") == 51
    assert "more mistakes are not shown" in done.err


def test_a_team_rule_that_cites_a_revoked_technique_names_the_new_one(shop: Path) -> None:
    write(shop, "acme.threat", RULE.replace("T1040", "T1002"))
    write(shop, "shop.threat", OPEN + 'import "acme.threat"\n')
    done = threatdsl("check", "shop.threat", cwd=shop)
    assert done.code == 2
    assert "error[TM0542]: T1002 is revoked" in done.err
    assert "acme.threat:5:10" in done.err
    assert "cite T1560 Archive Collected Data" in done.err


def test_a_discouraged_weakness_only_warns(shop: Path) -> None:
    write(shop, "acme.threat", RULE.replace("attack T1040", "cwe 200"))
    write(shop, "shop.threat", OPEN + 'import "acme.threat"\n')
    done = threatdsl("check", "shop.threat", cwd=shop)
    assert done.code == 1
    assert "warning[TM0544]: CWE-200 is discouraged" in done.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_folder_that_cannot_be_used_is_one_error(shop: Path, command: tuple[str, ...]) -> None:
    write(shop, "broken/cwe.json", '{"_meta": {"name": "CWE", "version": "5"}, "entries": {"1": {"titel": "x"}}}')
    for folder, said in (("missing", "cannot read the reference data in missing"), ("broken", "is not reference data")):
        done = threatdsl(*command, "--ref-data", folder, cwd=shop)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: ")
        assert done.err.count("\n") == 1
        assert said in done.err


def test_results_and_reports_name_the_versions(shop: Path, tmp_path: Path) -> None:
    shipped = msgspec.json.decode(threatdsl("check", "shop.threat", "--format", "json", cwd=shop).out)
    assert list(shipped["references"]) == ["cwe", "capec", "attack", "nist", "asvs"]
    assert shipped["references"]["cwe"] == "4.19.1"
    cited = {id_ for finding in shipped["findings"] for id_ in finding["references"]}
    assert {"CWE-319", "T1040"} <= cited

    entries = msgspec.json.decode((REFS / "attack.json").read_bytes())["entries"]
    entries["T1040"]["title"] = "Listening to a Network"
    newer = catalogue(tmp_path / "newer", "attack", "ATT&CK", "19.0", entries)
    result = threatdsl("check", "shop.threat", "--format", "json", "--ref-data", newer, cwd=shop)
    assert msgspec.json.decode(result.out)["references"] == {**shipped["references"], "attack": "19.0"}
    assert threatdsl(*NAMED, "--ref-data", newer, cwd=shop).code == 0
    page = (shop / "shop.html").read_text(encoding="utf-8")
    versions = "CWE 4.19.1, CAPEC 3.9, ATT&amp;CK 19.0, NIST SP 800-53 5.2.0 and OWASP ASVS 5.0.0."
    assert f"All cited ids were checked against {versions}" in page
    assert "Listening to a Network" in page


def test_explain_gives_the_titles(shop: Path) -> None:
    done = threatdsl("explain", "shop.threat", ID, cwd=shop)
    assert "  CWE-319 Cleartext Transmission of Sensitive Information\n" in done.out
    assert "  ATT&CK T1040 Network Sniffing\n" in done.out
