"""The web shop beside a baseline, made by hand."""

from msgspec.structs import replace

from tests.report.building import span
from tests.report.shop import shop
from threatdsl.assess.assessment import Assessment
from threatdsl.assess.comparison import Change, Comparison, Fixed, Pending, RemovedDefence
from threatdsl.diagnostics import Diagnostic, Severity
from threatdsl.model.level import Level
from threatdsl.report.checked import Checked

HOSTILE = "100%\n::error::owned @admin <b>x</b> [a](http://evil.example) `code` | #12 \x1b[31m"


def compared() -> Assessment:
    """The shop with its first finding new, its second kept, the others unchanged."""
    base = shop()
    first, second, *_ = base.findings
    changes = {found.id: Change.UNCHANGED for found in base.findings} | {first.id: Change.NEW, second.id: Change.KEPT}
    gone = replace(first.finding, id="spoofing.old@web")
    comparison = Comparison(
        baseline="origin/main",
        changes=changes,
        why={second.id: "nobody says why it would be better"},
        fixed=(Fixed(gone, Level.HIGH, "the control is proven"),),
        removed=(RemovedDefence("gateway", "rate-limiting", span(3, "baseline/shop.threat")),),
        pending=(Pending("accept of the cleartext crossing", span(7)),),
        files=frozenset({"baseline/shop.threat"}),
    )
    return replace(base, comparison=comparison)


def checked(assessment: Assessment | None, name: str = "shop", *wrong: Diagnostic) -> Checked:
    """The model as it is named on the command line in its own folder."""
    texts = {"threatdsl:lib/prelude.threat": "kind x", "shop.threat": "model shop", "baseline/shop.threat": "old"}
    return Checked(name, f"{name}.threat", assessment, wrong, str, texts)


def mistake(message: str) -> Diagnostic:
    """An error in the third line."""
    return Diagnostic("TM0204", Severity.ERROR, message, span(3), help="did you mean `encrypted`?")
