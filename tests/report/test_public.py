"""The public version: what strangers must not read is in none of its forms, what they may read is still there."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.cli.running import SHOP, threatdsl
from tests.report.proving import check, proven_shop, ruling
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.evidence.verdict import Verdict
from threatdsl.report.document.pdf import pdf
from threatdsl.report.edition import Audience, Edition
from threatdsl.report.page.html import html
from threatdsl.report.register.findings import findings_csv
from threatdsl.report.register.markdown import wiki
from threatdsl.report.register.workbook import workbook
from threatdsl.report.view import view

PUBLIC = Edition(audience=Audience.AUDIT, public=True)
SECRETS = (
    "team-shop@example.org",
    "ciso@example.org",
    "SEC-482",
    "PostgreSQL",
    "envoy",
    "RabbitMQ",
    "4f1c9e2",
    "shop.threat",
    "TLS arrives",
    "Staff only",
    "amends orders",
    "has no flow to the audit log",
    "Put an encryption-in-transit",
    "who may publish",
    "What does Catalogue service keep",
    "it crosses a trust boundary",
    "base 3",
    "amqp",
    "grpc",
)
STAYS = ("Web shop", "Orders database", "Edge subnet", "Cardholder data", "Public version", "rate-limiting")


def held_shop() -> Assessment:
    """The shop whose quota names its control."""
    base = shop()
    held = [replace(one, finding=replace(one.finding, controls=("rate-limiting",))) for one in base.findings]
    return replace(base, findings=tuple(held))


def texts(assessment: Assessment, edition: Edition) -> Iterator[tuple[str, str]]:
    """The text of each form."""
    reader = PdfReader(io.BytesIO(pdf(assessment, edition)))
    yield "pdf", " ".join(" ".join(page.extract_text() for page in reader.pages).split()) + str(reader.metadata)
    page = html(assessment, edition).decode()
    yield "html", re.sub(r"<style>.*?</style>|base64,[^)]*", "", page, flags=re.DOTALL)
    yield "md", wiki(assessment, edition).decode().replace("\\", "").replace("&#8203;", "")
    yield "csv", findings_csv(assessment, edition).decode()
    book = load_workbook(io.BytesIO(workbook(assessment, edition)))
    yield "xlsx", "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.fixture(scope="module")
def forms() -> dict[str, str]:
    return dict(texts(held_shop(), PUBLIC))


FORMS = ("pdf", "html", "md", "csv", "xlsx")


@pytest.mark.parametrize("form", FORMS)
def test_no_form_holds_what_strangers_must_not_read(form: str, forms: dict[str, str]) -> None:
    assert [secret for secret in SECRETS if secret.lower() in forms[form].lower()] == []


@pytest.mark.parametrize("form", ["pdf", "html", "md", "xlsx"])
def test_what_strangers_may_read_is_there(form: str, forms: dict[str, str]) -> None:
    assert [word for word in STAYS if word not in forms[form]] == []


def test_the_secrets_are_in_the_report_that_is_not_public() -> None:
    whole = dict(texts(held_shop(), Edition(audience=Audience.AUDIT)))
    said = "\n".join(whole.values()).lower()
    assert [secret for secret in SECRETS if secret.lower() not in said] == []


def test_what_asks_for_action_is_counted_by_stride_and_severity() -> None:
    shown = view(shop(), PUBLIC)
    assert [(one.title, one.message) for one in shown.risks] == [
        ("Information disclosure", "One finding is open or unassessed: one high."),
        ("Repudiation", "One finding is open or unassessed: one high."),
        ("Spoofing", "Two findings are open or unassessed: one high and one medium."),
    ]
    assert {one.outcome for one in shown.findings} == {"mitigated"}
    assert sum(tally.count for tally in shown.tallies) == len(shop().findings)


def test_decisions_and_questions_are_counted() -> None:
    shown = view(shop(), PUBLIC)
    assert [one.text for one in shown.questions] == ["One question is open, left out of the public version."]
    assert [(one.verb, one.where) for one in shown.decisions] == [
        ("Dismissed", "One decision"),
        ("Accepted", "One decision"),
    ]


def test_the_diagram_does_not_show_where_to_attack() -> None:
    shown = view(shop(), PUBLIC)
    assert {arrow.protection.value for arrow in shown.diagram.arrows} == {"fine"}
    assert {(node.badge.open, node.badge.unassessed) for node in shown.diagram.nodes} == {(0, 0)}
    assert not any(one.name.startswith("path") for one in shown.views)


def test_the_page_counts_only_what_it_describes(forms: dict[str, str]) -> None:
    tabs = re.findall(r'data-tab="(\w+)">[^<]*<span class="n">', forms["html"])
    assert tabs == ["findings", "elements", "flows", "data"]


def test_evidence_is_left_out() -> None:
    proven = proven_shop([ruling(check("tls", "tls", ("gateway",)), "gateway", Verdict.PROVEN)])
    assert view(proven).evidence != ()
    shown = view(proven, PUBLIC)
    assert (shown.evidence, shown.assurance.checked, shown.assurance.unchecked) == ((), (), ())


def test_of_a_whole_example_no_person_file_or_version_gets_out(tmp_path: Path) -> None:
    names = ("p.md", "p.html", "p.csv")
    outputs = [part for name in names for part in ("-o", name)]
    commit = "70817bb0f29d"
    options = ("--redact", "--audience", "audit", "--now", "2026-11-21", "--commit", commit)
    assert threatdsl("report", SHOP, *options, *outputs, cwd=tmp_path).code == 0
    text = SHOP.read_text(encoding="utf-8")
    secrets = {*re.findall(r'(?:technology|os|approved-by|owner|ticket) "([^"]+)"', text), commit[:7], ".threat:"}
    secrets |= {path.name for path in SHOP.parent.rglob("*") if path.is_file()} - {"README.md", "recorded"}
    for name in names:
        said = (tmp_path / name).read_text(encoding="utf-8").replace("\\", "").replace("&#8203;", "")
        assert [secret for secret in sorted(secrets) if secret in said] == []


def test_what_is_dealt_with_does_not_tell_where_and_so_not_what_is_open() -> None:
    shown = view(shop(), PUBLIC)
    assert shown.findings != ()
    assert [(one.where, one.elements, one.things) for one in shown.findings] == [("", (), ())] * len(shown.findings)
    assert len({one.rule for one in shown.findings}) == len(shown.findings)
    assert not any(re.search(r"\d|\bplace", one.message) for one in shown.findings)
