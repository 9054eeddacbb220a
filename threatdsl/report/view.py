"""All that a report says of an assessment, as plain values. No HTML, no layout: templates only place it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.search import attack_paths
from threatdsl.model.model import Model
from threatdsl.report import overview, proofs, registers, threats
from threatdsl.report.assurance import AssuranceView, assurance
from threatdsl.report.attack import AttackView, attack_view
from threatdsl.report.coverage import CoverageView, coverage
from threatdsl.report.diagram.dfd import Diagram, plan
from threatdsl.report.diagram.protection import Protection
from threatdsl.report.diagram.views import View, views
from threatdsl.report.edition import STANDARD, Edition
from threatdsl.report.names import title
from threatdsl.report.trend import Trend, trend
from threatdsl.report.words import clean, counted, day, listed, sentence, verb
from threatdsl.rules.catalogues import SCHEMES
from threatdsl.rules.finding import Outcome

SHORT_DIGEST, SHORT_COMMIT = 12, 7
OF_MITRE = ("cwe", "capec", "attack", "atlas")
MITRE = "{} {} of The MITRE Corporation; their ids and titles are reproduced with its permission."
OWASP = "Names of OWASP ASVS are used under CC BY-SA 4.0."


@dataclass(frozen=True, slots=True)
class Masthead:
    """What identifies a report. `notice` says what a public version leaves out."""

    title: str
    summary: str
    classification: str
    file: str
    digest: str
    commit: str
    date: str
    iso_date: str
    owner: str
    reviewed: str
    valid: str
    size: str
    reviewers: str
    overdue: bool
    notice: str = ""

    @property
    def stamp(self) -> str:
        """Digest, commit and date in one line."""
        model = f"model {self.digest[:SHORT_DIGEST]} · " if self.digest else ""
        commit = f"commit {self.commit[:SHORT_COMMIT]} · " if self.commit else ""
        return f"{model}{commit}{self.date}"


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything in a report, in its order."""

    head: Masthead
    verdict: overview.Verdict
    tallies: tuple[overview.Tally, ...]
    stakes: tuple[registers.DataView, ...]
    risks: tuple[threats.FindingView, ...]
    steps: tuple[overview.Step, ...]
    edition: Edition
    diagram: Diagram
    diagram_lead: str
    views: tuple[View, ...]
    attack: AttackView
    findings: tuple[threats.FindingView, ...]
    rules: tuple[threats.RuleView, ...]
    questions: tuple[registers.QuestionView, ...]
    decisions: tuple[registers.DecisionView, ...]
    evidence: tuple[proofs.EvidenceView, ...]
    elements: tuple[registers.ElementView, ...]
    flows: tuple[registers.FlowView, ...]
    data: tuple[registers.DataView, ...]
    colophon: str
    assurance: AssuranceView
    coverage: CoverageView
    trend: Trend | None

    @property
    def verified(self) -> bool:
        """Whether evidence was read, so that verified severities stand beside the declared ones."""
        return any(len(finding.severities) > 2 for finding in self.findings)  # noqa: PLR2004 - inherent and declared


def view(assessment: Assessment, edition: Edition = STANDARD) -> ReportView:
    """The report of an assessment in an edition."""
    from threatdsl.report.public import public  # it works on what this module makes

    whole = _whole(assessment, edition)
    return public(whole) if edition.public else whole


