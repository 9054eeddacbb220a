"""Attack paths as a report shows them."""

from dataclasses import dataclass

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.cuts import MOST_THINGS
from threatdsl.attack.paths import AttackPath, AttackPaths, ChokePoint, Step
from threatdsl.model.model import Model
from threatdsl.model.things import Flow
from threatdsl.model.titles import isolated
from threatdsl.report.diagram.dfd import notation
from threatdsl.report.diagram.protection import on_the_wire
from threatdsl.report.names import anchor, called
from threatdsl.report.words import capital, clean, clipped, counted, listed, number, verb
from threatdsl.rules.finding import Outcome


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


MOST_PATHS, MOST_BLASTS, LONGEST_NOTE = 20, 10, 60
NOTHING = "No way leads from where attacks begin to the data at stake."
NOTHING_YET = "As far as the model says, no way leads from where attacks begin to the data at stake."
NOWHERE = "The model does not say where the data at stake is kept, so no attack path can be told."
NO_ENTRIES = "The model names nowhere that attacks begin: no untrusted element, and no adversary."
NO_TARGETS = "No data of the model is classified, so nothing is known to be at stake."


def attack_view(assessment: Assessment, paths: AttackPaths) -> AttackView:
    """What a reader is told of attack paths."""
    model = assessment.model
    if not paths.paths:
        return AttackView(lead_of(paths), (), (), "", "", ())
    shown = range(min(len(paths.paths), MOST_PATHS))
    return AttackView(
        lead=lead_of(paths) + (f" The first {MOST_PATHS} are shown." if len(paths.paths) > MOST_PATHS else ""),
        paths=tuple(_path_view(assessment, paths.paths[number], number + 1) for number in shown),
        chokes=tuple(_choke_view(model, choke, paths) for choke in paths.chokes),
        separating=separating_sentence(model, paths),
        best=best_sentence(model, paths),
        blast=tuple(
            BlastView(radius.element, called(model, radius.element), len(radius.elements), _all(model, radius.data))
            for radius in paths.blast[:MOST_BLASTS]
        ),
    )


def lead_of(paths: AttackPaths) -> str:
    """How many paths there are, how many are only possible, how many may come; why there is none."""
    may_come = len(paths.unsettled)
    if not paths.paths and may_come:
        return f"{NOTHING_YET} Answers to open questions may show {counted(may_come, 'attack path')}.{_unkept(paths)}"
    if not paths.paths:
        if not paths.entries or not paths.targets:
            return NO_TARGETS if paths.entries else NO_ENTRIES
        return NOWHERE if len(paths.unkept) == len(paths.targets) else f"{NOTHING}{_unkept(paths)}"
    total, possible = len(paths.paths), sum(path.possible for path in paths.paths)
    reach = verb(total, "leads", "lead")
    lead = f"{capital(counted(total, 'attack path'))} {reach} from where attacks begin to data at stake."
    if possible:
        which = "It" if total == 1 else "All" if possible == total else capital(number(possible))
        lead += f" {which} {verb(possible, 'hangs', 'hang')} on facts that nobody has stated."
    if may_come:
        lead += f" Answers to open questions may show {number(may_come)} more."
    return f"{lead}{_unkept(paths)}"


def _unkept(paths: AttackPaths) -> str:
    """That no path can be told to data of which nobody has stated where it is kept; empty where all is stated."""
    if not paths.unkept:
        return ""
    which = f"{number(len(paths.unkept))} of {counted(len(paths.targets), 'data asset')} at stake"
    them = verb(len(paths.unkept), "it is", "they are")
    return f" Of {which} the model does not say where {them} kept, so no path can lead there."


def separating_sentence(model: Model, paths: AttackPaths) -> str:
    """The smallest set of elements that cuts all ways, as a sentence; empty where there is none."""
    if not paths.separating:
        return ""
    names = _all(model, paths.separating)
    if len(paths.separating) == 1:
        return f"{names} alone stands between all entries and the data at stake."
    return f"{names} together stand between all entries and the data at stake; no smaller set does."


