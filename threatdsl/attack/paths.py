"""What attack paths are, as one value that reports are made from."""

import msgspec

from threatdsl.model.level import Level
from threatdsl.rules.finding import Outcome

WITH_AUTHORITY = ""  # the finding of a step that needs none: its source is trusted there


class Step(msgspec.Struct, frozen=True):
    """One step of an attacker: control of `source` gives control of `target`, or its data, over a flow.

    `reverse` when the step goes along what a call returns. `finding` is the id of the finding that makes it possible,
    empty where the authority of the source is enough; `outcome` and `likelihood` (1 to 5, by the most that is verified)
    are those of that finding, None and 5 without one; unassessed where a store may return the data and nobody said so.
    """

    source: str
    target: str
    flow: str
    reverse: bool = False
    finding: str = WITH_AUTHORITY
    outcome: Outcome | None = None
    likelihood: int = 5


class AttackPath(msgspec.Struct, frozen=True):
    """The shortest way from an entry to a data asset, at least one step long. The last step ends at the sink.

    `possible` when a step hangs on what nobody has said. `weakest` is the index of the step that is easiest to take;
    `level` that of the path: as likely as its hardest step, as bad as the loss of the data.
    """

    entry: str
    data: str
    steps: tuple[Step, ...]
    possible: bool
    weakest: int
    level: Level

    @property
    def sink(self) -> str:
        """The element where the data is reached."""
        return self.steps[-1].target

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements on the way, the entry first."""
        return (self.entry, *(step.target for step in self.steps))


class BlastRadius(msgspec.Struct, frozen=True):
    """What falls with an element: the elements that can be taken over from it, and the data at stake that is lost."""

    element: str
    elements: tuple[str, ...]
    data: tuple[str, ...]


class ChokePoint(msgspec.Struct, frozen=True):
    """An element on every way from all entries to some data; `paths` are the indices of the paths to that data."""

    element: str
    paths: tuple[int, ...]
    blast: BlastRadius


class Cut(msgspec.Struct, frozen=True):
    """A control class at a place (the id of an element or flow): the findings it mitigates and the paths it ends.

    `paths` are indices of paths whose entry then reaches their data no more, by any way.
    """

    control_class: str
    place: str
    findings: tuple[str, ...]
    paths: tuple[int, ...]


class AttackPaths(msgspec.Struct, frozen=True):
    """How the data at stake is reached.

    `entries` and `targets` are ids of elements and data, `targets` by impact, the worst first. `paths` come certain
    before possible, then by level, the worst first, then the shortest. `chokes` by the number of paths over them;
    `separating` is the smallest set of elements that keeps all entries from all targets, empty where there is no path;
    `blast` has the hundred elements with most to lose, the widest first; `cuts` the controls that end most paths first.
    `unsettled` are pairs of an entry and data without a path that answers to open questions may lead to one; `unkept`
    the targets of which the model does not say where they are kept, so that no path can end there.
    """

    entries: tuple[str, ...]
    targets: tuple[str, ...]
    paths: tuple[AttackPath, ...]
    chokes: tuple[ChokePoint, ...]
    separating: tuple[str, ...]
    blast: tuple[BlastRadius, ...]
    cuts: tuple[Cut, ...]
    unsettled: tuple[tuple[str, str], ...]
    unkept: tuple[str, ...]
