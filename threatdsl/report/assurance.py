"""What proves each control of a model, where, and how fresh the proof is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from threatdsl.assess.assessment import Assessment
from threatdsl.evidence.check import Check
from threatdsl.evidence.verdict import PROVING, REFUTING, Ruling, Verdict
from threatdsl.model.model import Model
from threatdsl.model.things import ControlRef
from threatdsl.report.names import called, title
from threatdsl.report.proofs import web_address
from threatdsl.report.words import capital, clean, counted, listed, number, sentence, some, verb
from threatdsl.rules.finding import Outcome

GLYPHS = {
    Verdict.REFUTED: "✗",
    Verdict.CONFLICT: "≠",
    Verdict.UNKNOWN: "?",
    Verdict.STALE: "△",
    Verdict.ACCEPTED: "‖",
    Verdict.NOT_APPLICABLE: "·",
    Verdict.INHERITED: "↗",
    Verdict.PROVEN: "✓",
}
ORDER = tuple(Verdict)  # the worst first
MOST_ENVIRONMENTS, MOST_PLACES, SHORT_COMMIT = 3, 3, 7
MOST_OBSERVATIONS = 10  # a ruling keeps no more
HELD = (Outcome.MITIGATED, Outcome.VERIFIED)


@dataclass(frozen=True, slots=True)
class CellView:
    """What a check says in an environment.

    `counts` are the places of which this holds, or the results behind it; `why` is empty where results prove it. `run`
    is an address of the web, empty where there is none.
    """

    verdict: str
    glyph: str
    counts: str
    why: str
    age: str
    commit: str
    run: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check: which tool's results it reads, about what, and its cell for each column (None where it did not look).

    `everywhere` when it is of no environment: it then has one cell, for all columns.
    """

    id: str
    tool: str
    where: str
    cells: tuple[CellView | None, ...]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class ControlView:
    """A control. `held` counts the findings that it holds, `places` says where it stands, `state` its worst verdict.

    `state` is empty and there are no checks where none is bound to it.
    """

    id: str
    title: str
    places: str
    held: int
    state: str
    checks: tuple[CheckView, ...]


@dataclass(frozen=True, slots=True)
class AssuranceView:
    """The controls, the checked ones first in order of their checks, then the others, those that hold most first.

    `environments` are the columns, empty where one column says it all. `lead` tells how many are proven.
    """

    lead: str
    environments: tuple[str, ...]
    checked: tuple[ControlView, ...]
    unchecked: tuple[ControlView, ...]


def assurance(assessment: Assessment) -> AssuranceView:
    """The controls of a model with what their checks say."""
    rulings: dict[str, list[Ruling]] = {}
    for ruling in assessment.evidence.rulings:
        rulings.setdefault(ruling.check.control, []).append(ruling)
    stated = _stated(assessment.model)
    columns = _columns(assessment)
    checked = tuple(_control(assessment, id_, some_, columns, stated) for id_, some_ in rulings.items())
    others = (_control(assessment, id_, (), columns, stated) for id_ in stated if id_ not in rulings)
    unchecked = tuple(sorted(others, key=lambda control: (-control.held, control.title.lower(), control.id)))
    names = tuple(called(assessment.model, id_) for id_ in columns if id_)
    return AssuranceView(_lead(checked, unchecked), names, checked, unchecked)


def _stated(model: Model) -> dict[str, list[str]]:
    """The controls that things state, each with the places that do."""
    found: dict[str, list[str]] = {}
    for thing in model.things.values():
        for control in thing.items("controls"):
            if isinstance(control, ControlRef):
                found.setdefault(control.id, []).append(thing.id)
    return found


def _columns(assessment: Assessment) -> tuple[str, ...]:
    """The environments; one column for all where no check names one, or where there are too many for a page."""
    named = any(ruling.check.environment for ruling in assessment.evidence.rulings)
    ordered = tuple(thing.id for thing in assessment.model.of_kind("environment"))
    return ordered if named and len(ordered) <= MOST_ENVIRONMENTS else ("",)


def _control(
    assessment: Assessment,
    id_: str,
    rulings: Iterable[Ruling],
    columns: tuple[str, ...],
    stated: dict[str, list[str]],
) -> ControlView:
    model = assessment.model
    given = tuple(rulings)
    seen = {ruling.place for ruling in given}
    places = stated.get(id_, [])
    known, class_ = model.things.get(id_), model.vocabulary.classes.get(id_)
    where = some([called(model, place) for place in places], MOST_PLACES)
    if given:
        looked = sum(place in seen for place in places)
        where = f"checked at {looked} of its {len(places)} places" if 0 < looked < len(places) else ""
    return ControlView(
        id=clean(id_),
        title=title(known) if known is not None else capital(clean(class_.title if class_ is not None else id_)),
        places=where,
        held=sum(id_ in one.finding.controls for one in assessment.findings if one.outcome in HELD),
        state=min((one.verdict for one in given), key=ORDER.index).value if given else "",
        checks=tuple(_checks(assessment, given, columns)),
    )


