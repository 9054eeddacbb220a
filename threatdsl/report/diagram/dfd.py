"""The data-flow diagram of a model, before it is laid out: zones, nodes and arrows with all that is written on them."""

from dataclasses import dataclass
from functools import partial

from threatdsl.assess.assessment import Assessment
from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Thing
from threatdsl.report.diagram.palette import Tint, tint
from threatdsl.report.diagram.protection import Judge, Protection, on_the_wire
from threatdsl.report.names import ARROW, anchor, called, local, title
from threatdsl.report.words import clean
from threatdsl.rules.finding import Outcome
from threatdsl.rules.guards import Guards

NOTATIONS = (
    ("queue", "queue"),
    ("datastore", "store"),
    ("external-entity", "external"),
    ("process", "process"),
    ("port", "port"),
)
MANY_FLOWS = 20  # above, a flow shows its number only, and a table of flows says the rest
MOST_WORDS = 56  # elements, and flows twice: above, a sheet of paper has no room for the words of flows


@dataclass(frozen=True, slots=True)
class Badge:
    """The ids of the findings that name a thing and ask for action, and their numbers."""

    open_ids: frozenset[str] = frozenset()
    unassessed_ids: frozenset[str] = frozenset()

    @property
    def open(self) -> int:
        """How many are open."""
        return len(self.open_ids)

    @property
    def unassessed(self) -> int:
        """How many nobody has assessed."""
        return len(self.unassessed_ids)

    def joined(self, *others: "Badge") -> "Badge":
        """The findings of several things, each once."""
        return Badge(
            self.open_ids.union(*(other.open_ids for other in others)),
            self.unassessed_ids.union(*(other.unassessed_ids for other in others)),
        )


NO_BADGE = Badge()


@dataclass(frozen=True, slots=True)
class Zone:
    """A trust boundary. `trust` is the word shown beside its title, `parent` the id of the zone around it."""

    id: str
    title: str
    trust: str
    rank: int | None
    tint: Tint
    parent: str | None

    @property
    def anchor(self) -> str:
        """Its id in the drawing."""
        return f"b-{anchor(self.id)}"


@dataclass(frozen=True, slots=True)
class Node:
    """An element. `notation` is external, process, port, store or queue; `zone` the id of the boundary around it.

    A stub (`notation` is stub) stands for several elements: their ids are in `members`, `view` is where they are drawn
    in full. What is `muted` is there for orientation only.
    """

    id: str
    notation: str
    kind: str
    title: str
    technology: str
    zone: str | None
    rank: int | None
    badge: Badge
    members: tuple[str, ...] = ()
    view: str = ""
    muted: bool = False

    @property
    def anchor(self) -> str:
        """Its id in the drawing."""
        return f"el-{anchor(self.id)}"

    @property
    def ids(self) -> tuple[str, ...]:
        """The elements of the model that it shows."""
        return self.members or (self.id,)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the flows that an arrow stands for; `way` names its ends in the model, whatever stub they stand in."""

    number: int
    id: str
    title: str
    way: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A flow in call direction. `number` counts from 1 in order of declaration; `zone` holds both its ends.

    An arrow that stands for several flows has them in `parts`, and the id and number of the first. `hop` says what a
    step of an attack path hangs on; what is `muted` is there for orientation only.
    """

    id: str
    number: int
    source: str
    target: str
    title: str
    details: tuple[str, ...]
    protection: Protection
    crosses: bool
    zone: str | None
    badge: Badge
    way: str
    parts: tuple[Part, ...] = ()
    hop: str = ""
    muted: bool = False

    @property
    def anchor(self) -> str:
        """The id of its label in the drawing; those of its two lines end in -a and -b."""
        return f"flow-{self.number}"

    @property
    def flows(self) -> tuple[Part, ...]:
        """The flows that it stands for, at least one."""
        return self.parts or (Part(self.number, self.id, self.title, self.way),)


