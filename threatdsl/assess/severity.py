"""Severity: likelihood and impact, 1 to 5 each, through one monotone table; every score with its terms.

Likelihood is the rule's base plus what the graph says of exposure; impact is what the data at stake is worth in the
property that the STRIDE letter breaks. Controls lower one of the two: within a layer (prevent, detect, respond) the
best counts, each further layer counts one step more, and nothing falls below 1.
"""

from collections.abc import Iterable, Iterator

import msgspec

from threatdsl.assess.assessment import Level, Score, SeverityViews
from threatdsl.model.model import Model
from threatdsl.model.things import Decision, Flow, Thing, Word
from threatdsl.model.vocabulary import ControlClass
from threatdsl.rules.finding import Finding, Stride
from threatdsl.rules.guards import Guards
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


def severity(guards: Guards, finding: Finding, adjustment: Decision | None) -> SeverityViews:
    """The inherent and the declared severity of a finding. `adjustment` is an `adjust` in force for it."""
    model = guards.model
    likelihood, impact = _likelihood(model, finding, adjustment), _impact(model, finding)
    inherent = Score(
        likelihood.value,
        impact.value,
        level_of(likelihood.value, impact.value),
        f"L {likelihood.value} = {likelihood.words}; I {impact.value} = {impact.words}",
    )
    classes = tuple(_classes(guards, finding))
    lowered = {
        "likelihood": _lowered(likelihood, classes, "likelihood"),
        "impact": _lowered(impact, classes, "impact"),
    }
    low, less = lowered["likelihood"], lowered["impact"]
    terms = "; ".join(f"{letter} {term.value} = {term.words}" for letter, term in (("L", low), ("I", less)))
    return SeverityViews(inherent, Score(low.value, less.value, level_of(low.value, less.value), terms))


def _likelihood(model: Model, finding: Finding, adjustment: Decision | None) -> Term:
    base, words = finding.rule.likelihood, f"base {finding.rule.likelihood}"
    if finding.rule.id.startswith(MANUAL):
        words = f"stated {base}"
    adjusted = adjustment.facts.get("likelihood") if adjustment is not None else None
    if adjusted is not None and isinstance(adjusted.value, int) and adjustment is not None:
        base, words = adjusted.value, f"{adjusted.value}, adjusted until {adjustment.until}"
    if finding.rule.id.startswith(MANUAL):
        return Term(_clip(base), words)
    places = [model.things[id_] for id_ in finding.elements]
    terms = [(words, base)]
    if any(_exposed(model, place) for place in places):
        terms.append(("reachable from outside 1", 1))
    if any(_crosses(model, place) for place in places) or finding.crossing:
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
    if not finding.at_stake:
        return Term(ASSUMED, "assumed, no data is stated")
    worths = [_worth(model, model.things[id_], name) for id_ in finding.at_stake for name in names]
    best = min(worths, key=lambda worth: (-worth.impact, worth.word is None, worth.data.title, worth.name))
    if best.word is None:
        return Term(best.impact, f"assumed, {best.name} of {best.data.title} is not stated")
    return Term(best.impact, f"{best.data.title}, {best.name} {best.word}")


class _Worth(msgspec.Struct, frozen=True):
    """What a data asset is worth in one property; `word` is None where it is assumed."""

    impact: int
    data: Thing
    name: str
    word: str | None


def _worth(model: Model, data: Thing, name: str) -> _Worth:
    value = data.value(name)
    impact = model.vocabulary.impact_of(value.scale, value.text) if isinstance(value, Word) else None
    return _Worth(ASSUMED, data, name, None) if impact is None else _Worth(impact, data, name, str(value))


def _classes(guards: Guards, finding: Finding) -> Iterator[ControlClass]:
    """The classes that count: those that mitigate the finding, and those that detect or respond at its places."""
    model, vocabulary = guards.model, guards.model.vocabulary
    for name in finding.classes:
        yield vocabulary.classes[name]
    for class_ in vocabulary.classes.values():
        if class_.layer == "prevent" or class_.name in finding.classes:
            continue
        found = (guards.guard(model.things[id_], class_.name) for id_ in finding.elements)
        if any(guard.value is True and guard.applicable for guard in found):
            yield class_


def _lowered(term: Term, classes: Iterable[ControlClass], what: str) -> Term:
    best: dict[str, ControlClass] = {}
    for class_ in classes:
        if class_.lowers == what and (class_.layer not in best or class_.steps > best[class_.layer].steps):
            best[class_.layer] = class_
    ranked = sorted(best.values(), key=lambda class_: (-class_.steps, class_.name))
    steps = [class_.steps if number == 0 else 1 for number, class_ in enumerate(ranked)]
    taken = "".join(f" - {step} by {class_.name}" for step, class_ in zip(steps, ranked, strict=True))
    return Term(max(1, term.value - sum(steps)), f"{term.words}{taken}")


def _clip(value: int) -> int:
    return max(1, min(5, value))
