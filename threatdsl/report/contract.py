"""The contract of `check --format json`: docs/reference/result.schema.json is made of these types.

Fields may be added; none is renamed or removed while `SCHEMA` stays the same. The first line of each docstring is what
the schema says.
"""

from typing import Literal

import msgspec

from threatdsl.assess.comparison import Change
from threatdsl.attack.paths import BlastRadius, ChokePoint, Cut, Step
from threatdsl.diagnostics import Severity
from threatdsl.evidence.verdict import Verdict
from threatdsl.rules.finding import Outcome, Stride

Schema = Literal["threatdsl/result/1"]
SCHEMA: Schema = "threatdsl/result/1"


class ModelData(msgspec.Struct, frozen=True):
    """The model. The digest changes with the meaning and not with the layout."""

    name: str
    title: str | None
    file: str | None
    digest: str | None


class ScoreData(msgspec.Struct, frozen=True):
    """A severity with the terms that it was reckoned from."""

    level: str
    level_name: str
    likelihood: int
    impact: int
    terms: str


class SeverityData(msgspec.Struct, frozen=True):
    """Severity without any control, with all stated controls, and with proven controls."""

    inherent: ScoreData
    declared: ScoreData
    verified: ScoreData | None


class HopData(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """A step of a path."""

    source: str
    target: str
    over: str
    reverse: bool


class StepData(msgspec.Struct, frozen=True):
    """A clause that held, and where it is stated."""

    clause: str
    text: str
    places: tuple[str, ...]


class FindingData(msgspec.Struct, frozen=True):
    """A finding. `change` and `why` say what became of it since the baseline, and are null without one."""

    id: str
    rule: str
    title: str
    stride: Stride
    elements: tuple[str, ...]
    outcome: Outcome
    environments: dict[str, Outcome]
    severity: SeverityData
    file: str
    line: int
    column: int
    message: str
    fix: str
    references: tuple[str, ...]
    cwe: tuple[str, ...]
    controls: tuple[str, ...]
    at_stake: tuple[str, ...]
    path: tuple[HopData, ...]
    proof: tuple[StepData, ...]
    decision: str | None
    change: Change | None
    why: str | None


class QuestionData(msgspec.Struct, frozen=True):
    """A fact that is missing, and the findings that the answer settles."""

    element: str
    fact: str
    text: str
    settles: tuple[str, ...]
    file: str
    line: int
    column: int


class DecisionData(msgspec.Struct, frozen=True):
    """A decision with its state."""

    decision: str
    finding: str
    state: str
    until: str
    reason: str
    approved_by: str
    ticket: str
    file: str
    line: int


class SwitchData(msgspec.Struct, frozen=True):
    """A rule or a pack that is switched off until a day."""

    rule: str
    pack: bool
    rules: tuple[str, ...]
    until: str
    in_force: bool
    reason: str
    owner: str
    file: str
    line: int


class SubjectData(msgspec.Struct, frozen=True):
    """What a result of a tool is about."""

    kind: str
    id: str
    line: int | None


class ObservationData(msgspec.Struct, frozen=True):
    """A result of a tool."""

    rule: str
    outcome: str
    subjects: tuple[SubjectData, ...]


class RulingData(msgspec.Struct, frozen=True):
    """What a check of the pipeline says of a control at a place."""

    check: str
    place: str
    verdict: Verdict
    why: str
    control: str
    classes: tuple[str, ...]
    environment: str | None
    format: str
    result: str
    time: str | None
    commit: str | None
    run_url: str | None
    deciding: tuple[ObservationData, ...]
    file: str
    line: int


class ReasonData(msgspec.Struct, frozen=True):
    """A reason of the gate, with the findings that it counts."""

    action: str
    text: str
    findings: tuple[str, ...]


class GateData(msgspec.Struct, frozen=True):
    """Whether the pipeline goes on, under which policy, and why."""

    passed: bool
    policy: str | None
    reasons: tuple[ReasonData, ...]


class FixedData(msgspec.Struct, frozen=True):
    """A finding of the baseline that is no longer one to act on."""

    id: str
    rule: str
    title: str
    level: str
    why: str


class RemovedData(msgspec.Struct, frozen=True):
    """A defence of the baseline that is gone; `file` and `line` are its place in the baseline."""

    place: str
    control_class: str
    file: str
    line: int


class PendingData(msgspec.Struct, frozen=True):
    """What the change says for itself, counted only after it is merged; or what it is bound to no longer."""

    what: str
    file: str
    line: int


class ComparisonData(msgspec.Struct, frozen=True):
    """What a change did to the result of a baseline."""

    baseline: str
    fixed: tuple[FixedData, ...]
    removed: tuple[RemovedData, ...]
    unbound: tuple[PendingData, ...]
    pending: tuple[PendingData, ...]


class SourceData(msgspec.Struct, frozen=True):
    """A file of the model, by its name from the root of the repository, with its text."""

    file: str
    text: str


class RelatedData(msgspec.Struct, frozen=True):
    """Another place that explains a problem."""

    message: str
    file: str
    line: int
    column: int


class DiagnosticData(msgspec.Struct, frozen=True):
    """Something that is wrong with the input."""

    code: str
    severity: Severity
    message: str
    file: str
    line: int
    column: int
    help: str
    related: tuple[RelatedData, ...]


class AttackPathData(msgspec.Struct, frozen=True):
    """A way from an entry to a data asset. `weakest` is the index of its easiest step."""

    entry: str
    data: str
    steps: tuple[Step, ...]
    possible: bool
    weakest: int
    level: str


class AttackPathsData(msgspec.Struct, frozen=True):
    """How the data at stake is reached, as `threatdsl paths --format json` says it."""

    lead: str
    entries: tuple[str, ...]
    targets: tuple[str, ...]
    paths: tuple[AttackPathData, ...]
    chokes: tuple[ChokePoint, ...]
    separating: tuple[str, ...]
    blast: tuple[BlastRadius, ...]
    cuts: tuple[Cut, ...]


class Result(msgspec.Struct, frozen=True):
    """The result of a check of one model. Only a report has `attack_paths`."""

    schema: Schema
    model: ModelData
    now: str | None
    commit: str | None
    references: dict[str, str]
    findings: tuple[FindingData, ...]
    questions: tuple[QuestionData, ...]
    decisions: tuple[DecisionData, ...]
    switches: tuple[SwitchData, ...]
    evidence: tuple[RulingData, ...]
    gate: GateData
    diagnostics: tuple[DiagnosticData, ...]
    baseline: ComparisonData | None
    sources: tuple[SourceData, ...]
    attack_paths: AttackPathsData | msgspec.UnsetType = msgspec.UNSET
