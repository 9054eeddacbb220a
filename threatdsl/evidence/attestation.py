"""Controls that a provider runs: an attestation speaks for them, until a day."""

import datetime as dt

import msgspec

from threatdsl.model import consistency
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import UNKNOWN, ControlRef, Thing

TOGETHER = ("inherited-from", "attestation", "until")


class Attestation(msgspec.Struct, frozen=True):
    """Who runs a control, where the report that attests it can be read, and the last day on which it holds."""

    provider: str
    document: str
    until: dt.date


def attestation_of(control: Thing) -> Attestation | None:
    """The attestation of a control, None where it is not inherited or a part of it is missing."""
    provider, document, until = (control.value(name) for name in TOGETHER)
    if not (isinstance(provider, str) and isinstance(document, str) and isinstance(until, dt.date)):
        return None
    return Attestation(provider, document, until) if provider.strip() and document.strip() else None


def check_attested(model: Model, problems: Problems) -> None:
    """Report controls that state only a part of an attestation."""
    for control in model.of_kind("control"):
        stated = [name for name in TOGETHER if control.value(name) is not UNKNOWN]
        if not stated or attestation_of(control) is not None:
            continue
        missing = [name for name in TOGETHER if name not in stated or not str(control.value(name)).strip()]
        problems.error(
            "TM0705",
            f"control `{control.id}` does not say {' and '.join(missing)}",
            control.span,
            label="believed no more than any other statement",
            help="an inherited control needs a provider (inherited-from), an attestation and the day it ends (until)",
        )


def places_of(model: Model, control: Thing) -> tuple[str, ...]:
    """The places that state a control."""
    return tuple(thing.id for thing in model.things.values() if states(thing, control.id))


def states(place: Thing, control: str) -> bool:
    """Whether a place names a control among its `controls`."""
    return any(isinstance(item, ControlRef) and item.id == control for item in place.items("controls"))


def environments_of(model: Model, control: Thing) -> tuple[str, ...]:
    """The environments that a control is limited to, one without a name where it is in all."""
    limit = consistency.environments_of(control, model.things)
    return ("",) if limit is None else tuple(sorted(limit))


def told(attestation: Attestation, now: dt.date) -> str:
    """What an attestation says, in words that go behind the name of the control."""
    provider, document = (" ".join(words.split()) for words in (attestation.provider, attestation.document))
    if attestation.until < now:
        return f"the attestation of {provider} ended on {attestation.until}: {document}"
    return f"run by {provider}, attested until {attestation.until}: {document}"
