"""Severity: likelihood and impact, 1 to 5 each, through one monotone table; every score with its terms.

Likelihood is the rule's base plus what the graph says of exposure; impact is what the data at stake is worth in the
property that the STRIDE letter breaks. Controls lower one of the two: within a layer (prevent, detect, respond) the best
counts, each further layer counts one step more, and nothing falls below 1.
"""

from collections.abc import Iterable, Iterator

import msgspec

from threatdsl.assess.assessment import Level, Score, SeverityViews
from threatdsl.model.model import Model
from threatdsl.model.things import Decision, Flow, Thing, Word
from threatdsl.model.vocabulary import ControlClass
from threatdsl.rules.finding import Finding, Stride
from threatdsl.rules.guards import guard
from threatdsl.rules.manual import MANUAL

# rows impact 1..5, columns likelihood 1..5
TABLE = ("iilll", "illmm", "llmmh", "lmmhc", "mmhcc")
LEVELS = {"i": Level.INFO, "l": Level.LOW, "m": Level.MEDIUM, "h": Level.HIGH, "c": Level.CRITICAL}
ASSUMED = 3
PROPERTIES = {
    Stride.SPOOFING: ("confidentiality", "integrity"),
    Stride.TAMPERING: ("integrity",),
    Stride.REPUDIATION: ("integrity",),
    Stride.DISCLOSURE: ("confidentiality",),
    Stride.DENIAL: ("availability",),
    Stride.ELEVATION: ("confidentiality", "integrity", "availability"),
}


def level_of(likelihood: int, impact: int) -> Level:
    """The level of a likelihood and an impact, 1 to 5 each."""
    return LEVELS[TABLE[impact - 1][likelihood - 1]]


class Term(msgspec.Struct, frozen=True):
    """One of the two numbers, with the words that say where it comes from."""

    value: int
    words: str


def severity(model: Model, finding: Finding, adjustment: Decision | None) -> SeverityViews:
    """The inherent and the declared severity of a finding. `adjustment` is an `adjust` in force for it."""
    likelihood, impact = _likelihood(model, finding, adjustment), _impact(model, finding)
    inherent = Score(
        likelihood.value,
        impact.value,
        level_of(likelihood.value, impact.value),
        f"L {likelihood.value} = {likelihood.words}; I {impact.value} = {impact.words}",
    )
    classes = tuple(_classes(model, finding))
    lowered = {
        "likelihood": _lowered(likelihood.value, classes, "likelihood"),
        "impact": _lowered(impact.value, classes, "impact"),
    }
    low, less = lowered["likelihood"], lowered["impact"]
    terms = "; ".join(f"{letter} {term.value} = {term.words}" for letter, term in (("L", low), ("I", less)))
    return SeverityViews(inherent, Score(low.value, less.value, level_of(low.value, less.value), terms))


def _likelihood(model: Model, finding: Finding, adjustment: Decision | None) -> Term:
    base, word = finding.rule.likelihood, "base"
    adjusted = adjustment.facts.get("likelihood") if adjustment is not None else None
    if adjusted is not None and isinstance(adjusted.value, int) and adjustment is not None:
        base, word = adjusted.value, f"adjusted until {adjustment.until},"
    if finding.rule.id.startswith(MANUAL):
        return Term(_clip(base), f"stated {base}")
    places = [model.things[id_] for id_ in finding.elements]
    terms = [(f"{word} {base}", base)]
    if any(_exposed(model, place) for place in places):
        terms.append(("reachable from outside 1", 1))
    if any(_crosses(model, place) for place in places) or any(hop.edge in model.graph.crossing for hop in finding.path):
        terms.append(("crosses a boundary 1", 1))
    return Term(_clip(sum(value for _, value in terms)), " + ".join(words for words, _ in terms))


def _exposed(model: Model, place: Thing) -> bool:
    ids = (place.source, place.target) if isinstance(place, Flow) else (place.id,)
    return any(id_ in model.graph.exposed for id_ in ids)


def _crosses(model: Model, place: Thing) -> bool:
    flows = (place,) if isinstance(place, Flow) else model.graph.inbound.get(place.id, ())
    return any(flow.id in model.graph.crossing for flow in flows)


def _impact(model: Model, finding: Finding) -> Term:
    stated = finding.impact
    if stated is not None:
        return Term(_clip(stated), f"stated {stated}")
    names = (finding.rule.impact_of,) if finding.rule.impact_of else PROPERTIES[finding.rule.stride]
    worths = [worth for id_ in finding.at_stake for name in names for worth in _worth(model, model.things[id_], name)]
    if not worths:
        return Term(ASSUMED, "assumed, no data is stated")
    best = max(worths, key=lambda worth: worth.value)
    return best


def _worth(model: Model, data: Thing, name: str) -> Iterator[Term]:
    value = data.value(name)
    if isinstance(value, Word):
        impact = model.vocabulary.impact_of(value.scale, value.text)
        yield Term(impact if impact is not None else ASSUMED, f"{data.title}, {name} {value.text}")
    else:
        yield Term(ASSUMED, f"assumed, {name} of {data.title} is not stated")


def _classes(model: Model, finding: Finding) -> Iterator[ControlClass]:
    """The classes that count: those that mitigate the finding, and those that detect or respond at its places."""
    vocabulary = model.vocabulary
    for name in finding.classes:
        yield vocabulary.classes[name]
    for class_ in vocabulary.classes.values():
        if class_.layer == "prevent" or class_.name in finding.classes:
            continue
        guards = (guard(model, model.things[id_], class_.name) for id_ in finding.elements)
        if any(found.value is True and found.applicable for found in guards):
            yield class_


def _lowered(value: int, classes: Iterable[ControlClass], what: str) -> Term:
    best: dict[str, ControlClass] = {}
    for class_ in classes:
        if class_.lowers == what and (class_.layer not in best or class_.steps > best[class_.layer].steps):
            best[class_.layer] = class_
    if not best:
        return Term(value, f"{value}, no control lowers it")
    ranked = sorted(best.values(), key=lambda class_: (-class_.steps, class_.name))
    steps = [ranked[0].steps, *(1 for _ in ranked[1:])]
    words = " ".join(f"-{step} {class_.name}" for step, class_ in zip(steps, ranked, strict=True))
    return Term(max(1, value - sum(steps)), f"{value} {words}")


def _clip(value: int) -> int:
    return max(1, min(5, value))
