"""Verdicts: what a check says of its control classes at a place."""

from datetime import datetime
from enum import StrEnum

import msgspec

from threatdsl.evidence.check import Check
from threatdsl.evidence.observation import Observation
from threatdsl.model.things import Refutation


class Verdict(StrEnum):
    """What evidence says of a control at a place. The worst first."""

    REFUTED = "refuted"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    STALE = "stale"
    ACCEPTED = "accepted"
    NOT_APPLICABLE = "not-applicable"
    INHERITED = "inherited"
    PROVEN = "proven"


REFUTING = (Verdict.REFUTED, Verdict.CONFLICT)
PROVING = (Verdict.PROVEN, Verdict.INHERITED)


class Ruling(msgspec.Struct, frozen=True):
    """The verdict of one check at one place: `why` in words, `deciding` the observations behind it, at most ten.

    `time` is when the result was collected, None where nobody says; `commit` and `run_url` are those of its envelope.
    `alone` is the verdict without the other checks, where one of them disagrees, else None.
    """

    check: Check
    place: str
    verdict: Verdict
    why: str
    deciding: tuple[Observation, ...] = ()
    time: datetime | None = None
    commit: str = ""
    run_url: str = ""
    alone: Verdict | None = None

    @property
    def own(self) -> Verdict:
        """What the check says by itself: a conflict is about the classes and environments of both checks, no more."""
        return self.alone or self.verdict


class Evidence(msgspec.Struct, frozen=True):
    """The verdicts of all checks: each check at each of its places, in order of declaration."""

    rulings: tuple[Ruling, ...] = ()

    @property
    def refutations(self) -> tuple[Refutation, ...]:
        """What it says against control classes, for the rules to see."""
        return tuple(
            Refutation(r.place, class_, r.check.id, r.check.environment, r.why, r.check.span)
            for r in self.rulings
            if r.own in REFUTING
            for class_ in r.check.classes
        )

    def proves(self, control_class: str, places: frozenset[str], environment: str) -> bool:
        """Whether a class is proven or inherited at one of some places in an environment (empty: in all).

        Nothing is where a check disagrees.
        """
        about = [
            r.own
            for r in self.rulings
            if control_class in r.check.classes and r.place in places and r.check.environment in ("", environment)
        ]
        return any(verdict in PROVING for verdict in about) and not any(verdict in REFUTING for verdict in about)
