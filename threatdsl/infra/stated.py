"""What a thing of a model itself says of control classes."""

from collections.abc import Mapping

from threatdsl.model.classes import classes_of
from threatdsl.model.model import Model
from threatdsl.model.things import Thing

SAYS = (("controls", True), ("lacks", False))


def stated_classes(model: Model, thing: Thing) -> Mapping[str, bool]:
    """The classes that it states, by whether it has them. What it states both of is lacking."""
    found: dict[str, bool] = {}
    for word, holds in SAYS:
        fact = thing.facts.get(word)
        if fact is not None:
            found.update(dict.fromkeys(classes_of(fact, model.things), holds))
    return found
