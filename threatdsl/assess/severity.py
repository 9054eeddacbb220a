"""Severity: likelihood and impact, 1 to 5 each, through the table of a rating; every score with its terms.

Likelihood is the rule's base plus what the graph says of exposure; impact is what the data at stake is worth in the
property that the STRIDE letter breaks. Controls lower one of the two: within a layer (prevent, detect, respond) the
best counts, each further layer counts one step more, and nothing falls below 1.
"""

from collections.abc import Callable, Iterator

import msgspec

from threatdsl.assess.assessment import Score, SeverityViews
from threatdsl.assess.lowering import Credit, full, lowerings
from threatdsl.assess.rating import Rating
from threatdsl.model.model import Model
from threatdsl.model.things import Decision, Flow, Thing, Word
from threatdsl.model.vocabulary import ControlClass
from threatdsl.rules.finding import Finding, Stride
from threatdsl.rules.guards import Guards
from threatdsl.rules.manual import MANUAL

LEAST, MOST = 1, 5
ASSUMED = 3
PROPERTIES = {
    Stride.SPOOFING: ("confidentiality", "integrity"),
    Stride.TAMPERING: ("integrity",),
    Stride.REPUDIATION: ("integrity",),
    Stride.DISCLOSURE: ("confidentiality",),
    Stride.DENIAL: ("availability",),
    Stride.ELEVATION: ("confidentiality", "integrity", "availability"),
}


class Term(msgspec.Struct, frozen=True):
    """One of the two numbers with the words that it is reckoned by; `of` is what the words alone do not say: `: 5`."""

    value: int
    words: str
    of: str = ""

    def added(self, value: int, words: str) -> "Term":
        """A term more likely by `value`, at most 5."""
        total, said = self.value + value, f"{self.words} + {words} {value}"
        return Term(MOST, f"{said}, at most {MOST}") if total > MOST else Term(total, said)

    def lowered(self, steps: tuple[tuple[int, str], ...]) -> "Term":
        """A term less by steps, each with its class; at least 1."""
        total = self.value - sum(number for number, _ in steps)
        said = "".join(f" - {number} by {name}" for number, name in steps)
        words = f"{self.words}{self.of}{said}" if steps else self.words
        return Term(LEAST, f"{words}, at least {LEAST}") if total < LEAST else Term(total, words)


def severity(
    guards: Guards,
    finding: Finding,
    adjustment: Decision | None,
    rating: Rating,
    credit: Callable[[ControlClass], Credit] | None = None,
) -> SeverityViews:
    """The severities of a finding. `adjustment` is an `adjust` in force for it, `rating` that of its rule.

    `credit` is what evidence leaves of a control class that is stated; the severity is verified with it alone.
    """
    model = guards.model
    terms = _likelihood(model, finding, adjustment, rating), _impact(model, finding)
    classes = tuple(_classes(guards, finding))
    return SeverityViews(
        _score(rating, *terms),
        _score(rating, *_lowered(terms, classes, full)),
        _score(rating, *_lowered(terms, classes, credit)) if credit is not None else None,
    )


def _score(rating: Rating, likelihood: Term, impact: Term) -> Score:
    level = rating.level(likelihood.value, impact.value)
    terms = f"L {likelihood.value} = {likelihood.words}; I {impact.value} = {impact.words}"
    return Score(likelihood.value, impact.value, level, terms, rating.name(level))


def _lowered(
    terms: tuple[Term, Term], classes: tuple[ControlClass, ...], credit: Callable[[ControlClass], Credit]
) -> tuple[Term, Term]:
    likelihood, impact = terms
    return (
        likelihood.lowered(lowerings(classes, "likelihood", credit)),
        impact.lowered(lowerings(classes, "impact", credit)),
    )


def _likelihood(model: Model, finding: Finding, adjustment: Decision | None, rating: Rating) -> Term:
    by_hand = finding.rule.id.startswith(MANUAL)
    base = finding.rule.likelihood
    term = Term(base, f"stated base {base}" if by_hand else f"base {base}")
    adjusted = adjustment.facts.get("likelihood") if adjustment is not None else None
    if adjustment is not None and adjusted is not None and isinstance(adjusted.value, int):
        words = f"{adjusted.value}, adjusted until {adjustment.until} by {adjustment.text('owner')}"
        term = Term(adjusted.value, words)
    if by_hand or not rating.exposure:
        return term
    places = [model.things[id_] for id_ in finding.elements]
    if any(_exposed(model, place) for place in places):
        term = term.added(1, "reachable from outside")
    if any(_crosses(model, place) for place in places) or finding.crossing:
        term = term.added(1, "crosses a boundary")
    return term


def _exposed(model: Model, place: Thing) -> bool:
    ids = (place.source, place.target) if isinstance(place, Flow) else (place.id,)
    return any(id_ in model.graph.exposed for id_ in ids)


def _crosses(model: Model, place: Thing) -> bool:
    flows = (place,) if isinstance(place, Flow) else model.graph.inbound.get(place.id, ())
    return any(flow.id in model.graph.crossing for flow in flows)


def _impact(model: Model, finding: Finding) -> Term:
    if finding.impact is not None:
        return Term(finding.impact, f"stated {finding.impact}")
    if finding.rule.impact is not None:
        return Term(finding.rule.impact, f"stated by the rule {finding.rule.impact}")
    names = (finding.rule.impact_of,) if finding.rule.impact_of else PROPERTIES[finding.rule.stride]
    if not finding.at_stake:
        return _reckoned(ASSUMED, "assumed, no data is stated")
    data = [model.things[id_] for id_ in finding.at_stake]
    worths = [_worth(model, one, name) for one in _unprotected(data, finding.rule.stride) for name in names]
    best = min(worths, key=lambda worth: (-worth.impact, worth.word is None, worth.data.title, worth.name))
    if best.word is None:
        return _reckoned(best.impact, f"assumed, {best.name} of {best.data.title} is not stated")
    return _reckoned(best.impact, f"{best.data.title}, {best.name} {best.word}")


def _unprotected(data: list[Thing], stride: Stride) -> list[Thing]:
    """The data that a threat can harm: none can read what is sealed or alter what is verified; all where all is so."""
    protection = {Stride.DISCLOSURE: "sealed-for", Stride.TAMPERING: "verified-by"}.get(stride, "")
    return [one for one in data if not one.items(protection)] or data


def _reckoned(value: int, words: str) -> Term:
    return Term(value, words, f": {value}")


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
