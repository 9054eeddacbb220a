"""Registers: the same findings as a page for a wiki, as CSV, as a spreadsheet and as data."""

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from tests.report.comparing import checked
from tests.report.hostile import hostile
from tests.report.proving import check, proven_shop, ruling
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.evidence.verdict import Verdict
from threatdsl.report.attack_contract import PathsResult
from threatdsl.report.edition import Audience, Edition, Theme
from threatdsl.report.errors import ReportError
from threatdsl.report.register.data import report_json
from threatdsl.report.register.findings import findings_csv
from threatdsl.report.register.markdown import wiki
from threatdsl.report.register.tables import Column, Table
from threatdsl.report.register.workbook import bounded, workbook
from threatdsl.report.saved import read_result, schema
from threatdsl.rules.finding import Told

EXPECTED = Path(__file__).parent / "expected" / "shop-wiki.txt"
EVIL = "=cmd|' /C calc'!A0"
SHEETS = ["Summary", "Findings", "Questions", "Decisions", "Evidence", "Elements", "Flows", "Data"]


def saying(message: str) -> Assessment:
    """The shop whose first finding says something."""
    base = shop()
    first, *rest = base.findings
    return replace(base, findings=(replace(first, finding=replace(first.finding, account=Told(message))), *rest))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def book(assessment: Assessment, edition: Edition | None = None) -> Workbook:
    return load_workbook(io.BytesIO(workbook(assessment, edition or Edition())))


# ---- the page for a wiki --------------------------------------------------------------------------------------------


def test_the_page_for_a_wiki_is_as_reviewed(golden: Callable[[Path, str], None]) -> None:
    proven = proven_shop([ruling(check("tls", "tls", ("gateway",)), "gateway", Verdict.PROVEN)])
    golden(EXPECTED, wiki(proven).decode())


@pytest.mark.parametrize("audience", list(Audience))
def test_every_link_of_the_page_leads_to_an_anchor(audience: Audience) -> None:
    told = wiki(shop(), Edition(audience=audience)).decode()
    links, anchors = set(re.findall(r"\]\(#([^)]+)\)", told)), re.findall(r'<a id="([^"]+)"></a>', told)
    assert links
    assert links <= set(anchors)
    assert len(anchors) == len(set(anchors))


def test_hostile_text_on_the_page_stays_text() -> None:
    told = wiki(hostile(), Edition(audience=Audience.AUDIT)).decode()
    assert told.count("```") == 2  # the diagram, whose own test says that it holds no fence
    outside = re.sub(r'(?s:```.*```)|`[^`\n]*`|<a id="[\w.-]+"></a>', "", told.replace("\\`", ""))
    assert re.findall(r"<\w|@\w|://|\x1b|\]\((?!#)", outside) == []
    lines = r"^(?!- |  - |   - |\d+\. |#|\||\*\*|$).*(?:<|\]\()"
    assert re.findall(lines, outside, re.MULTILINE) == []


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    head = 0
    for line in wiki(hostile()).decode().splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (head and cells) or cells == head
        head = cells


def test_management_gets_what_it_decides_on_and_an_audit_the_proofs() -> None:
    pages = {one: wiki(shop(), Edition(audience=one)).decode() for one in Audience}
    assert "## Threats" not in pages[Audience.MANAGEMENT]
    assert "## Decisions" in pages[Audience.MANAGEMENT]
    assert "it crosses a trust boundary" in pages[Audience.AUDIT]
    assert "it crosses a trust boundary" not in pages[Audience.REVIEW]


# ---- CSV ------------------------------------------------------------------------------------------------------------


def test_the_csv_has_a_row_for_each_finding_in_risk_order() -> None:
    found = rows(findings_csv(shop()))
    assert [row["id"] for row in found] == [one.id for one in shop().findings]
    assert (found[0]["severity"], found[0]["severity_level"], found[0]["outcome"]) == ("high", "4", "open")


def test_the_csv_is_for_excel_and_for_rfc_4180() -> None:
    content = findings_csv(shop())
    assert content.startswith(b"\xef\xbb\xbfid,rule,title,")
    assert content.count(b"\r\n") == content.count(b"\n") == len(shop().findings) + 1


@pytest.mark.parametrize("text", [EVIL, "+1", "-1", "@SUM(1)", "\t=1", "\n=1", " =1", "\uff1d1"])
def test_no_cell_of_the_csv_is_a_formula(text: str) -> None:
    cell = rows(findings_csv(saying(text)))[0]["message"]
    assert cell.startswith("'")
    assert cell[1:].strip(".") == text.strip()


# ---- the spreadsheet ------------------------------------------------------------------------------------------------


def test_the_spreadsheet_has_a_sheet_for_each_register_with_a_head_that_stays_and_filters() -> None:
    made = book(shop())
    assert made.sheetnames == SHEETS
    assert {sheet.freeze_panes for sheet in made} == {"A2"}
    assert made["Findings"].auto_filter.ref == f"A1:Q{len(shop().findings) + 1}"
    assert [cell.value for cell in made["Findings"][2]][5:8] == ["open", "high", 4]


def test_no_cell_of_the_spreadsheet_is_a_formula_or_a_link() -> None:
    for case in (saying(EVIL), saying("https://example.org/x"), saying("file:///etc/passwd"), hostile()):
        cells = [cell for sheet in book(case) for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    assert f"{EVIL}." in {cell.value for cell in book(saying(EVIL))["Findings"]["L"]}


def test_a_cell_holds_what_excel_can_open() -> None:
    cell = book(saying("𝄞" * 40_000))["Findings"]["L2"].value
    assert isinstance(cell, str)
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith("…")


def test_rows_that_no_sheet_can_hold_are_counted() -> None:
    table = Table("T", (Column("a", 1),), tuple((number,) for number in range(10)))
    assert bounded(table, 10) == table.rows
    assert bounded(table, 4) == ((0,), (1,), (2,), ("and 7 more; the JSON report holds all",))


def test_the_spreadsheet_is_the_same_each_time_and_of_the_day_of_the_report() -> None:
    assert workbook(shop()) == workbook(shop())
    with zipfile.ZipFile(io.BytesIO(workbook(shop()))) as parts:
        assert b"2026-11-04T00:00:00Z" in parts.read("docProps/core.xml")


def test_the_classification_stands_in_the_summary() -> None:
    made = book(shop(), Edition(theme=Theme(classification="For the board")))
    assert made["Summary"]["B3"].value == "For the board"


def test_a_missing_package_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter.workbook", None)
    with pytest.raises(ReportError, match=r'pip install "threatdsl\[xlsx\]"'):
        workbook(shop())


# ---- data -----------------------------------------------------------------------------------------------------------


def test_the_data_follows_the_schema_and_has_attack_paths() -> None:
    made = json.loads(report_json(checked(shop())))
    assert [error.message for error in Draft202012Validator(json.loads(schema())).iter_errors(made)] == []
    assert made["attack_paths"]["lead"]


def test_the_data_can_be_a_baseline() -> None:
    assert isinstance(read_result(report_json(checked(shop()))).attack_paths, PathsResult)
