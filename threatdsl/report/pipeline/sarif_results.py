"""Findings as results of SARIF."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment, SeverityViews
from threatdsl.assess.comparison import Change, Fixed
from threatdsl.diagnostics import Span
from threatdsl.evidence.verdict import Ruling
from threatdsl.model.level import Level
from threatdsl.model.things import Decision
from threatdsl.report.deciding import deciding
from threatdsl.report.identity import fingerprint, oldest_names
from threatdsl.report.pipeline.sarif_places import Places, unlinked
from threatdsl.report.pipeline.sarif_rules import SCORES, WORDS
from threatdsl.report.plain import plain
from threatdsl.report.words import capital, sentence
from threatdsl.rules.finding import ACT, Finding, Outcome

MOST_HOPS, MOST_FACTS = 1000, 50
HELD = (Outcome.MITIGATED, Outcome.VERIFIED)
STATES = {Change.NEW: "new", Change.UNCHANGED: "unchanged", Change.KEPT: "unchanged"}  # all others are updated
Data = dict[str, Any]


class Related(msgspec.Struct, frozen=True):
    """A place beside a result: `label` is what the message calls it, `message` what stands there."""

    label: str
    message: str
    span: Span


class Results(msgspec.Struct, frozen=True):
    """What all results of a run need: the rules by place in its list, and what things were first called."""

    assessment: Assessment
    places: Places
    rules: Mapping[str, int]
    oldest: Mapping[str, str]

    def all(self) -> list[Data]:
        """To act on, decided, held, gone: each in risk order, since GitHub keeps only the first few thousand."""
        ordered = sorted(self.assessment.findings, key=lambda found: _rank(found.outcome))
        known = {found.id for found in ordered}
        comparison = self.assessment.comparison
        fixed = [fix for fix in comparison.fixed if fix.finding.id not in known] if comparison is not None else []
        made = [*map(self._result, ordered), *map(self._fixed, fixed)]
        if any("suppressions" in result for result in made):  # SARIF: for all results or for none
            made = [{"suppressions": [], **result} for result in made]
        return made

    def _result(self, assessed: AssessedFinding) -> Data:
        finding, held = assessed.finding, assessed.outcome in HELD
        rulings = deciding(self.assessment, assessed)
        related = list(self._related(finding, rulings))
        level = _counting(assessed.severity)
        made = {
            **self._base(finding),
            "kind": "pass" if held else "fail",
            "level": "none" if held else WORDS[level],
            "rank": SCORES[level] * 10,
            "message": {"text": self._message(assessed, rulings, related)},
            "relatedLocations": [self.places.location(r.span, r.message, n) for n, r in enumerate(related, 1)],
            "properties": _properties(assessed, rulings),
        }
        flow = self._code_flow(finding)
        if flow:
            made["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
        if assessed.decision is not None:
            made["suppressions"] = [self._suppression(assessed.decision)]
        comparison = self.assessment.comparison
        if comparison is not None and finding.id in comparison.changes:
            made["baselineState"] = STATES.get(comparison.changes[finding.id], "updated")
        return made

    def _fixed(self, fix: Fixed) -> Data:
        """A finding of the baseline that is gone."""
        text = f"Fixed: {sentence(unlinked(fix.finding.rule.title))} {sentence(capital(unlinked(fix.why)))}"
        return {
            **self._base(fix.finding),
            "kind": "notApplicable",
            "level": "none",
            "baselineState": "absent",
            "message": {"text": text},
            "properties": {"id": fix.finding.id, "severity": fix.level.word},
        }

    def _base(self, finding: Finding) -> Data:
        print_ = fingerprint(finding, self.oldest)
        span = finding.span if self.places.has(finding.span) else self.assessment.model.head.span
        return {
            "ruleId": finding.rule.id,
            "ruleIndex": self.rules[finding.rule.id],
            "locations": [self.places.location(span)],
            "partialFingerprints": {"primaryLocationLineHash": f"{print_}:1", "threatdsl/v1": print_},
        }

    def _related(self, finding: Finding, rulings: Iterable[Ruling]) -> Iterator[Related]:
        """The elements, the checks that decided, and where the facts of the proof are stated, each place once."""
        things = [self.assessment.model.things[id_] for id_ in finding.elements if id_ in self.assessment.model.things]
        named = [Related(_arrow(thing.id), f"{thing.kind} {_arrow(thing.id)}", thing.span) for thing in things]
        named += [Related(r.check.name, f"{r.verdict.value}: {r.why}", r.check.span) for r in rulings]
        steps = ((f"{step.clause}: {step.text}", span) for step in finding.proof for span in step.spans)
        seen = {one.span for one in named}
        facts: list[Related] = []
        for text, span in steps:
            if span not in seen and len(facts) < MOST_FACTS:
                seen.add(span)
                facts.append(Related(self._line(span, finding.span), text, span))
        yield from (one for one in (*named, *facts) if self.places.has(one.span))

    def _line(self, span: Span, beside: Span) -> str:
        """A line by its number, with the file where that is another one."""
        return f"line {span.line}" if span.file == beside.file else f"{self.places.path_of(span.file)}:{span.line}"

    def _message(self, assessed: AssessedFinding, rulings: Iterable[Ruling], related: Iterable[Related]) -> str:
        """What can happen, which alone is shown in lists; then why, what to do, and links to the places."""
        finding, comparison = assessed.finding, self.assessment.comparison
        sentences = [f"{unlinked(finding.message)}."]
        sentences += [f"{capital(r.check.name)} says {r.verdict.value}: {sentence(unlinked(r.why))}" for r in rulings]
        if comparison is not None and finding.id in comparison.why:
            sentences.append(sentence(capital(unlinked(comparison.why[finding.id]))))
        if finding.fix and assessed.outcome in ACT:
            sentences.append(sentence(f"Fix: {unlinked(finding.fix)}"))
        links = ", ".join(f"[{_bracketless(one.label)}]({number})" for number, one in enumerate(related, 1))
        return " ".join((*sentences, f"See {links}.") if links else sentences)

    def _code_flow(self, finding: Finding) -> list[Data]:
        """The way of a path: where it starts, and each hop."""
        things = self.assessment.model.things
        way = [(finding.path[0].source, finding.path[0].source)] if finding.path else []
        way += [(hop.edge, f"{hop.source} -> {hop.target}") for hop in finding.path]
        steps = ((things[id_].span, text) for id_, text in way if id_ in things)
        told = [(span, text) for span, text in steps if self.places.has(span)]
        return [{"location": self.places.location(span, text)} for span, text in told[:MOST_HOPS]]

    def _suppression(self, decision: Decision) -> Data:
        """A decision in force. `external`: it stands in the model, not in the code that a location is about."""
        made: Data = {"kind": "external", "status": "accepted"}
        reason = plain(decision.text("reason"))
        if reason:
            made["justification"] = reason
        if self.places.has(decision.span):
            made["location"] = self.places.location(decision.span)
        return {**made, "properties": {"decision": decision.verb, "until": str(decision.until)}}


def results_of(assessment: Assessment, places: Places, rules: Mapping[str, int]) -> list[Data]:
    """The results of a run, the worst first. `rules` are the places of rules in the run's list."""
    return Results(assessment, places, rules, oldest_names(assessment.model.former)).all()


def _rank(outcome: Outcome) -> int:
    return 0 if outcome in ACT else 2 if outcome in HELD else 1


def _counting(views: SeverityViews) -> Level:
    """The severity that counts: verified, until then declared."""
    return (views.verified or views.declared).level


def _properties(assessed: AssessedFinding, rulings: Iterable[Ruling]) -> Data:
    finding, views = assessed.finding, assessed.severity
    named = (("inherent", views.inherent), ("declared", views.declared), ("verified", views.verified))
    made: Data = {
        "id": finding.id,
        "outcome": assessed.outcome.value,
        "severity": {name: score.level.word for name, score in named if score is not None},
    }
    evidence = [{"check": r.check.id, "verdict": r.verdict.value, "why": plain(r.why)} for r in rulings]
    return {**made, "evidence": evidence} if evidence else made


def _arrow(id_: str) -> str:
    return id_.replace("->", " -> ")


def _bracketless(label: str) -> str:
    """The label without what would end it early."""
    return plain(label).replace("[", "(").replace("]", ")")
