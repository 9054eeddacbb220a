"""A finding with what would change it, as plain data."""

from typing import Any

from threatdsl.assess.assessment import AssessedFinding
from threatdsl.report.asking import answer_data
from threatdsl.report.result import finding_data
from threatdsl.report.text import Holding
from threatdsl.rules.finding import Answer

SCHEMA = "threatdsl/explain/1"


def explained_data(assessed: AssessedFinding, removing: tuple[Answer, ...], holding: Holding) -> dict[str, Any]:
    """The finding as in the result of a check, with the single changes that remove it or re-open it."""
    return {
        "schema": SCHEMA,
        "finding": finding_data(assessed),
        "removed_by": [answer_data(answer) for answer in removing],
        "held_by": [
            {
                "by": hold.by,
                "element": hold.place,
                "outcome_without": hold.outcome.value,
                "file": hold.statement.span.file,
                "line": hold.statement.span.line,
                "column": hold.statement.span.column,
            }
            for hold in holding or ()
        ],
    }
