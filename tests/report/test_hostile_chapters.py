"""Texts of a model stay text in the chapters on assurance, decisions and coverage, on the cover and in the trend."""

from datetime import date

from msgspec.structs import replace

from tests.report.building import facts, model, span, thing
from tests.report.comparing import compared
from tests.report.proving import check, proven_shop, ruling
from threatdsl.assess.assessment import AssessedDecision
from threatdsl.evidence.verdict import Verdict
from threatdsl.model.things import Decision
from threatdsl.report.document.pdf import document
from threatdsl.report.edition import Audience, Edition

BAD = "<img src=x onerror=alert(1)>{{ 7 * 7 }}</style>\x1b[31m\"'&"


def test_hostile_texts_are_shown_as_they_are() -> None:
    made = replace(check(BAD, BAD, ("gateway",), tool=BAD), file=BAD)
    reason = facts(9, {"reason": BAD, "approved-by": BAD, "ticket": BAD})
    decision = Decision("accept", BAD, (BAD,), date(2026, 12, 1), reason, span(9))
    base = proven_shop(
        [ruling(made, "gateway", Verdict.REFUTED, BAD, run_url=f"https://x/{BAD}")],
        thing("taken", "assumption", BAD, text=BAD, owner=BAD),
        thing("left", "out-of-scope", BAD, reason=BAD, owner=BAD),
        controls=(BAD, "other"),
    )
    comparison = compared().comparison
    assert comparison is not None
    head = thing("shop", "model", BAD, reviewed=date(2026, 10, 1), reviewers=(BAD,))
    case = replace(
        base,
        model=replace(base.model, head=head),
        decisions=(AssessedDecision(decision, "in force", None),),
        comparison=replace(comparison, baseline=BAD),
    )
    source = document(case, Edition(audience=Audience.AUDIT))
    assert "<img" not in source
    assert "{{ 7 * 7 }}" in source  # text, and not evaluated
    assert "\x1b" not in source
    assert source.count("</style>") == 1
    assert source.count("&lt;img src=x onerror=alert(1)&gt;") > 20


def test_an_empty_model_gets_sentences_in_every_edition() -> None:
    base = proven_shop([])
    case = replace(base, model=model([]), findings=(), questions=(), decisions=(), rules=())
    source = document(case, Edition(audience=Audience.AUDIT))
    assert "The model states no control." in source
    assert "The model names nothing that a rule could look at yet." in source
