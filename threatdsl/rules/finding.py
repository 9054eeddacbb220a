"""What the rules say of a model."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

from threatdsl.diagnostics import Span

FindingKey = tuple[str, tuple[str, ...]]  # a rule's id and its elements: what a finding is, however it is called


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


ACT = (Outcome.OPEN, Outcome.UNASSESSED)  # outcomes that somebody has to act on


class Gives(StrEnum):
    """What an attacker has after what a rule finds: control of the element, its data, or neither."""

    CONTROL = "control"
    DATA = "data"
    NOTHING = "nothing"


class RuleInfo(msgspec.Struct, frozen=True):
    """A rule as reports show it.

    `pack` is the library that holds it, empty for a rule of a model; `impact` replaces that of the data where it is
    set. `references` are ids with their scheme: `CWE-319`, `CAPEC-158`, `T1040`, `SC-8`. `impact_of` is the property of
    the data that counts (confidentiality, integrity, availability), empty for what the STRIDE letter says. `no_control`
    says why a rule without `unless` and `avoiding` names no control. `stated_gives` is what an
    attacker has afterwards where the rule says it.
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
    stated_gives: Gives | None = None
    no_control: str = ""
    pack: str = ""
    impact: int | None = None

    @property
    def gives(self) -> Gives:
        """What an attacker has after what it finds: as stated, else control after tampering and elevation."""
        if self.stated_gives is not None:
            return self.stated_gives
        return Gives.CONTROL if self.stride in (Stride.TAMPERING, Stride.ELEVATION) else Gives.NOTHING


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


class Account(Protocol):
    """What there is to tell of a finding: most is never read, so it may be worked out when it is."""

    @property
    def message(self) -> str:
        """What can happen, or what holds it."""

    @property
    def fix(self) -> str:
        """What to do about it."""

    @property
    def proof(self) -> tuple[ProofStep, ...]:
        """The clauses that held, with the facts and where they are stated."""

    @property
    def path(self) -> tuple[Hop, ...]:
        """The way from the source to the sink, empty where there is none."""

    @property
    def unstated(self) -> tuple[tuple[str, str], ...]:
        """The facts nobody stated that would tell whether it is mitigated: a thing's id, and a class or property."""


class Told(msgspec.Struct, frozen=True):
    """An account that is given whole."""

    message: str
    fix: str = ""
    proof: tuple[ProofStep, ...] = ()
    path: tuple[Hop, ...] = ()
    unstated: tuple[tuple[str, str], ...] = ()


class Finding(msgspec.Struct, frozen=True):
    """A rule and the elements that witness it.

    `id` is `rule@element[,element]`, or what the rule or its pack makes of it. `elements` are ids of things, a flow
    being one. `at_stake` are the ids of data whose loss the finding is about, `impact` is set only where a person wrote
    it. `controls` are the controls and classes that mitigate it; `classes` the prevent classes that hold.
    `environments` is None unless something of the model is limited to environments. `crossing`: whether the shortest
    way to the sink of a path, whatever guards it, crosses a boundary; a control that makes the path longer does not
    change what the threat is without controls.
    """

    id: str
    rule: RuleInfo
    elements: tuple[str, ...]
    outcome: Outcome
    span: Span
    account: Account
    at_stake: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    environments: Mapping[str, Outcome] | None = None
    impact: int | None = None
    crossing: bool = False

    @property
    def message(self) -> str:
        """What can happen, or what holds it."""
        return self.account.message

    @property
    def fix(self) -> str:
        """What to do about it."""
        return self.account.fix

    @property
    def proof(self) -> tuple[ProofStep, ...]:
        """The clauses that held, with the facts and where they are stated."""
        return self.account.proof

    @property
    def path(self) -> tuple[Hop, ...]:
        """The way from the source to the sink, empty where there is none."""
        return self.account.path

    @property
    def unstated(self) -> tuple[tuple[str, str], ...]:
        """The facts nobody stated that would tell whether it is mitigated: a thing's id, and a class or property."""
        return self.account.unstated

    @property
    def key(self) -> FindingKey:
        """Its rule and elements, by which decisions and tests find it."""
        return self.rule.id, self.elements


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
    """A fact nobody stated, which decides about threats.

    `settles` are ids of findings that hang on it, `findings` the rule and the elements of each. `sentences` say, for
    each of those, what the answer would tell of it; they and `answers` are filled in by
    `threatdsl.rules.questions.ranked`.
    """

    element: str
    fact: str
    text: str
    settles: tuple[str, ...]
    span: Span
    findings: tuple[FindingKey, ...] = ()
    decides: Decides = Decides.APPLIES
    sentences: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


class Analysis(msgspec.Struct, frozen=True):
    """All findings, in the order of rules and elements, and all questions, the most useful first."""

    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    rules: tuple[RuleInfo, ...]
