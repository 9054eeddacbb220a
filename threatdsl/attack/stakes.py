"""What an attacker is after: the data whose loss is serious, and where it lies."""

from collections.abc import Mapping

from threatdsl.model.model import Model
from threatdsl.model.things import Thing, Word

SERIOUS = 4  # an impact that puts data at stake
PROPERTIES = ("confidentiality", "integrity", "availability")


def worst_impact(model: Model, data: Thing) -> int:
    """The worst impact, 1 to 5, that the classification of data stands for; 0 where nobody classified it."""
    words = [value for name in PROPERTIES if isinstance(value := data.value(name), Word)]
    return max((model.vocabulary.impact_of(word.scale, word.text) or 0 for word in words), default=0)


def targets_of(model: Model) -> Mapping[str, int]:
    """The impact of each data asset at stake, the worst first: all that is serious, else the worst there is."""
    impacts = {data.id: worst_impact(model, data) for data in model.data}
    worst = max(impacts.values(), default=0)
    least = min(SERIOUS, worst)
    chosen = [id_ for id_, impact in impacts.items() if impact and impact >= least]
    return {id_: impacts[id_] for id_ in sorted(chosen, key=lambda id_: (-impacts[id_], id_))}


def kept_at(model: Model) -> Mapping[str, frozenset[str]]:
    """The data that each element stores or holds, by the element's id."""
    kept = {
        element.id: frozenset(str(item) for name in ("stores", "holds") for item in element.items(name))
        for element in model.elements
    }
    return {id_: data for id_, data in kept.items() if data}


def stored_at(model: Model) -> Mapping[str, frozenset[str]]:
    """The data that each element stores, by the element's id."""
    return {element.id: frozenset(map(str, element.items("stores"))) for element in model.elements}
