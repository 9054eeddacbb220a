"""The infrastructure that a model names, read and told apart: what it realizes, what is wrong with the names."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from threatdsl.diagnostics import Diagnostic, Severity, did_you_mean
from threatdsl.infra.binding import Bound, Reference, bound, references
from threatdsl.infra.infrastructure import Infrastructure
from threatdsl.infra.interface import read_infrastructure
from threatdsl.model.model import Model

Source = tuple[str, Path]  # a kind of infrastructure and a file or folder


class Realized(msgspec.Struct, frozen=True):
    """The infrastructure of a model, what of the model it realizes, and what is wrong with files and names.

    The texts of the files are not kept: a line that is shown beside a message could hold a secret.
    """

    infrastructure: Infrastructure
    bound: Bound
    problems: tuple[Diagnostic, ...]


def realized(
    model: Model, root: Path, given: Iterable[Source] = (), parameters: Mapping[str, str] | None = None
) -> Realized:
    """Read the files that `realized-by` names inside the root, and those `given`; bind them to the model.

    Files that are not there are no problem where none is: then the infrastructure is kept elsewhere, and drift says so.
    """
    wanted = references(model)
    named = tuple(dict.fromkeys((one.kind, root / one.file) for one in wanted if one.file))
    here = tuple(source for source in named if _is_inside(source[1], root) and source[1].is_file())
    infrastructure = read_infrastructure(dict.fromkeys((*here, *given)), root, parameters)
    found = bound(wanted, infrastructure)
    problems = tuple(_problems(wanted, found, infrastructure, missing=bool(here)))
    return Realized(infrastructure, found, problems)


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle, a NUL in the name
        return False


def _problems(
    wanted: tuple[Reference, ...], found: Bound, infrastructure: Infrastructure, *, missing: bool
) -> Iterator[Diagnostic]:
    """Files that cannot be used, and references that mean nothing, each at its place in the model."""
    unusable = {note.span.file for note in infrastructure.notes if note.severity is Severity.ERROR}
    yield from (note for note in infrastructure.notes if note.severity is Severity.ERROR)
    files = {resource.file for resource in infrastructure.resources}
    for one in wanted:
        if one.text in found.resources or not one.file or one.file in unusable:
            continue
        if one.file in files:
            names = [r.name for r in infrastructure.resources if r.file == one.file and r.reader == one.kind]
            message = f"{one.file} has no {one.name}"
            help_ = did_you_mean(one.name, names) or f"it has {', '.join(sorted(names)[:6])}"
            yield Diagnostic("TM0805", Severity.WARNING, message, one.span, label="names nothing", help=help_)
        elif missing:
            message = f"there is no file {one.file} below the root of the model"
            yield Diagnostic("TM0805", Severity.WARNING, message, one.span, label="names nothing")
