"""The report as a page for a wiki: Markdown that GitHub and GitLab show, and Confluence takes in.

Model text stays text. Anchors are written out, since each wiki makes those of headings in its own way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from threatdsl.assess.assessment import Assessment
from threatdsl.report.diagram.mermaid import mermaid
from threatdsl.report.diagram.views import OVERVIEW
from threatdsl.report.edition import STANDARD, Audience, Edition
from threatdsl.report.pipeline.markup_text import code, text
from threatdsl.report.register import wiki_tables
from threatdsl.report.register.wiki_tables import anchored, in_cell, table
from threatdsl.report.threats import FindingView
from threatdsl.report.view import ReportView, view
from threatdsl.report.words import capital, counted
from threatdsl.rules.finding import ACT

Part = Callable[[ReportView], Iterator[str]]
ALL_IN_FULL = 400  # findings; above, those that ask for nothing have no lines of their own beneath


def wiki(assessment: Assessment, edition: Edition = STANDARD) -> bytes:
    """The page."""
    return page(view(assessment, edition)).encode()


def page(shown: ReportView) -> str:
    """The page of a report: its head, a list of its parts, and the parts that its audience gets."""
    parts = parts_of(shown)
    lines = [*_head(shown), *(f"- [{title}](#{_name(title)})" for title in parts), ""]
    for title, part in parts.items():
        lines += [*anchored(_name(title)), f"## {title}", "", *part(shown), ""]
    return "\n".join([*lines, text(shown.colophon), ""])


def parts_of(shown: ReportView) -> Mapping[str, Part]:
    """The parts by their titles, in order."""
    to_decide: dict[str, Part] = {
        "Summary": _summary,
        "At stake": _stakes,
        "Risks": _risks,
        "Do first": _steps,
        "Diagram": _diagram,
        "Attack paths": _paths,
    }
    if shown.edition.audience is Audience.MANAGEMENT:
        return to_decide | {"Decisions": wiki_tables.decisions}
    assurance: dict[str, Part] = {"Assurance": wiki_tables.evidence} if shown.evidence else {}
    return (
        to_decide
        | {"Threats": _threats, "Decisions": wiki_tables.decisions, "Questions": wiki_tables.questions}
        | assurance
        | {"Elements": wiki_tables.elements, "Flows": wiki_tables.flows, "Data": wiki_tables.data}
    )


def _name(title: str) -> str:
    return title.lower().replace(" ", "-")


def _head(shown: ReportView) -> Iterator[str]:
    head = shown.head
    yield f"# {text(head.title)}: threat model"
    yield ""
    classification = shown.edition.theme.classification or head.classification
    facts = (
        f"**{text(classification)}**" if classification else "",
        head.date,
        f"commit {code(head.commit[:12])}" if head.commit else "",
        f"model {code(head.digest[:12])}" if head.digest else "",
        text(head.owner),
        f"reviewed {text(head.reviewed)}" if head.reviewed else "",
        text(head.size),
    )
    yield " · ".join(fact for fact in facts if fact)
    yield ""
    for paragraph in (head.notice, head.summary):
        if paragraph:
            yield from (text(paragraph), "")


def _summary(shown: ReportView) -> Iterator[str]:
    verdict = shown.verdict
    yield f"**{'✓ Gate passed.' if verdict.passed else '✗ Gate not passed.'}** {text(verdict.sentence)}"
    yield ""
    yield " ".join((f"Policy {code(verdict.policy or 'default')}.", *(text(why) for why in verdict.why)))
    yield ""
    if shown.trend is not None:
        yield from (text(f"{shown.trend.changes} {shown.trend.standing}"), "")
    if shown.tallies:
        yield from table(("Outcome", "Findings"), ((tally.outcome, str(tally.count)) for tally in shown.tallies))
    else:
        yield "No rule finds anything in this model."


def _stakes(shown: ReportView) -> Iterator[str]:
    if not shown.stakes:
        yield "The model names no data."
        return
    rows = (
        (text(one.title), text(one.serious or "not classified"), text(one.stored or "nowhere stated"))
        for one in shown.stakes
    )
    yield from table(("Data", "Classification", "Kept in"), rows)


def _risks(shown: ReportView) -> Iterator[str]:
    if not shown.risks:
        yield "No finding is open or unassessed."
    described = {one.anchor for one in shown.findings}
    for number, one in enumerate(shown.risks, 1):
        about = f"{one.outcome}, {one.severity.word}"
        about = f"[{text(about)}](#{one.anchor})" if one.anchor in described and _has_threats(shown) else text(about)
        yield f"{number}. **{text(one.title.rstrip('.'))}.** {text(one.message)} ({about})"


def _has_threats(shown: ReportView) -> bool:
    return shown.edition.audience is not Audience.MANAGEMENT


def _steps(shown: ReportView) -> Iterator[str]:
    if not shown.steps:
        yield "Nothing has to be done now."
    for number, step in enumerate(shown.steps, 1):
        yield f"{number}. **{text(step.text)}** {text(step.closes)}".rstrip()


def _diagram(shown: ReportView) -> Iterator[str]:
    """The overview as text that GitHub and GitLab draw; it holds no grave accent, so nothing in it ends it."""
    overview = next((one.diagram for one in shown.views if one.name == OVERVIEW), None)
    if overview is None:
        yield "The model names no elements yet."
        return
    yield from (text(shown.diagram_lead), "", "```mermaid", mermaid(overview).rstrip("\n"), "```")


def _paths(shown: ReportView) -> Iterator[str]:
    attack = shown.attack
    yield text(attack.lead)
    for path in attack.paths:
        state = ", possible" if path.possible else ""
        yield from ("", f"{path.number}. **{text(path.title)}** ({path.level}{state}). {text(path.sentence)}")
        for hop, source, target in zip(path.hops, path.stops, path.stops[1:], strict=False):
            arrow = "←" if hop.reverse else "→"
            weakest = ", **weakest**" if hop.weakest else ""
            ends = f"{text(source.title)} {arrow} {text(target.title)}"
            yield f"   - {ends} (flow {hop.number}{weakest}): {text(hop.note)}"
    if attack.chokes:
        rows = ((text(c.title), ", ".join(map(str, c.paths)), text(c.blast), text(c.control)) for c in attack.chokes)
        yield from ("", *table(("Choke point", "On paths", "Falls with it", "One control there"), rows))
    for sentence in (attack.separating, attack.best):
        if sentence:
            yield from ("", text(sentence))


def _threats(shown: ReportView) -> Iterator[str]:
    if not shown.rules:
        yield "No threat is described." if shown.edition.public else "No rule finds anything in this model."
        return
    everything = len(shown.findings) <= ALL_IN_FULL
    yield f"{capital(counted(len(shown.findings), 'finding'))} under {counted(len(shown.rules), 'rule')}."
    stride = ""
    for rule in shown.rules:
        if rule.stride != stride:
            stride = rule.stride
            yield from ("", f"### {stride}")
        yield from ("", *anchored(rule.anchor), f"#### {text(rule.title)}", "", text(rule.text), "")
        yield " · ".join((code(rule.id), *map(text, rule.references)))
        yield ""
        for finding in rule.findings:
            yield from _finding(shown, finding, full=everything or finding.outcome in ACT)


def _finding(shown: ReportView, one: FindingView, *, full: bool) -> Iterator[str]:
    yield f'- <a id="{one.anchor}"></a>**{text(one.chip)}**, {text(one.severity.word)}: {text(one.where)}'
    if not full:
        return
    lines = (
        text(one.message),
        f"Evidence: {text(one.evidence)}" if one.evidence else "",
        f"Do: {text(one.fix)}" if one.fix and one.outcome in ACT else "",
        f"Decision: {text(one.decision)}" if one.decision else "",
        code(one.id) + (f" at {code(one.place)}" if one.place else ""),
    )
    yield from (f"  - {line}" for line in lines if line)
    if shown.edition.audience is Audience.AUDIT:
        yield from _proof(one)


def _proof(one: FindingView) -> Iterable[str]:
    """For an audit: how the severity was reckoned, and what the finding follows from."""
    for row in one.severities:
        yield f"  - {capital(row.name)} severity {text(row.word)}" + (f": {text(row.terms)}" if row.terms else "")
    for step in one.proof:
        source = f" ({in_cell(step.source)})" if step.source else ""
        yield f"  - {text(step.clause)}: {text(step.text)}{source}"
