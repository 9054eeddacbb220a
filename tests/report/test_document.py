"""The PDF report: tagged, linked, the same bytes each time, and it loads nothing."""

import io
import re
import subprocess
from typing import TYPE_CHECKING, cast

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from tests.report.building import assessment, finding, large_findings, model, thing
from tests.report.hostile import LABELS, hostile, large
from tests.report.shop import CALLER, shop, shop_model
from threatdsl.assess.assessment import Assessment, Gate, GateReason
from threatdsl.model.level import Level
from threatdsl.report.document.pdf import document, pdf
from threatdsl.report.document.setting import Resources
from threatdsl.report.document.sheets import SHEETS
from threatdsl.report.edition import Edition
from threatdsl.report.errors import ReportError
from threatdsl.rules.finding import Outcome

if TYPE_CHECKING:
    from pypdf.generic import ArrayObject, DictionaryObject


def read(case: Assessment, page: str = "a4") -> PdfReader:
    return PdfReader(io.BytesIO(pdf(case, Edition(page=page))))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def whole_text(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.fixture(scope="module")
def reader() -> PdfReader:
    return read(shop())


def test_it_is_tagged_and_says_its_title_language_and_date(reader: PdfReader) -> None:
    root = cast("dict[str, object]", reader.trailer["/Root"])
    assert root["/MarkInfo"] == {"/Marked": True}
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Web shop: threat model"
    assert str(reader.metadata.creation_date).startswith("2026-11-04")


def test_the_chapters_are_bookmarks_and_each_rule_is_one_below(reader: PdfReader) -> None:
    top = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert top == [
        "Web shop",
        "Summary",
        "How it is built",
        "Attack paths",
        "Threats",
        "Assurance",
        "Decisions",
        "Questions",
        "Coverage",
        "Elements",
        "Data",
    ]
    below = [
        [entry.title for entry in part if not isinstance(entry, list)]
        for part in reader.outline
        if isinstance(part, list)
    ]
    assert below == [
        [
            "A process answers callers it does not authenticate",
            "A privileged action leaves no trace that its author cannot change",
            "Sensitive data crosses a trust boundary in clear text",
            "An internet-facing entry does not limit one caller",
        ]
    ]


def test_the_summary_fits_one_page_and_says_what_to_do(reader: PdfReader) -> None:
    text = reader.pages[1].extract_text()
    assert "Web shop does not pass its gate; two findings are open and two are unassessed." in text.replace("\n", " ")
    assert "Four risks" in text
    assert "Closes risk 1, high." in text.replace("\n", " ")
    assert "How it is built" in reader.pages[2].extract_text()


def test_risks_link_to_their_findings(reader: PdfReader) -> None:
    links = [cast("DictionaryObject", note.get_object()) for note in cast("ArrayObject", reader.pages[1]["/Annots"])]
    assert len(links) >= 4
    destinations = set(reader.named_destinations)
    assert {link["/Dest"] for link in links} <= destinations


def test_a_rule_is_explained_once_with_its_findings_beneath(reader: PdfReader) -> None:
    text = squeezed(whole_text(reader))
    assert text.count(squeezed(CALLER.text)) == 1
    assert squeezed("State a service-authentication control on events -> fulfilment.") in text
    weakness, pattern = "CWE-319 Cleartext Transmission of Sensitive Information", "CAPEC-158 Sniffing Network Traffic"
    technique, control = "ATT&CK T1040 Network Sniffing", "NIST SC-8 Transmission Confidentiality and Integrity"
    assert squeezed(f"{weakness} · {pattern} · {technique} · {control}") in text


def test_the_colophon_says_which_reference_data_the_citations_were_checked_against(reader: PdfReader) -> None:
    text = squeezed(whole_text(reader))
    assert squeezed("checked against CWE 4.19.1, CAPEC 3.9, ATT&CK 18.1 and NIST SP 800-53 5.2.0.") in text
    assert squeezed("CWE, CAPEC and ATT&CK are trademarks of The MITRE Corporation") in text


def test_a_decision_shows_its_owner_and_its_end(reader: PdfReader) -> None:
    text = squeezed(whole_text(reader))
    for words in ("ciso@example.orgSEC-482", "31December2026", "57daysleft", "expired35daysago"):
        assert words in text


@pytest.mark.parametrize("page", SHEETS)
def test_the_paper_is_what_was_asked_for(page: str) -> None:
    width, height = {"a4": (595, 842), "letter": (612, 792)}[page]
    box = read(shop(), page).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (width, height)


def test_other_paper_is_an_error_that_names_what_there_is() -> None:
    with pytest.raises(ReportError, match="choose a4 or letter"):
        pdf(shop(), Edition(page="a5"))


def test_hostile_labels_stay_text() -> None:
    made = pdf(hostile())
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True)
    text = squeezed(done.stdout.decode())
    for name, label in LABELS.items():
        if name not in ("chinese", "emoji", "hebrew", "arabic"):  # fonts for these differ by machine
            assert squeezed(label) in text, name


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "https://example.org/x.woff2", "data:text/plain,x", "threatdsl:../pyproject.toml"]
)
def test_nothing_but_the_fonts_of_the_package_is_loaded(url: str) -> None:
    with pytest.raises(ValueError, match="loads nothing from outside"):
        Resources("")(url)


