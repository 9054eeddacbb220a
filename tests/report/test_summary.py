"""The summary is one page, whatever the model says, on either paper."""

import io
from collections import Counter

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from tests.attack.walking import taken, walked
from tests.report.building import assessment, finding, refs, rule, thing, word
from tests.report.shop import shop, shop_model
from threatdsl.assess.assessment import Assessment, Gate, GateReason
from threatdsl.assess.comparison import Change, Comparison
from threatdsl.model.level import Level
from threatdsl.report.document.pdf import document, pdf
from threatdsl.report.document.sheets import SHEETS
from threatdsl.report.edition import Audience, Edition
from threatdsl.rules.finding import Outcome, Stride

WORDS = (
    "Customers of the shop order and pay with the cards that their banks gave them ",
    "漢字仮名交じり文の長い題名 ",
    "W" * 40,
)


def pages_of_summary(case: Assessment, page: str) -> int:
    """The pages from the heading of the summary to that of the diagram."""
    reader = PdfReader(io.BytesIO(pdf(case, Edition(audience=Audience.MANAGEMENT, page=page))))
    starts = {
        entry.title: reader.get_destination_page_number(entry)
        for entry in reader.outline
        if not isinstance(entry, list)
    }
    first, after = starts["Summary"], starts["How it is built"]
    assert first is not None
    assert after is not None
    return after - first


def crowded(text: str, findings: int) -> Assessment:
    """All that the summary shows, each as long as it gets, with a trend and with attack paths."""
    long = (text * 40)[:600]
    rules = [rule(f"tampering.r{n}", f"{n} {long}", Stride.TAMPERING, "", ()) for n in range(9)]
    outcomes = (Outcome.OPEN, Outcome.UNASSESSED, *(one for one in Outcome if one is not Outcome.QUESTION))
    found = tuple(
        finding(rules[n % 9], ("gateway", f"x{n}"), outcomes[n % len(outcomes)], long, f"{n % 9} {long}",
                levels=(Level.CRITICAL, Level.CRITICAL))
        for n in range(findings)
    )  # fmt: skip
    base = assessment(shop_model(), (*found, taken("customer->gateway"), taken("gateway->checkout")))
    worst = {
        "confidentiality": word("confidentiality", "restricted"),
        "integrity": word("integrity", "critical"),
        "availability": word("availability", "critical"),
    }
    data = [thing(f"d{n}", "data", f"{n} {long}", 7, None, **worst) for n in range(4)]
    table = {one.id: one for one in data} | dict(base.model.things)
    head = thing("shop", "model", long, line=1)
    store = thing("orders-db", "database", long, 41, "vaults", stores=refs("d0", "d1", "d2", "order"))
    reasons = tuple(GateReason("fail", f"{n} {long}", ()) for n in range(3))
    changes = {one.id: tuple(Change)[n % len(Change)] for n, one in enumerate(base.findings)}
    return replace(
        base,
        model=replace(base.model, head=head, things={**table, "orders-db": store}),
        gate=Gate(passed=False, policy="p" * 30, reasons=reasons),
        counts=Counter(one.outcome for one in base.findings),
        comparison=Comparison(long, changes, {}, (), (), ()),
    )


@pytest.mark.parametrize("page", SHEETS)
@pytest.mark.parametrize("text", WORDS, ids=("words", "chinese", "unbroken"))
def test_it_is_one_page_when_everything_is_long(page: str, text: str) -> None:
    case = crowded(text, 30)
    assert 'class="trend"' in document(case)
    assert pages_of_summary(case, page) == 1


@pytest.mark.parametrize("page", SHEETS)
@pytest.mark.parametrize("times", [2, 3, 5, 12])
def test_it_is_one_page_between_short_and_long(page: str, times: int) -> None:
    message = "Anyone who can reach it reads orders and addresses. " * times
    rules = [rule(f"tampering.r{n}", f"Rule {n} {message}"[: 25 * times], Stride.TAMPERING, "", ()) for n in range(5)]
    found = tuple(
        finding(one, (f"e{n}",), Outcome.OPEN, message, message, levels=(Level.HIGH, Level.HIGH))
        for n in range(times)
        for one in rules
    )
    assert pages_of_summary(assessment(shop_model(), found), page) == 1


def test_what_fits_is_neither_set_closer_nor_cut() -> None:
    source = document(shop())
    assert '<section id="summary">' in source
    assert "Support console amends orders and has no flow to the audit log." in source
    assert source.count('<span class="sq ') == len(shop().findings)


def test_attack_paths_stand_beside_what_is_at_stake() -> None:
    case = walked([("in", "store")], [taken("in->store")])
    assert "One attack path leads from where attacks begin to data at stake." in document(case)
    assert 'class="ways"' not in document(walked([("in", "store")], []))
