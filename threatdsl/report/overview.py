"""What a reader needs to decide: the verdict, what is at stake, the worst risks, what to do first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from threatdsl.assess.assessment import Assessment, Gate
from threatdsl.attack.stakes import SERIOUS
from threatdsl.report.registers import DataView
from threatdsl.report.threats import FindingView
from threatdsl.report.words import capital, clean, counted, listed, number, sentence, verb
from threatdsl.rules.finding import ACT, Outcome

RISKS, STEPS, STAKES = 5, 3, 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says. `short` fits beside a title, `sentence` opens the summary, `why` names policy and reasons."""

    passed: bool
    short: str
    sentence: str
    policy: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, what it closes, and the finding that says why."""

    text: str
    closes: str
    finding: FindingView


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings have an outcome."""

    outcome: str
    count: int


def verdict(assessment: Assessment, title: str) -> Verdict:
    """What the gate says, in words."""
    gate = assessment.gate
    act = _act_words(assessment)
    state = "passes its gate" if gate.passed else "does not pass its gate"
    tail = f"; {act}" if act else "; nothing is open or unassessed"
    return Verdict(
        passed=gate.passed,
        short=f"{'✓ Gate passed' if gate.passed else '✗ Gate not passed'}: {_short_counts(assessment)}",
        sentence=f"{title} {state}{tail}.",
        policy=clean(gate.policy),
        why=tuple(_reasons(gate)),
    )


def _act_words(assessment: Assessment) -> str:
    """`three findings are open and two are unassessed`."""
    open_, unassessed = (assessment.counts.get(outcome, 0) for outcome in ACT)
    if open_ and unassessed:
        return f"{counted(open_, 'finding')} {verb(open_)} open and {number(unassessed)} {verb(unassessed)} unassessed"
    if open_:
        return f"{counted(open_, 'finding')} {verb(open_)} open"
    return f"{counted(unassessed, 'finding')} {verb(unassessed)} unassessed" if unassessed else ""


def _short_counts(assessment: Assessment) -> str:
    counts = [(assessment.counts.get(outcome, 0), outcome.value) for outcome in ACT]
    shown = [f"{count} {word}" for count, word in counts if count]
    return ", ".join(shown) or "nothing open"


def _reasons(gate: Gate) -> Iterable[str]:
    for action, opening in (("fail", "Fails"), ("warn", "Warns")):
        texts = [clean(reason.text) for reason in gate.reasons if reason.action == action]
        if texts:
            yield sentence(f"{opening}: {'; '.join(texts)}")


def at_stake(data: Iterable[DataView]) -> tuple[DataView, ...]:
    """The data whose loss would be serious, worst first; where none is, the worst there is."""
    ordered = sorted(data, key=lambda view: -view.impact)
    serious = [view for view in ordered if view.impact >= SERIOUS]
    return tuple((serious or ordered)[:STAKES])


def risks(findings: Iterable[FindingView]) -> tuple[FindingView, ...]:
    """The worst findings that ask for action: of each rule its worst, in risk order, and then what else is bad."""
    acting = [view for view in findings if view.outcome in ACT]
    worst = {view.rule: view for view in reversed(acting)}
    firsts = [view for view in acting if worst[view.rule] is view]
    others = Counter(view.rule for view in acting)
    chosen = (*firsts, *(view for view in acting if view not in firsts))[:RISKS]
    shown = Counter(view.rule for view in chosen)
    return tuple(_with_others(view, others[view.rule] - shown[view.rule]) for view in chosen)


def _with_others(view: FindingView, others: int) -> FindingView:
    """A risk that says at how many places the same is found that are not shown beside it."""
    if not others:
        return view
    return replace(view, message=f"{view.message} Likewise at {counted(others, 'other place')}.")


def first_steps(findings: tuple[FindingView, ...]) -> tuple[Step, ...]:
    """What to do first: fixes in risk order, those that close more first; what closes most of all is among them."""
    by_fix: dict[str, list[FindingView]] = {}
    acting = [view for view in findings if view.outcome in ACT and view.fix]
    for view in acting:
        by_fix.setdefault(view.fix, []).append(view)
    place = {view.id: index for index, view in enumerate(risks(findings), 1)}
    groups = sorted(by_fix.values(), key=lambda group: (-group[0].severity.step, -len(group)))  # else in risk order
    chosen = groups[:STEPS]
    largest = max(groups, key=len, default=[])
    if largest not in chosen and len(largest) > max(map(len, chosen), default=0):
        chosen = [*chosen[: STEPS - 1], largest]
    return tuple(Step(group[0].fix, _closes(group, place), group[0]) for group in chosen)


def _closes(group: list[FindingView], place: dict[str, int]) -> str:
    shown = [str(place[view.id]) for view in group if view.id in place]
    more = len(group) - len(shown)
    parts = [f"risk {listed(shown)}" if len(shown) == 1 else f"risks {listed(shown)}"] if shown else []
    parts += [counted(more, "more finding" if shown else "finding")] if more else []
    settles = "Settles" if all(view.outcome == Outcome.UNASSESSED.value for view in group) else "Closes"
    return f"{settles} {listed(parts)}, {group[0].severity.word}."


def tallies(assessment: Assessment) -> tuple[Tally, ...]:
    """The outcomes that occur, in their order."""
    return tuple(
        Tally(outcome.value, assessment.counts[outcome]) for outcome in Outcome if assessment.counts.get(outcome)
    )


def diagram_lead(crossing: int, flows: int, clear: int, unstated: int) -> str:
    """What to see in the diagram."""
    if not flows:
        return "The model has no flows yet: the diagram shows its elements."
    crossed = (
        f"{capital(number(crossing))} of {counted(flows, 'flow')} {verb(crossing, 'crosses', 'cross')} a boundary."
    )
    said = [f"{number(clear)} {verb(clear)} stated to be in clear text"] if clear else []
    if unstated:
        said.append(f"of {number(unstated)} nobody has said whether {verb(unstated, 'it is', 'they are')} encrypted")
    return " ".join(("Trust rises from top to bottom.", crossed, *([f"{capital(listed(said))}."] if said else [])))
