"""A waiver in a result excuses its fail until its last day, and the ruling says what was agreed."""

from datetime import date
from pathlib import Path

import pytest

from tests.evidence.test_verdicts import NOW
from tests.rules.asking import model_of
from threatdsl.evidence import judge
from threatdsl.evidence.check import checks
from threatdsl.evidence.files import Result
from threatdsl.evidence.observation import Observation, Outcome, Reading, Waiver
from threatdsl.evidence.verdict import Ruling
from threatdsl.model.problems import Problems


def ruling(monkeypatch: pytest.MonkeyPatch, waiver: Waiver) -> Ruling:
    """The verdict on one fail with a waiver, whichever format it came in."""
    model = model_of("""
    service shop "Shop" { controls [separation-of-duties] }
    check hardened "Hardened" { format junit; file "x"; proves separation-of-duties; on [shop]; counts ["*"] }
    """)
    result = Result(Reading((Observation("rule-1", Outcome.FAIL, waiver=waiver),)), None)
    monkeypatch.setattr(judge, "read_result", lambda *_: result)
    return judge.evidence_of(model, checks(model), Path(), NOW, "", Problems()).rulings[0]


def test_an_accepted_ruling_says_why_by_whom_and_until_when(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ruling(monkeypatch, Waiver("the vendor\nfixes it", "ciso@shop.example", NOW))
    assert found.verdict == "accepted"
    assert found.why == "rule-1 is waived in the result until 2026-11-25 by ciso@shop.example: the vendor fixes it"
    assert ruling(monkeypatch, Waiver()).why == "rule-1 is waived in the result"


def test_what_a_waiver_says_is_one_bounded_line_of_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ruling(monkeypatch, Waiver("\x1b[31mred\u202e " + "long " * 500, "x" * 9000))
    assert len(found.why) < 400
    assert found.why.isprintable()


def test_the_fail_of_a_waiver_that_ended_refutes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ruling(monkeypatch, Waiver("for now", until=date(2026, 11, 24)))
    assert found.verdict == "refuted"
    assert found.why == "rule-1 fails; the waiver ended on 2026-11-24"