def test_a_hostile_model_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    load = Resources.__call__

    def watching(self: Resources, url: str) -> object:
        asked.append(url)
        return load(self, url)

    monkeypatch.setattr(Resources, "__call__", watching)
    pdf(hostile())
    assert asked
    assert [url for url in asked if not re.fullmatch(r"threatdsl:[\w-]+\.woff2", url)] == []


def test_an_empty_model_is_sentences_and_no_empty_tables() -> None:
    case = replace(assessment(model([])), gate=Gate(passed=True, policy="", reasons=()))
    text = whole_text(read(case)).replace("\n", " ")
    for words in (
        "Web shop passes its gate; nothing is open or unassessed.",
        "No rule finds anything in this model.",
        "No question is open: the model says all that the rules ask.",
        "Nothing is accepted, dismissed or transferred.",
        "The model names no elements yet.",
        "The model names no data yet.",
    ):
        assert words in text


def test_a_gate_that_only_warns_passes_and_says_why() -> None:
    gate = Gate(passed=True, policy="pr", reasons=(GateReason("warn", "one question is open"),))
    text = whole_text(read(replace(shop(), gate=gate))).replace("\n", " ")
    assert "Web shop passes its gate" in text
    assert "Warns: one question is open." in text


def test_a_large_diagram_gets_a_larger_sheet_and_a_table_of_its_flows() -> None:
    reader = read(assessment(large(30, 40)))
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}
    assert sizes - {(595, 842)}
    text = squeezed(whole_text(reader))
    for given in assessment(large(30, 40)).model.flows:
        assert squeezed(given.title) in text


def test_above_forty_findings_only_the_severe_ones_are_told_in_full() -> None:
    case = large_findings(shop_model(), 45)
    source = document(case)
    assert source.count('<tr class="f brief"') == 45
    assert "the HTML report holds the whole of it" in source


def test_verified_severity_appears_where_evidence_was_read() -> None:
    first = shop().findings[0]
    verified = replace(first, severity=replace(first.severity, verified=first.severity.inherent))
    with_evidence = document(replace(shop(), findings=(verified,)))
    assert "<b>verified</b>" in with_evidence
    assert "<b>verified</b>" not in document(shop())


def test_a_long_title_and_a_long_summary_keep_the_cover_to_one_page() -> None:
    head = thing("m", "model", "A very long title of a model " * 12, summary="Words of a summary " * 200)
    made = model([thing("a", "service", "A")], head)
    case = assessment(
        made, (finding(CALLER, ("a",), Outcome.OPEN, "It is open", "Fix it", levels=(Level.LOW, Level.LOW)),)
    )
    assert "Summary" in read(case).pages[1].extract_text()
