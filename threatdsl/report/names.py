"""How reports call the things of a model."""

from threatdsl.diagnostics import Span
from threatdsl.model.model import Model
from threatdsl.model.things import Flow, Scalar, Thing
from threatdsl.model.titles import isolated
from threatdsl.report.words import clean

SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
ARROW = " → "


def local(name: str) -> str:
    """The name without its namespace: `rds` for `aws.rds`."""
    return name.rpartition(".")[2]


def anchor(name: str) -> str:
    """The name as a part of an XML id, different for different names."""
    return "".join(character if character in SAFE else f"_{ord(character):x}_" for character in name)


def title(thing: Thing) -> str:
    """What a reader calls it: its title, else its name."""
    return clean(thing.title).strip() or local(thing.id)


def called(model: Model, id_: str) -> str:
    """What a reader calls the thing of this id. A flow is called by its ends, with its title where it has one."""
    thing = model.things.get(id_)
    if thing is None:
        return clean(id_)
    if isinstance(thing, Flow):
        ends = ARROW.join(isolated(called(model, end)) for end in (thing.source, thing.target))
        return f"{ends} ({title(thing)})" if _has_twin(model, thing) else ends
    return title(thing)


def _has_twin(model: Model, flow: Flow) -> bool:
    """Whether another flow has the same ends, so that these do not tell which is meant."""
    twins = model.graph.outbound.get(flow.source, ())
    return any(one.target == flow.target and one.id != flow.id for one in twins)


def place(span: Span) -> str:
    """`file:line`, as editors understand it."""
    return clean(f"{span.file}:{span.line}")


def all_called(model: Model, items: tuple[Scalar, ...]) -> tuple[str, ...]:
    """What a reader calls each of the things that a list property names."""
    return tuple(called(model, str(item)) for item in items)
