"""The chapter on threats: how much of each finding is said."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from threatdsl.model.level import Level
from threatdsl.report.document.chapters import Chapter, chapters
from threatdsl.report.document.registers import WHOLE
from threatdsl.report.edition import Audience
from threatdsl.report.threats import FindingView, RuleView
from threatdsl.report.view import ReportView
from threatdsl.report.words import capital, counted, verb

ALL_IN_FULL = 40
MOST_IN_FULL = {Audience.MANAGEMENT: 20, Audience.REVIEW: 120, Audience.AUDIT: 300}
MOST_IN_ALL = {Audience.MANAGEMENT: 60, Audience.REVIEW: 300, Audience.AUDIT: 900}


@dataclass(frozen=True, slots=True)
class RuleRows:
    """A rule with the findings that have room; `rest` is a sentence on the others, empty where there are none."""

    rule: RuleView
    findings: tuple[FindingView, ...]
    rest: str


def threats(shown: ReportView) -> dict[str, object]:
    """Above forty findings, those neither open nor high get one line, and above hundreds the mildest are counted.

    Each rule keeps its worst finding. The whole of them stands in the HTML report and in the register.
    """
    audience = shown.edition.audience
    everything = len(shown.findings) <= ALL_IN_FULL or audience is Audience.AUDIT
    ranked = sorted(shown.findings, key=_rank)
    grave = [one.id for one in ranked if everything or _grave(one)]
    listed = {one.id for one in ranked[: MOST_IN_ALL[audience]]} | {rule.findings[0].id for rule in shown.rules}
    rows = tuple(_rows(shown.rules, listed))
    told = {row.anchor for rule in rows for row in rule.findings} if Chapter.THREATS in chapters(shown.edition) else ()
    return {
        "threats_lead": _lead(
            shown, everything=everything, left=len(shown.findings) - sum(len(one.findings) for one in rows)
        ),
        "full": set(grave[: MOST_IN_FULL[audience]]),
        "rule_rows": rows,
        "anchors": told,
    }


def _grave(one: FindingView) -> bool:
    return one.severity.step >= Level.HIGH or one.outcome == "open"


def _rank(one: FindingView) -> tuple[bool, int, bool]:
    """Open before all else, then the most severe, then what nobody has assessed."""
    return (one.outcome != "open", -one.severity.step, one.outcome != "unassessed")


def _rows(rules: tuple[RuleView, ...], listed: AbstractSet[str]) -> Iterator[RuleRows]:
    for rule in rules:
        findings = tuple(one for one in rule.findings if one.id in listed)
        more = len(rule.findings) - len(findings)
        rest = f"And {counted(more, 'more finding')} of this rule, none more severe." if more else ""
        yield RuleRows(rule, findings, rest)


def _lead(shown: ReportView, *, everything: bool, left: int) -> str:
    verified = ", and with what evidence supports" if shown.verified else ""
    lead = (
        f"{capital(counted(len(shown.findings), 'finding'))} under {counted(len(shown.rules), 'rule')}. "
        f"Severity is given {'three times' if verified else 'twice'}: without any control{',' if verified else ' and'} "
        f"with the controls declared{verified}."
    )
    if not everything:
        lead += " What is neither open nor high has one line; the HTML report holds the whole of it."
    if left:
        lead += f" {left} {verb(left)} counted under their rules; {WHOLE}."
    return lead
