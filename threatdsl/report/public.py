"""The public version of a report: what strangers may read of it.

The report and its head are made anew with each of their parts named, so that nobody can add a part without deciding
here whether strangers may read it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from threatdsl.report import overview
from threatdsl.report.assurance import AssuranceView
from threatdsl.report.attack import AttackView
from threatdsl.report.coverage import CoverageView
from threatdsl.report.diagram.dfd import NO_BADGE, Diagram
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.edition import PUBLIC
from threatdsl.report.registers import DecisionView, QuestionView
from threatdsl.report.threats import FindingView, RuleView
from threatdsl.report.view import Masthead, ReportView
from threatdsl.report.words import capital, counted, listed, number, sentence, verb
from threatdsl.rules.finding import ACT, Outcome

LEFT_OUT = (
    "Public version. It leaves out people, technology, protocols, evidence and the places in files. "
    "Findings that are open, unassessed or decided, attack paths, questions and decisions are counted, not described."
)
NOT_DESCRIBED = "left out of the public version"
HELD = (Outcome.MITIGATED, Outcome.VERIFIED)
SHOWN_VIEWS = ("overview", "boundary:", "data:", "level:")  # those of attack paths show the way


def public(shown: ReportView) -> ReportView:
    """The report without what strangers must not read."""
    held = tuple(_held_of_rules(one for one in shown.findings if one.outcome in HELD))
    risks = tuple(_risks(one for one in shown.findings if one.outcome in ACT))
    arrows = shown.diagram.arrows
    return ReportView(
        head=_head(shown.head),
        verdict=replace(shown.verdict, why=()),
        tallies=shown.tallies,
        stakes=shown.stakes,
        edition=shown.edition,
        data=shown.data,
        risks=risks,
        steps=tuple(overview.Step(f"What is to be done is {NOT_DESCRIBED}.", _closes(shown), one) for one in risks[:1]),
        diagram=_diagram(shown.diagram),
        diagram_lead=overview.diagram_lead(sum(arrow.crosses for arrow in arrows), len(arrows), clear=0, unstated=0),
        views=tuple(
            replace(one, diagram=_diagram(one.diagram)) for one in shown.views if one.name.startswith(SHOWN_VIEWS)
        ),
        attack=AttackView(shown.attack.lead, (), (), "", "", ()),
        findings=held,
        rules=tuple(_rules(shown.rules, held)),
        questions=tuple(_questions(len(shown.questions))),
        decisions=tuple(_decisions(shown.decisions)),
        evidence=(),
        elements=tuple(replace(one, technology="", open=0, unassessed=0) for one in shown.elements),
        flows=tuple(replace(one, details="", protection="not shown", state="fine") for one in shown.flows),
        colophon=f"{LEFT_OUT} {_colophon(shown)}",
        assurance=AssuranceView(f"Evidence is {NOT_DESCRIBED}.", (), (), ()),
        coverage=CoverageView(shown.coverage.parts, shown.coverage.rules, shown.coverage.silent, (), (), (), (), ()),
        trend=None,
    )


def _head(head: Masthead) -> Masthead:
    return Masthead(
        title=head.title,
        summary=head.summary,
        classification=PUBLIC,
        file="public version",
        digest="",
        commit="",
        date=head.date,
        iso_date=head.iso_date,
        owner="",
        reviewed=head.reviewed,
        valid=head.valid,
        size=head.size,
        reviewers="",
        overdue=head.overdue,
        notice=LEFT_OUT,
    )


def _held(one: FindingView) -> FindingView:
    """A finding without what tells where it is. Its verified severity would tell which controls lack proof."""
    return replace(
        one,
        place="",
        message="",
        evidence="",
        fix="",
        decision="",
        severities=tuple(replace(row, terms="") for row in one.severities if row.name != "verified"),
        proof=(),
        things=one.elements,
    )


def _held_of_rules(held: Iterable[FindingView]) -> Iterator[FindingView]:
    """One entry a rule, without its places and their number: where a threat is not listed, it would be open."""
    by_rule: dict[str, list[FindingView]] = {}
    for one in held:
        by_rule.setdefault(one.rule, []).append(one)
    for some in by_rule.values():
        controls = tuple(dict.fromkeys(control for one in some for control in one.controls))
        one = replace(_held(some[0]), where="", elements=(), things=(), controls=controls)
        yield replace(one, message=sentence(f"Dealt with by {listed(controls)}" if controls else "Dealt with"))


def _rules(rules: Iterable[RuleView], held: tuple[FindingView, ...]) -> Iterator[RuleView]:
    kept = {one.id: one for one in held}
    for rule in rules:
        findings = tuple(kept[one.id] for one in rule.findings if one.id in kept)
        if findings:
            yield replace(rule, findings=findings)


def _risks(acting: Iterable[FindingView]) -> Iterator[FindingView]:
    """What asks for action, counted: one entry for each letter of STRIDE, the worst first."""
    by_stride: dict[str, list[FindingView]] = {}
    for one in acting:
        by_stride.setdefault(one.stride, []).append(one)
    for stride, some in sorted(by_stride.items(), key=lambda item: -max(one.severity.step for one in item[1])):
        worst = max(some, key=lambda one: (one.severity.step, one.outcome == Outcome.OPEN.value))
        levels = Counter(one.severity.level for one in sorted(some, key=lambda one: -one.severity.step))
        told = listed([f"{number(count)} {level}" for level, count in levels.items()])
        states = verb(len(some), "is open or unassessed", "are open or unassessed")
        yield replace(
            _held(worst),
            id="",
            anchor="summary",
            rule="",
            title=stride,
            where="",
            message=f"{capital(counted(len(some), 'finding'))} {states}: {told}.",
            severities=(replace(worst.severity, terms=""),),
            things=(),
            elements=(),
            controls=(),
        )


def _closes(shown: ReportView) -> str:
    return f"It is about {counted(sum(one.outcome in ACT for one in shown.findings), 'finding')}."


def _questions(count: int) -> Iterator[QuestionView]:
    if count:
        text = f"{capital(counted(count, 'question'))} {verb(count)} open, {NOT_DESCRIBED}."
        yield QuestionView(text, "", "", "", "")


def _decisions(decisions: Iterable[DecisionView]) -> Iterator[DecisionView]:
    """One entry for each kind of decision, with their number."""
    for word, count in Counter(one.verb for one in decisions).items():
        where = capital(counted(count, "decision"))
        yield DecisionView(
            verb=word,
            what=NOT_DESCRIBED,
            rule="",
            where=where,
            finding="",
            reason="",
            by="",
            until="",
            state="",
            in_force=True,
            who="",
            ticket="",
            left=0,
        )


def _diagram(shown: Diagram) -> Diagram:
    """The diagram without technology, protocols, and what tells an attacker where to look."""
    return replace(
        shown,
        nodes=tuple(replace(node, technology="", badge=NO_BADGE) for node in shown.nodes),
        arrows=tuple(
            replace(arrow, details=(), protection=Protection.FINE, badge=NO_BADGE, hop="") for arrow in shown.arrows
        ),
    )


def _colophon(shown: ReportView) -> str:
    """Who made it and whose catalogues it cites, without the names of files."""
    made, _, rest = shown.colophon.partition(f" from {shown.head.file}")
    return f"{made}; {rest.partition('; ')[2]}" if rest else made
