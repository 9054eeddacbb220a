"""Whether others on the wire can read a flow."""

from collections.abc import Callable
from enum import StrEnum

from threatdsl.model.model import Model
from threatdsl.model.things import Flow
from threatdsl.rules.guards import Guards

WIRE = "encryption-in-transit"


class Protection(StrEnum):
    """What the model says of a flow on the wire. `FINE` also where the question is meaningless: inside one process."""

    FINE = "fine"
    CLEAR = "clear"
    UNSTATED = "unstated"


Judge = Callable[[Model, Flow], Protection]


def on_the_wire(model: Model, flow: Flow, guards: Guards | None = None) -> Protection:
    """What the model says of the encryption of a flow, as rules see it; `guards` saves looking up the model's again."""
    if WIRE not in model.vocabulary.classes:
        return Protection.UNSTATED
    found = (guards or Guards(model)).guard(flow, WIRE)
    if not found.applicable or found.value is True:
        return Protection.FINE
    return Protection.CLEAR if found.value is False else Protection.UNSTATED
