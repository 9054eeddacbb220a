"""A model from infrastructure, or one that exists with what infrastructure adds."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import typer

from threatdsl.cli.output import write
from threatdsl.cli.session import fail, load_model, path_shower, tell
from threatdsl.cli.sources import sources_named
from threatdsl.diagnostics import Severity, errors_in
from threatdsl.infra.infrastructure import Infrastructure
from threatdsl.model.sources import root_of
from threatdsl.syntax import format_text


class Imported(msgspec.Struct, frozen=True):
    """The text of a model, and the infrastructure that it was written from; names of files are relative to `root`."""

    text: str
    infrastructure: Infrastructure
    root: Path


def model_of(
    sources: Iterable[str],
    parameters: Iterable[str],
    output: Path | None,
    title: str,
    *,
    root: Path | None,
    anew: bool,
) -> Imported:
    """Read infrastructure into the text of a model: the one at `output`, updated, where it exists and not `anew`.

    Bindings name files from the root of the model. Nothing readable ends the program with exit code 2.
    """
    from threatdsl.infra.interface import read_infrastructure

    folder = root if root is not None else root_of(output if output is not None else Path("model.threat"))
    named = sources_named(sources)
    infrastructure = read_infrastructure(named, folder, parameters_named(parameters))
    tell(infrastructure.notes, {}, path_shower(folder))
    if errors_in(infrastructure.notes) and not infrastructure.resources:
        raise typer.Exit(2)
    if output is not None and output.exists() and not anew:
        text = _updated(output, infrastructure, folder)
    else:
        from threatdsl.infra.writing import written

        text = written(infrastructure, title)
    return Imported(_laid_out(text), infrastructure, folder)


def _updated(output: Path, infrastructure: Infrastructure, folder: Path) -> str:
    from threatdsl.infra.binding import bound, references
    from threatdsl.infra.updating import updated

    loaded = load_model(output, root=folder)
    if loaded.model is None:
        tell((d for d in loaded.diagnostics if d.severity is Severity.ERROR), loaded.texts, path_shower(folder))
        fail(f"{output} has mistakes: mend them, or overwrite it with --force")
    document = loaded.documents[loaded.model.file]
    found = bound(references(loaded.model), infrastructure)
    return updated(loaded.texts[loaded.model.file], document, loaded.model, infrastructure, found)


def _laid_out(text: str) -> str:
    formatted = format_text(text, "imported.threat")
    assert not formatted.diagnostics, formatted.diagnostics[0]  # what is written is in the language
    return formatted.text


def parameters_named(pairs: Iterable[str]) -> Mapping[str, str]:
    """NAME=VALUE pairs of the command line; one without `=` ends the program."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            fail(f"--parameter {pair} is not NAME=VALUE")
        found[name] = value
    return found


def tell_losses(imported: Imported, file: Path | None) -> None:
    """Say what was left out: in a file, or on standard error."""
    from threatdsl.infra.losses import loss_report

    report = loss_report(imported.infrastructure, path_shower(imported.root))
    if file is None:
        typer.echo(report, err=True, nl=False)
    else:
        write(report.encode(), file)
