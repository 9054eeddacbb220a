"""The assessment: what reports show and the gate decides."""

from collections.abc import Mapping
from datetime import date

import msgspec

from threatdsl.assess.comparison import Comparison
from threatdsl.diagnostics import Diagnostic
from threatdsl.evidence.verdict import Evidence
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.things import Decision, Switch
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.finding import Finding, Outcome, Question, RuleInfo


class Score(msgspec.Struct, frozen=True):
    """Likelihood and impact, 1..5 each, the level of the two, and the terms: `L 4 = base 2 + exposed 2; I 4 = ...`.

    `name` is what the rating of the rule's pack calls the level.
    """

    likelihood: int
    impact: int
    level: Level
    terms: str
    name: str = ""

    @property
    def word(self) -> str:
        """What the level is called: by the pack, else as everywhere."""
        return self.name or self.level.word

    @property
    def words(self) -> str:
        """The same, with the level that gates and decisions know behind a name of the pack: `elevated (medium)`."""
        return self.word if self.word == self.level.word else f"{self.word} ({self.level.word})"


class SeverityViews(msgspec.Struct, frozen=True):
    """Inherent: without any control. Declared: with all stated controls. Verified: with what evidence supports.

    `verified` is None until evidence is read.
    """

    inherent: Score
    declared: Score
    verified: Score | None = None


class AssessedFinding(msgspec.Struct, frozen=True):
    """A finding after decisions: `outcome` is the finding's own unless a decision in force covers it."""

    finding: Finding
    outcome: Outcome
    severity: SeverityViews
    decision: Decision | None = None

    @property
    def id(self) -> str:
        """The finding's id."""
        return self.finding.id


class AssessedDecision(msgspec.Struct, frozen=True):
    """A decision with its state: in force, expired, stale (matches no finding), outgrown (above `at-most`)."""

    decision: Decision
    state: str
    finding: str | None


class AssessedSwitch(msgspec.Struct, frozen=True):
    """A `disable` with the rules that it switches off while it is in force. `pack` tells that it names a pack."""

    switch: Switch
    rules: tuple[RuleInfo, ...]
    pack: bool
    in_force: bool


class GateReason(msgspec.Struct, frozen=True):
    """One reason of the gate: `action` is fail or warn; `findings` the ids that it counts."""

    action: str
    text: str
    findings: tuple[str, ...] = ()


class Gate(msgspec.Struct, frozen=True):
    """Whether the pipeline goes on, under which policy, and why."""

    passed: bool
    policy: str
    reasons: tuple[GateReason, ...]


class Assessment(msgspec.Struct, frozen=True):
    """The one value that outputs are made from.

    `findings` are in risk order: verified (until then declared) severity, then open, unassessed, mitigated, decided;
    then STRIDE, rule and element. `rules` are those that were asked. `commit` is empty outside a repository.
    `catalogues` is the reference data that the cited ids were looked up in, `evidence` the verdicts of the checks,
    `comparison` what a change did, None where there is no baseline.
    """

    model: Model
    findings: tuple[AssessedFinding, ...]
    questions: tuple[Question, ...]
    decisions: tuple[AssessedDecision, ...]
    switches: tuple[AssessedSwitch, ...]
    rules: tuple[RuleInfo, ...]
    gate: Gate
    diagnostics: tuple[Diagnostic, ...]
    now: date
    commit: str
    counts: Mapping[Outcome, int]
    catalogues: Catalogues = msgspec.field(default_factory=Catalogues)
    evidence: Evidence = Evidence()
    comparison: Comparison | None = None

    @property
    def references(self) -> tuple[str, ...]:
        """All that the rules and the findings cite, each once."""
        rules = (*self.rules, *(assessed.finding.rule for assessed in self.findings))
        return tuple(dict.fromkeys(id_ for rule in rules for id_ in rule.references))