def best_sentence(model: Model, paths: AttackPaths) -> str:
    """The control that ends most paths, as a sentence."""
    if not paths.cuts:
        return _why_uncut(model, paths)
    cut, total = paths.cuts[0], len(paths.paths)
    ended = "every path" if len(cut.paths) == total else f"{number(len(cut.paths))} of {number(total)} paths"
    return f"{cut.control_class} on {called(model, cut.place)} ends {ended}."


def _why_uncut(model: Model, paths: AttackPaths) -> str:
    """Why no control is named: none was tried, or each that was tried leaves another way."""
    if len(model.things) > MOST_THINGS:
        return f"Single controls are tried in models of up to {MOST_THINGS:,} things; this one has more."
    if not any(step.finding for path in paths.paths for step in path.steps):
        return "No single control ends a path: every step has the authority of the one before."
    return "No single control ends a path: whichever was tried, another way to the same data was left."


def path_title(model: Model, path: AttackPath) -> str:
    """What a path is called."""
    return f"From {isolated(called(model, path.entry))} to {isolated(called(model, path.data))}"


def note_of(assessment: Assessment, step: Step) -> str:
    """What makes a step possible, short; with a question mark where nobody has stated it."""
    if not step.finding:
        authority = f"with the authority of {called(assessment.model, step.source)}"
        return authority if step.outcome is None else f"{authority}, if the call returns it"
    found = next((found for found in assessment.findings if found.id == step.finding), None)
    text = clipped(clean(found.finding.rule.title if found is not None else step.finding), LONGEST_NOTE)
    return f"{text}?" if step.outcome is Outcome.UNASSESSED else text


def _path_view(assessment: Assessment, path: AttackPath, number_: int) -> PathView:
    model = assessment.model
    flows = {flow.id: place for place, flow in enumerate(model.flows, 1)}
    hops = tuple(
        HopView(
            number=flows[step.flow],
            flow=step.flow,
            reverse=step.reverse,
            note=f"by its answer: {note_of(assessment, step)}" if step.reverse else note_of(assessment, step),
            finding=f"finding-{anchor(step.finding)}" if step.finding else "",
            protection=_protection(model, step.flow),
            weakest=index == path.weakest,
        )
        for index, step in enumerate(path.steps)
    )
    stops = tuple(StopView(id_, notation(model, model.things[id_]), called(model, id_)) for id_ in path.elements)
    things = tuple(dict.fromkeys((*path.elements, *(step.flow for step in path.steps))))
    title, level = path_title(model, path), path.level
    sentence = _sentence(assessment, path)
    data = called(model, path.data)
    return PathView(number_, title, data, level.word, int(level), path.possible, stops, hops, things, sentence)


def _protection(model: Model, id_: str) -> str:
    flow = model.things[id_]
    return on_the_wire(model, flow).value if isinstance(flow, Flow) else "unstated"


def _sentence(assessment: Assessment, path: AttackPath) -> str:
    steps, weakest = counted(len(path.steps), "step"), path.steps[path.weakest]
    source, target = (isolated(called(assessment.model, id_)) for id_ in (weakest.source, weakest.target))
    where = f"{source} to {target}"
    sure = "possible, as nobody has stated all that it hangs on" if path.possible else "open"
    return f"{capital(steps)}, {sure}. The easiest is from {where}: {note_of(assessment, weakest)}"


def _choke_view(model: Model, choke: ChokePoint, paths: AttackPaths) -> ChokeView:
    elements, data = counted(len(choke.blast.elements), "further element"), _all(model, choke.blast.data)
    ending = next((cut for cut in paths.cuts if cut.place == choke.element), None)
    control = ""
    if ending is not None:
        control = f"{ending.control_class} here ends {counted(len(ending.paths), 'path')}."
    numbers = tuple(index + 1 for index in choke.paths if index < MOST_PATHS)
    return ChokeView(called(model, choke.element), numbers, f"{elements}; {data}", control)


def _all(model: Model, ids: tuple[str, ...]) -> str:
    return listed([isolated(called(model, id_)) for id_ in ids])
