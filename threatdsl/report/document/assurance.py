"""The chapter on assurance: a matrix of controls and checks, short enough for hundreds of controls."""

from dataclasses import dataclass

from threatdsl.report.assurance import CellView, CheckView, ControlView
from threatdsl.report.edition import Audience
from threatdsl.report.view import ReportView
from threatdsl.report.words import clipped, listed, number, verb

MOST_CHECKED, MOST_UNCHECKED = 40, 12
MOST_WORDS = 110  # characters of a reason in a cell
TEXT, CONTROL, CHECK, HELD = 170, 40, 44, 15  # millimetres: of the page and its columns
WORST = ("refuted", "conflict", "stale", "unknown")


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of the matrix over `columns` columns; `cell` is None where the check did not look."""

    cell: CellView | None
    why: str
    columns: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a check, and before the first check of a control that control, over `rows` rows."""

    control: ControlView | None
    rows: int
    check: CheckView
    slots: tuple[Slot, ...]


def assurance(shown: ReportView) -> dict[str, object]:
    """What the template of the chapter needs. An audit gets all controls, a review the worst."""
    given, everything = shown.assurance, shown.edition.audience is Audience.AUDIT
    columns = given.environments or ("Verdict",)
    checked = given.checked if everything else _worst_first(given.checked)[:MOST_CHECKED]
    unchecked = given.unchecked if everything else given.unchecked[:MOST_UNCHECKED]
    return {
        "columns": columns,
        "cell_width": round((TEXT - CONTROL - CHECK - HELD) / len(columns), 2),
        "assured": [line for control in checked for line in _lines(control, len(columns))],
        "unchecked": unchecked,
        "unchecked_lead": _bare(len(given.unchecked)),
        "assurance_rest": _rest(len(given.checked) - len(checked), len(given.unchecked) - len(unchecked)),
    }


def _worst_first(controls: tuple[ControlView, ...]) -> tuple[ControlView, ...]:
    """As they are, where all fit; else what needs an eye first."""
    if len(controls) <= MOST_CHECKED:
        return controls
    return tuple(sorted(controls, key=lambda one: WORST.index(one.state) if one.state in WORST else len(WORST)))


def _lines(control: ControlView, columns: int) -> list[Line]:
    return [
        Line(
            control if number_ == 0 else None,
            len(control.checks),
            check,
            tuple(_slot(cell, columns if check.everywhere else 1) for cell in check.cells),
        )
        for number_, check in enumerate(control.checks)
    ]


def _slot(cell: CellView | None, columns: int) -> Slot:
    return Slot(cell, clipped(cell.why, MOST_WORDS) if cell is not None else "", columns)


def _bare(count: int) -> str:
    if not count:
        return ""
    return f"{number(count).capitalize()} {verb(count, 'control has', 'controls have')} no check: nothing proves them."


def _rest(checked: int, unchecked: int) -> str:
    parts = [f"{number(checked)} more with a check"] if checked else []
    parts += [f"{number(unchecked)} more without one"] if unchecked else []
    return f"{listed(parts).capitalize()}: the edition for an audit holds all controls." if parts else ""