def _whole(assessment: Assessment, edition: Edition) -> ReportView:
    model, diagram = assessment.model, plan(assessment)
    paths = attack_paths(assessment)
    findings = tuple(threats.finding_view(assessment, assessed) for assessed in assessment.findings)
    data = registers.data_views(model, diagram)
    decisions = [registers.decision_view(assessment, decision) for decision in assessment.decisions]
    decisions += [registers.switch_view(assessment, switch) for switch in assessment.switches]
    return ReportView(
        head=_masthead(assessment),
        verdict=overview.verdict(assessment, title(model.head)),
        tallies=overview.tallies(assessment),
        stakes=overview.at_stake(data),
        risks=overview.risks(findings),
        steps=overview.first_steps(findings),
        diagram=diagram,
        edition=edition,
        diagram_lead=_lead(diagram),
        views=views(assessment, paths, diagram),
        attack=attack_view(assessment, paths),
        findings=findings,
        rules=threats.rule_views(assessment, findings),
        questions=tuple(registers.question_view(model, question) for question in assessment.questions),
        decisions=tuple(sorted(decisions, key=lambda decision: decision.left)),
        evidence=tuple(proofs.evidence_view(assessment, ruling) for ruling in assessment.evidence.rulings),
        elements=registers.element_views(model, diagram),
        flows=registers.flow_views(model, diagram),
        data=data,
        colophon=_colophon(assessment),
        assurance=assurance(assessment),
        coverage=coverage(assessment),
        trend=trend(assessment),
    )


def _masthead(assessment: Assessment) -> Masthead:
    model, head = assessment.model, assessment.model.head
    reviewed, interval = head.value("reviewed"), head.value("review-every")
    end = reviewed + interval if isinstance(reviewed, date) and isinstance(interval, timedelta) else None
    overdue = end is not None and end < assessment.now
    return Masthead(
        title=title(head),
        summary=" ".join(clean(head.text("summary")).split()),
        classification=clean(head.text("classification")),
        file=clean(model.file),
        digest=model.digest,
        commit=clean(assessment.commit),
        date=day(assessment.now),
        iso_date=assessment.now.isoformat(),
        owner=clean(head.text("owner")),
        reviewed=day(reviewed) if isinstance(reviewed, date) else "",
        valid=_valid(end, overdue=overdue),
        size=_size(model),
        reviewers=listed([clean(str(name)) for name in head.items("reviewers")]),
        overdue=overdue,
    )


def _valid(end: date | None, *, overdue: bool) -> str:
    """Until when the last review holds, empty where nobody says how often there is one."""
    if end is None:
        return ""
    return f"{day(end)}: a review is due" if overdue else f"{day(end)}, or the next change of meaning if that is sooner"


def _size(model: Model) -> str:
    counts = ((model.elements, "element", "elements"), (model.flows, "flow", "flows"))
    parts = [f"{len(things)} {verb(len(things), one, many)}" for things, one, many in counts]
    zones = len(model.boundaries)
    return ", ".join((*parts, f"{zones} trust {verb(zones, 'boundary', 'boundaries')}"))


def _lead(diagram: Diagram) -> str:
    states = [arrow.protection for arrow in diagram.arrows]
    return overview.diagram_lead(
        crossing=sum(arrow.crosses for arrow in diagram.arrows),
        flows=len(states),
        clear=states.count(Protection.CLEAR),
        unstated=states.count(Protection.UNSTATED),
    )


def _colophon(assessment: Assessment) -> str:
    """Who made the report from what, and whose catalogues it cites."""
    files = {thing.span.file for thing in assessment.model.things.values()} - {assessment.model.file}
    own = sorted(file for file in files if not file.startswith("threatdsl:"))
    applied = {assessed.finding.rule.id for assessed in assessment.findings if assessed.outcome is not Outcome.QUESTION}
    source = clean(assessment.model.file) + (f" and {counted(len(own), 'imported file')}" if own else "")
    rules = f"{len(applied)} of {len(assessment.rules)} rules applied"
    made = f"Written by threatdsl {version('threatdsl')} from {source}; {rules}"
    same = "The same inputs give the same document, byte for byte."
    return " ".join((sentence(made), *_sources(assessment), same))


def _sources(assessment: Assessment) -> Iterator[str]:
    """The reference data that cited ids were checked against, in which version, and whose it is."""
    catalogues = assessment.catalogues
    versions = catalogues.versions(assessment.references)
    if versions:
        names = [clean(f"{catalogues[name].about.name} {version}") for name, version in versions.items()]
        yield f"All cited ids were checked against {listed(names)}."
    marks = [SCHEMES[name].name for name in OF_MITRE if name in versions]
    if marks:
        yield MITRE.format(listed(marks), verb(len(marks), "is a trademark", "are trademarks"))
    if "asvs" in versions:
        yield OWASP