@dataclass(frozen=True, slots=True)
class Diagram:
    """All that is drawn, in order of declaration."""

    title: str
    zones: tuple[Zone, ...]
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]

    @property
    def terse(self) -> bool:
        """Whether flows show their number only."""
        worded = sum(not arrow.muted for arrow in self.arrows)
        return worded > MANY_FLOWS or len(self.nodes) + 2 * worded > MOST_WORDS


def plan(assessment: Assessment, judge: Judge | None = None) -> Diagram:
    """What the diagram of an assessed model shows."""
    model = assessment.model
    judge = judge or partial(on_the_wire, guards=Guards(model))
    badges = _badges(assessment)
    drawn = {thing.id: thing for thing in model.elements}
    drawn |= {id_: model.things[id_] for flow in model.flows for id_ in (flow.source, flow.target) if id_ not in drawn}
    return Diagram(
        title=title(model.head),
        zones=tuple(_zone(model, boundary) for boundary in model.boundaries),
        nodes=tuple(_node(model, thing, badges) for thing in drawn.values()),
        arrows=tuple(_arrow(model, flow, number, badges, judge) for number, flow in enumerate(model.flows, 1)),
    )


def notation(model: Model, thing: Thing) -> str:
    """How a data-flow diagram draws the element: external, process, port, store or queue."""
    ancestors = model.vocabulary.kinds[thing.kind].ancestors
    return next((drawn for kind, drawn in NOTATIONS if kind in ancestors), "process")


def flow_details(model: Model, flow: Flow) -> tuple[str, ...]:
    """Protocol, data and way of a flow, each as the model names it, without what nobody stated."""
    data = tuple(dict.fromkeys(local(str(item)) for name in ("carries", "returns") for item in flow.items(name)))
    shown = ", ".join(data[:3]) + (f" +{len(data) - 3}" if len(data) > 3 else "")  # noqa: PLR2004 - what fits a label
    via = ", ".join(called(model, str(item)) for item in flow.items("via"))
    protocol = flow.text("protocol")
    return tuple(clean(part) for part in (local(protocol), shown, f"via {via}" if via else "") if part)


def _badges(assessment: Assessment) -> dict[str, Badge]:
    found: dict[str, dict[Outcome, set[str]]] = {}
    for assessed in assessment.findings:
        for id_ in assessed.finding.elements:
            found.setdefault(id_, {}).setdefault(assessed.outcome, set()).add(assessed.finding.id)
    return {
        id_: Badge(frozenset(ids.get(Outcome.OPEN, ())), frozenset(ids.get(Outcome.UNASSESSED, ())))
        for id_, ids in found.items()
    }


def _zone(model: Model, boundary: Thing) -> Zone:
    trust = model.graph.trust.get(boundary.id)
    around = model.graph.boundaries.get(boundary.id, ())
    return Zone(
        id=boundary.id,
        title=title(boundary),
        trust=trust.text if trust else "trust not stated",
        rank=trust.rank if trust else None,
        tint=tint(model.vocabulary, trust),
        parent=around[0] if around else None,
    )


def _node(model: Model, thing: Thing, badges: dict[str, Badge]) -> Node:
    around = model.graph.boundaries.get(thing.id, ())
    trust = model.graph.trust.get(thing.id)
    return Node(
        id=thing.id,
        notation=notation(model, thing),
        kind=local(thing.kind),
        title=title(thing),
        technology=clean(thing.text("technology")),
        zone=around[0] if around else None,
        rank=trust.rank if trust else None,
        badge=badges.get(thing.id, NO_BADGE),
    )


def _arrow(model: Model, flow: Flow, number: int, badges: dict[str, Badge], judge: Judge) -> Arrow:
    source = model.graph.boundaries.get(flow.source, ())
    target = model.graph.boundaries.get(flow.target, ())
    return Arrow(
        id=flow.id,
        number=number,
        source=flow.source,
        target=flow.target,
        title=clean(flow.title).strip(),
        details=flow_details(model, flow),
        protection=judge(model, flow),
        crosses=flow.id in model.graph.crossing,
        zone=next((id_ for id_ in source if id_ in target), None),
        badge=badges.get(flow.id, NO_BADGE),
        way=f"{title(model.things[flow.source])}{ARROW}{title(model.things[flow.target])}",
    )
