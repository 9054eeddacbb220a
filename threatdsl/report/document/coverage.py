"""The chapter on coverage, short enough for a thousand elements unless an audit asks for all of it."""

from dataclasses import dataclass

from threatdsl.report.coverage import CoverageView, UnsaidView
from threatdsl.report.edition import Audience
from threatdsl.report.view import ReportView
from threatdsl.report.words import capital, counted, listed, number, some, verb

MOST_NAMES, MOST_UNSAID, MOST_FACTS = 8, 12, 6
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Unseen:
    """A kind, `2 of 5`, and the names."""

    kind: str
    count: str
    names: str


@dataclass(frozen=True, slots=True)
class Unsaid:
    """An element, how many facts are missing, and which."""

    name: str
    count: int
    facts: str


def coverage(shown: ReportView) -> dict[str, object]:
    """What the template of the chapter needs. An audit gets all, a review what matters most."""
    given, everything = shown.coverage, shown.edition.audience is Audience.AUDIT
    names, facts, rows = (ALL, ALL, ALL) if everything else (MOST_NAMES, MOST_FACTS, MOST_UNSAID)
    more = len(given.unsaid) - rows
    return {
        "coverage_lead": _lead(given),
        "unseen": [Unseen(one.kind, _of(len(one.names), one.of), some(one.names, names)) for one in given.unseen],
        "unsaid": [_unsaid(one, facts) for one in given.unsaid[:rows]],
        "unsaid_rest": f"And {counted(more, 'part')} more: the edition for an audit names them." if more > 0 else "",
    }


def _of(count: int, total: int) -> str:
    if count < total:
        return f"{count} of {total}"
    return "the only one" if total == 1 else f"all {total}"


def _unsaid(view: UnsaidView, facts: int) -> Unsaid:
    return Unsaid(view.name, len(view.facts), some(view.facts, facts))


def _lead(given: CoverageView) -> str:
    unseen, facts = sum(len(one.names) for one in given.unseen), sum(len(one.facts) for one in given.unsaid)
    parts = counted(given.parts, "element and flow", "elements and flows")
    if not given.parts:
        return "The model names nothing that a rule could look at yet."
    seen = f"no rule has a word on {number(unseen)} of {parts}" if unseen else f"rules speak of all {parts}"
    said = (
        [f"{given.rules - given.silent} of {counted(given.rules, 'rule')} {_say(given)}", seen]
        if given.rules
        else [seen]
    )
    if facts:
        said.append(f"{counted(facts, 'fact')} {verb(facts)} stated by nobody")
    return f"{capital(listed(said))}."


def _say(given: CoverageView) -> str:
    return verb(given.rules - given.silent, "has something to say", "have something to say")
