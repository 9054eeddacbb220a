"""The chapter on decisions: what is carried on purpose, by whom, and for how long still."""

from dataclasses import dataclass

from threatdsl.report.document.registers import register
from threatdsl.report.registers import DecisionView
from threatdsl.report.view import ReportView
from threatdsl.report.words import capital, clipped, counted, number, verb

BAR = 104  # points: the width of the bar, from today to the last day of all
LEAST = 1.5  # points: what is left of a day
MOST_WORDS = 260  # characters of a reason


@dataclass(frozen=True, slots=True)
class Row:
    """A decision; `reason` is short enough for a row, `bar` the points of time left, 0 where it has run out."""

    decision: DecisionView
    reason: str
    bar: float


def decisions(shown: ReportView) -> dict[str, object]:
    """What the template of the chapter needs."""
    longest = max((one.left for one in shown.decisions), default=0)
    kept = register(shown.decisions, "decision", "decisions", shown.edition.audience)
    last = next((one.until for one in shown.decisions if one.left == longest), "")
    return {
        "decisions_lead": _lead(shown.decisions),
        "decision_rows": [_row(one, longest) for one in kept.entries],
        "decisions_rest": kept.rest,
        "decisions_axis": f"Until; the bar runs from today to {last}" if longest > 0 else "Until",
        "bar_width": BAR,
    }


def _row(decision: DecisionView, longest: int) -> Row:
    share = decision.left / longest if decision.left > 0 else 0
    bar = max(LEAST, round(share * BAR, 2)) if decision.left >= 0 else 0.0
    return Row(decision, clipped(decision.reason, MOST_WORDS), bar)


def _lead(given: tuple[DecisionView, ...]) -> str:
    ended = sum(one.left < 0 for one in given)
    void = sum(one.left >= 0 and not one.in_force for one in given)
    words = f"{capital(counted(len(given), 'decision'))}, each until a date. After it the finding is open again."
    if ended:
        words += f" {capital(number(ended))} {verb(ended, 'has', 'have')} run out."
    if void:
        words += f" {capital(number(void))} {verb(void, 'holds', 'hold')} nothing, for the reason given."
    return words
