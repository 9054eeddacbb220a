"""The appendix of an audit, and which chapters each audience gets."""

import io
import re

import pytest
from pypdf import PdfReader

from tests.report.proving import check, proven_shop, ruling
from tests.report.shop import CALLER, CLEARTEXT, shop
from threatdsl.assess.assessment import Assessment
from threatdsl.evidence.verdict import Verdict
from threatdsl.report.document.pdf import document, pdf
from threatdsl.report.edition import Audience, Edition

AUDIT = Edition(audience=Audience.AUDIT)


def chapters(audience: Audience) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", document(shop(), Edition(audience=audience)))


def appendix(case: Assessment) -> str:
    found = re.search(r'<section id="appendix".*?</section>', document(case, AUDIT), re.DOTALL)
    assert found
    return found[0]


def test_management_gets_what_it_decides_on_in_few_pages() -> None:
    assert chapters(Audience.MANAGEMENT) == ["Summary", "How it is built", "Attack paths", "Decisions"]
    made = pdf(shop(), Edition(audience=Audience.MANAGEMENT))
    assert len(PdfReader(io.BytesIO(made)).pages) <= 5


def test_a_review_gets_all_but_the_appendix_and_an_audit_gets_all() -> None:
    review, audit = chapters(Audience.REVIEW), chapters(Audience.AUDIT)
    assert "Threats" in review
    assert [title for title in audit if title not in review] == ["Appendix"]


@pytest.mark.parametrize("audience", Audience)
def test_every_link_leads_somewhere(audience: Audience) -> None:
    source = document(proven_shop([ruling(check("c", "quota", ("gateway",)), "gateway", Verdict.PROVEN)]))
    source += document(shop(), Edition(audience=audience))
    assert set(re.findall(r'href="#([^"]+)"', source)) <= set(re.findall(r'id="([^"]+)"', source))


def test_every_reference_stands_once_with_the_rules_that_cite_it() -> None:
    text = appendix(shop())
    assert text.count("CWE-319 Cleartext Transmission of Sensitive Information") == 1
    assert re.search(rf"CWE-319 [^<]*</td><td><code>{re.escape(CLEARTEXT.id)}</code>", text)
    assert text.index("CWE-306") < text.index("CWE-319") < text.index("CWE-770")
    assert CALLER.id in text


def test_every_result_stands_with_its_file_its_commit_and_its_run() -> None:
    made = check("limits", "quota", ("gateway", "checkout"))
    good = ruling(made, "gateway", Verdict.PROVEN, run_url="https://ci.example/run/7")
    bad = ruling(made, "checkout", Verdict.REFUTED, "T9 fails", run_url="javascript:alert(1)")
    text = appendix(proven_shop([good, bad]))
    assert text.count("build/limits.xml, 2 November 2026, 4f1c9e2a7d03") == 2
    assert '<a href="https://ci.example/run/7">' in text
    assert "javascript:" not in text
    assert "✗ refuted" in text


def test_the_table_of_levels_is_that_of_the_severities() -> None:
    rows = re.findall(r'<th scope="row">(\d)</th>(.*?)</tr>', appendix(shop()))
    words = {impact: re.findall(r"</span>(\w+)", row) for impact, row in rows}
    assert words["5"] == ["medium", "medium", "high", "critical", "critical"]
    assert words["1"] == ["info", "info", "low", "low", "low"]


def test_without_a_check_the_appendix_says_so() -> None:
    assert "No check is bound to a control, so no result was read." in appendix(shop())


def test_an_audit_gets_the_proof_of_every_finding_clause_by_clause() -> None:
    clause = "it crosses a trust boundary <code>shop.threat:14, shop.threat:20</code>"
    assert document(shop(), AUDIT).count(clause) == len(shop().findings)
    assert clause not in document(shop())
