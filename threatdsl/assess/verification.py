"""What evidence makes of a mitigated finding, and of the control classes that its severity counts on."""

from collections.abc import Callable, Iterable, Iterator

from threatdsl.assess.lowering import Credit
from threatdsl.evidence.check import Check
from threatdsl.evidence.verdict import Evidence
from threatdsl.model.classes import classes_of
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import Thing
from threatdsl.model.vocabulary import ControlClass
from threatdsl.rules.finding import Finding, Outcome
from threatdsl.rules.guards import Guards, nearest_guards


def check_stated(model: Model, checks: Iterable[Check], problems: Problems) -> None:
    """Report checks of a control that nobody states at the places they look at."""
    guards = Guards(model)
    for check in checks:
        for place in check.on:
            if not any(_is_stated(guards, model.things[place], class_) for class_ in check.classes):
                problems.error(
                    "TM0704",
                    f"check `{check.id}` proves {check.control}, which is not stated on {place}",
                    check.span,
                    label="nothing to decide there",
                    help=f"add it to the `controls` of {place}, or take {place} out of `on`",
                )


def _is_stated(guards: Guards, place: Thing, control_class: str) -> bool:
    """Whether a place, or a flow that begins or ends there, is said to have a class."""
    model = guards.model
    stated = place.facts.get("controls")
    if stated is not None and control_class in classes_of(stated, model.things):
        return True
    touched = (place, *(flow for flow in model.flows if place.id in (flow.source, flow.target)))
    return any(guards.guard(thing, control_class).value is True for thing in touched)


def is_verified(guards: Guards, evidence: Evidence, finding: Finding) -> bool:
    """Whether a mitigated finding has, at each of its places and in each environment, a proven class that holds it."""
    if finding.outcome is not Outcome.MITIGATED or not finding.classes:
        return False
    return all(
        any(evidence.proves(class_, _speaking(guards, place, class_), environment) for class_ in finding.classes)
        for place in _places(guards, finding)
        for environment in _environments(guards, finding)
    )


def credit(guards: Guards, evidence: Evidence, finding: Finding) -> Callable[[ControlClass], Credit]:
    """How much of a stated class is believed: all where it is proven at each place, else half."""

    def of(class_: ControlClass) -> Credit:
        proven = all(
            evidence.proves(class_.name, _speaking(guards, place, class_.name), environment)
            for place in _places(guards, finding)
            for environment in _environments(guards, finding)
        )
        return Credit.FULL if proven else Credit.HALF

    return of


def _places(guards: Guards, finding: Finding) -> Iterator[Thing]:
    """The elements of a finding that controls can guard; where there are none, all of them, which nothing proves."""
    things = [guards.model.things[id_] for id_ in finding.elements]
    places = [thing for thing in things if not guards.model.vocabulary.is_a(thing.kind, "data")]
    yield from places or things


def _environments(guards: Guards, finding: Finding) -> tuple[str, ...]:
    """Those that the finding is in, else all of the model, else one without a name."""
    declared = tuple(thing.id for thing in guards.model.of_kind("environment"))
    return tuple(finding.environments or ()) or declared or ("",)


def _speaking(guards: Guards, place: Thing, control_class: str) -> frozenset[str]:
    """The places at which a proof counts for a place: itself, where the class is stated for it, what guards it."""
    stated = (statement.place for statement in guards.guard(place, control_class).statements)
    reach = guards.model.vocabulary.classes[control_class].guards
    return frozenset((place.id, *nearest_guards(place, reach), *stated))
