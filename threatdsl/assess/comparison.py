"""What a change did to a result: the words in which a baseline and the model of the change are compared."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.level import Level
from threatdsl.rules.finding import Finding, Outcome


class Change(StrEnum):
    """What became of a finding since the baseline. The worst first."""

    NEW = "new"
    WORSE = "worse"
    UNDEFENDED = "undefended"  # a defence that held it is gone
    KEPT = "kept"  # it would have improved by silence, and keeps its outcome
    CLAIMED = "gone by claim"  # a statement without proof closes it
    UNCHANGED = "unchanged"
    BETTER = "better"


WORSENED = (Change.NEW, Change.WORSE, Change.UNDEFENDED, Change.KEPT, Change.CLAIMED)


class Fixed(msgspec.Struct, frozen=True):
    """A finding to act on in the baseline that is proven, decided or without its cause now. `why` says which."""

    finding: Finding
    level: Level
    why: str


class RemovedDefence(msgspec.Struct, frozen=True):
    """A control class that guarded a place in the baseline, and guards it no longer."""

    place: str
    control_class: str
    span: Span


class Pending(msgspec.Struct, frozen=True):
    """What a change says for itself: counted only after it is merged. `what` is a line of the model in words."""

    what: str
    span: Span


class Before(msgspec.Struct, frozen=True):
    """What a finding was in the baseline, by its declared severity."""

    outcome: Outcome
    level: Level


class Comparison(msgspec.Struct, frozen=True):
    """A result beside its baseline.

    `baseline` says what it is compared with: a revision, or the file of a saved result. `changes` has each finding of
    the assessment by id, `why` a sentence for those that were kept, claimed or got worse, `before` what they were if
    they were there. `unbound` is what elements are bound to no longer, although it is still there. `files` are the
    names that spans in files of the baseline have: nothing in the checked-out tree.
    """

    baseline: str
    changes: Mapping[str, Change]
    why: Mapping[str, str]
    fixed: tuple[Fixed, ...]
    removed: tuple[RemovedDefence, ...]
    pending: tuple[Pending, ...]
    files: frozenset[str] = frozenset()
    before: Mapping[str, Before] = msgspec.field(default_factory=dict)
    unbound: tuple[Pending, ...] = ()
