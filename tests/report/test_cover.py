"""The cover: who reviewed the model, and until when that holds."""

import re
from datetime import date, timedelta

from tests.report.building import NOW, assessment, model, thing
from threatdsl.model.things import FactValue
from threatdsl.report.document.pdf import document


def cover(**facts: FactValue) -> str:
    source = document(assessment(model([], thing("shop", "model", "Web shop", 1, None, **facts))))
    found = re.search(r'<table class="facts">.*?</table>', source, re.DOTALL)
    assert found
    return found[0]


def test_it_names_the_reviewers_and_the_day() -> None:
    text = cover(reviewed=date(2026, 10, 1), reviewers=("Ana Ivanova", "Ben <Osei>"))
    assert "1 October 2026, by Ana Ivanova and Ben &lt;Osei&gt;" in text


def test_it_says_so_when_nobody_reviewed_it() -> None:
    assert "nobody has said when" in cover()
    assert "Valid until" not in cover()


def test_a_review_that_is_overdue_stands_out() -> None:
    text = cover(reviewed=NOW - timedelta(days=91), review_every=timedelta(days=90))
    assert '<td class="due">3 November 2026: a review is due</td>' in text


def test_a_review_that_holds_names_its_last_day() -> None:
    text = cover(reviewed=NOW - timedelta(days=90), review_every=timedelta(days=90))
    assert "4 November 2026, or the next change of meaning" in text
    assert 'class="due"' not in text
