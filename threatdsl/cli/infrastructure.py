"""The infrastructure that a model is bound to, read when a model is loaded."""

from pathlib import Path

import msgspec

from threatdsl.diagnostics import in_order
from threatdsl.model.load import Loaded
from threatdsl.model.model import Model

CODE = "code:"


def with_infrastructure(loaded: Loaded, given: tuple[tuple[str, Path], ...] = (), label: str = "") -> Loaded:
    """A loaded model with what the infrastructure that it is bound to shows, and what is wrong with it.

    `label` stands before the names of files, to tell revisions apart.
    """
    model = loaded.model
    if model is None or not (given or _is_bound(loaded)):
        return loaded
    from threatdsl.infra.merge import merged
    from threatdsl.infra.reading import realized

    found = realized(model, loaded.root, given)
    with_facts = merged(model, found.bound, label)
    diagnostics = in_order((*loaded.diagnostics, *found.problems))
    return msgspec.structs.replace(loaded, model=with_facts, diagnostics=diagnostics)


def infrastructure_files(model: Model) -> tuple[str, ...]:
    """The files of infrastructure that `realized-by` names, by their paths from the root."""
    items = (str(item) for thing in model.things.values() for item in thing.items("realized-by"))
    named = (item.partition(":")[2].partition("#") for item in items if not item.startswith(CODE))
    return tuple(dict.fromkeys(file for file, sharp, _ in named if sharp))


def _is_bound(loaded: Loaded) -> bool:
    """Whether anything is bound to infrastructure, so that reading it is worth its start-up."""
    assert loaded.model is not None  # the caller saw to it
    things = loaded.model.things.values()
    return any(not str(item).startswith(CODE) for thing in things for item in thing.items("realized-by"))
