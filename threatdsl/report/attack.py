"""Attack paths as a report shows them."""

from dataclasses import dataclass

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPaths


@dataclass(frozen=True, slots=True)
class StopView:
    """An element on a path: `notation` is external, process, store or queue."""

    id: str
    notation: str
    title: str


@dataclass(frozen=True, slots=True)
class HopView:
    """A step of a path: the number of its flow, what makes it possible or holds it, and how it is drawn.

    `note` is short (`second factor refuted`, `caller not verified?`), `finding` the anchor of its finding, empty where
    there is none. `protection` is that of the flow: fine, clear or unstated.
    """

    number: int
    flow: str
    reverse: bool
    note: str
    finding: str
    protection: str
    weakest: bool


@dataclass(frozen=True, slots=True)
class PathView:
    """A path with its stops, one more than its hops. `name` is its view in the diagram, `things` all ids on the way.

    `level` and `step` are its severity in words and as 1 to 5.
    """

    number: int
    title: str
    data: str
    level: str
    step: int
    possible: bool
    stops: tuple[StopView, ...]
    hops: tuple[HopView, ...]
    things: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class ChokeView:
    """A choke point: the numbers of the paths over it, what falls with it, and what one control there would do."""

    title: str
    paths: tuple[int, ...]
    blast: str
    control: str


@dataclass(frozen=True, slots=True)
class BlastView:
    """What falls with an element."""

    id: str
    title: str
    elements: int
    data: str


@dataclass(frozen=True, slots=True)
class AttackView:
    """All that is said of attack paths. `lead` is one or two sentences, `separating` one about the smallest cut."""

    lead: str
    paths: tuple[PathView, ...]
    chokes: tuple[ChokeView, ...]
    separating: str
    best: str
    blast: tuple[BlastView, ...]


def attack_view(assessment: Assessment, paths: AttackPaths) -> AttackView:
    """What a reader is told of attack paths."""
    lead = "No way leads from where attacks begin to the data at stake."
    if not assessment.model.graph.entries or not paths.paths:
        return AttackView(lead, (), (), "", "", ())
    return AttackView(lead, (), (), "", "", ())
