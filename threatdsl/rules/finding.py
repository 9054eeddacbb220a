"""What the rules say of a model."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from threatdsl.diagnostics import Span


class Stride(StrEnum):
    """The six letters of STRIDE, in their order."""

    SPOOFING = "spoofing"
    TAMPERING = "tampering"
    REPUDIATION = "repudiation"
    DISCLOSURE = "information-disclosure"
    DENIAL = "denial-of-service"
    ELEVATION = "elevation-of-privilege"


class Outcome(StrEnum):
    """What a rule says of its elements, and what a decision makes of it. docs/reference/outcomes.md."""

    OPEN = "open"
    UNASSESSED = "unassessed"
    QUESTION = "question"
    MITIGATED = "mitigated"
    VERIFIED = "verified"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    TRANSFERRED = "transferred"


class RuleInfo(msgspec.Struct, frozen=True):
    """A rule as reports show it.

    `references` are ids with their scheme: `CWE-319`, `CAPEC-158`, `T1040`, `SC-8`. `impact_of` is the property of the
    data that counts (confidentiality, integrity, availability), empty for what the STRIDE letter says. `no_control`
    says why a rule without `unless` and `avoiding` names no control.
    """

    id: str
    title: str
    stride: Stride
    likelihood: int
    text: str
    fix: str
    references: tuple[str, ...]
    span: Span
    impact_of: str = ""
    no_control: str = ""


class ProofStep(msgspec.Struct, frozen=True):
    """One line of a proof: the clause word (for, from, reaches, path, when, unless, but, so, ...) and what held.

    `spans` are the places where the facts are stated.
    """

    clause: str
    text: str
    spans: tuple[Span, ...] = ()


class Hop(msgspec.Struct, frozen=True):
    """One step of a path: from element to element over a flow (`reverse` when along what the call returns)."""

    source: str
    target: str
    edge: str
    reverse: bool = False


class Finding(msgspec.Struct, frozen=True):
    """A rule and the elements that witness it.

    `id` is `rule@element[,element]`. `elements` are ids of things, a flow being one. `at_stake` are the ids of data
    whose loss the finding is about, `impact` is set only where a person wrote it. `controls` are the controls and
    classes that mitigate it; `classes` the prevent classes that hold; `unstated` the facts that would tell whether it
    is mitigated, each the id of a thing and what nobody said of it. `environments` is None unless something of the
    model is limited to environments. `crossing`: whether the shortest way to the sink of a path, whatever guards it,
    crosses a boundary; a control that makes the path longer does not change what the threat is without controls.
    """

    id: str
    rule: RuleInfo
    elements: tuple[str, ...]
    outcome: Outcome
    message: str
    fix: str
    span: Span
    proof: tuple[ProofStep, ...]
    path: tuple[Hop, ...] = ()
    at_stake: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    unstated: tuple[tuple[str, str], ...] = ()
    environments: Mapping[str, Outcome] | None = None
    impact: int | None = None
    crossing: bool = False


class Change(msgspec.Struct, frozen=True):
    """One change to the text of a model: `text` takes the place of `span`.

    `verb` says it for a person: `add` a line to the braces that `span` stands in, `replace` a statement, `remove` one.
    `what` is the first word of that statement.
    """

    verb: str
    what: str
    text: str
    span: Span


class Answer(msgspec.Struct, frozen=True):
    """A way to answer a question: the changes to make, all of them, the one that answers last.

    `place` is the declaration it is about, `element` its head in words: `service gateway`. `hint` says what else the
    line may say, and without changes what to do instead.
    """

    element: str
    place: Span
    changes: tuple[Change, ...] = ()
    hint: str = ""


class Decides(StrEnum):
    """What the answer to a question tells: whether threats apply, or whether a control holds them."""

    APPLIES = "applies"
    HELD = "held"


class Question(msgspec.Struct, frozen=True):
    """A fact nobody stated, which decides about threats. `settles` are ids of findings that hang on it.

    `sentences` say, for each of those, what the answer would tell of it; they and `answers` are filled in by
    `threatdsl.rules.questions.ranked`.
    """

    element: str
    fact: str
    text: str
    settles: tuple[str, ...]
    span: Span
    decides: Decides = Decides.APPLIES
    sentences: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


class Analysis(msgspec.Struct, frozen=True):
    """All findings, in the order of rules and elements, and all questions, the most useful first."""

    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    rules: tuple[RuleInfo, ...]