def _checks(assessment: Assessment, rulings: Iterable[Ruling], columns: tuple[str, ...]) -> Iterator[CheckView]:
    by_check: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        name = ruling.check.name if columns[0] else f"{ruling.check.name} {ruling.check.environment}"
        by_check.setdefault(name, []).append(ruling)
    for given in by_check.values():
        check = given[0].check
        everywhere = not columns[0] or not check.environment
        cells = [_cell(assessment, given)] if everywhere else [_cell_of(assessment, given, name) for name in columns]
        yield CheckView(
            clean(check.id), clean(check.format), _where(assessment, given, columns), tuple(cells), everywhere
        )


def _where(assessment: Assessment, rulings: list[Ruling], columns: tuple[str, ...]) -> str:
    """The places, and what the columns do not say: how old a result may be, which environment it is of."""
    model, check = assessment.model, rulings[0].check
    places = some([called(model, id_) for id_ in dict.fromkeys(ruling.place for ruling in rulings)], MOST_PLACES)
    environment = called(model, check.environment) if check.environment and not columns[0] else ""
    if columns[0] and not check.environment:
        environment = "all environments"
    parts = (places, environment, _limit(check))
    return "; ".join(part for part in parts if part)


def _limit(check: Check) -> str:
    days = check.max_age.days
    return f"at most {days} {verb(days, 'day', 'days')}" if check.attestation is None else ""


def _cell_of(assessment: Assessment, rulings: list[Ruling], environment: str) -> CellView | None:
    there = [ruling for ruling in rulings if ruling.check.environment == environment]
    return _cell(assessment, there) if there else None


def _cell(assessment: Assessment, rulings: list[Ruling]) -> CellView:
    """The worst verdict of the places, and of how many of them it is."""
    worst = min(rulings, key=lambda ruling: ORDER.index(ruling.verdict))
    same = sum(ruling.verdict is worst.verdict for ruling in rulings)
    why = clean(worst.why)
    if len(rulings) > 1:
        why = f"{called(assessment.model, worst.place)}: {why}"
    return CellView(
        verdict=worst.verdict.value,
        glyph=GLYPHS[worst.verdict],
        counts=f"{same} of {len(rulings)} places" if len(rulings) > 1 else _results(worst),
        why="" if worst.verdict is Verdict.PROVEN and worst.deciding else sentence(capital(why)),
        age=_age(worst.time.date(), assessment.now) if worst.time is not None else "",
        commit=clean(worst.commit[:SHORT_COMMIT]),
        run=web_address(worst.run_url),
    )


def _results(ruling: Ruling) -> str:
    """How many results prove it; what refutes it counts them in its reason."""
    if ruling.verdict is not Verdict.PROVEN or not ruling.deciding:
        return ""
    count = len(ruling.deciding)
    return f"{count} or more results" if count >= MOST_OBSERVATIONS else f"{count} {verb(count, 'result', 'results')}"


def _age(collected: date, now: date) -> str:
    days = (now - collected).days
    return f"{days} {verb(days, 'day', 'days')} old" if days > 0 else "today"


def _lead(checked: tuple[ControlView, ...], unchecked: tuple[ControlView, ...]) -> str:
    """How many controls have a check, and what the checks say; every control is counted once, by its worst verdict."""
    total = len(checked) + len(unchecked)
    if not total:
        return "The model states no control."
    if not checked:
        are = f"the {number(total)} controls" if total > 1 else "the one control"
        return f"No check is bound to {are} of the model: nothing is proven, all is taken at its word."
    have = verb(len(checked), "has", "have")
    having = f"{capital(number(len(checked)))} of {counted(total, 'control')} {have} a check"
    return f"What proves each control, where, and how fresh the proof is. {having}: {_told(checked)}."


def _told(checked: tuple[ControlView, ...]) -> str:
    words = (
        (PROVING, "proven"),
        (REFUTING, "refuted"),
        ((Verdict.STALE,), "stale"),
        ((Verdict.UNKNOWN,), "without a usable result"),
        ((Verdict.ACCEPTED,), "accepted by the tool"),
        ((Verdict.NOT_APPLICABLE,), "not applicable"),
    )
    counts = [(sum(one.state in verdicts for one in checked), said) for verdicts, said in words]
    told = [f"{number(count)} {verb(count)} {said}" for count, said in counts if count]
    return listed(told)
