"""threatdsl drift."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.imported import parameters_named
from threatdsl.cli.options import ModelPath, Output, Parameters, Root
from threatdsl.cli.output import write
from threatdsl.cli.progress import progress
from threatdsl.cli.session import fail, load_model, path_shower, tell
from threatdsl.cli.sources import sources_named
from threatdsl.diagnostics import did_you_mean, errors_in
from threatdsl.model.environments import limited_to
from threatdsl.model.model import Model

if TYPE_CHECKING:
    from threatdsl.infra.drift import Drift
    from threatdsl.report.checked import PathOf


NAMES_NOTHING = "TM0805"  # what is missing is a difference here


class DriftFormat(StrEnum):
    """The forms of drift."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    MARKDOWN = "markdown"


Against = Annotated[
    list[str],
    typer.Option(
        metavar="KIND:PATH",
        help="What to compare with: kubernetes:DIR, compose:FILE, cloudformation:FILE, terraform:JSON.",
        show_default=False,
    ),
]
Environment = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Compare only what is in this environment.", show_default=False),
]
Form = Annotated[DriftFormat, typer.Option("--format", help="The form of the output.")]


def drift(
    model: ModelPath,
    *,
    against: Against,
    parameters: Parameters = None,
    environment: Environment = None,
    form: Form = DriftFormat.TEXT,
    root: Root = None,
    output: Output = None,
) -> None:
    """Compare a model with the infrastructure that builds it, both ways.

    Exit code 0: no difference. 2: the model is wrong, or no file can be read. 3: they differ.
    """
    from threatdsl.infra.binding import bound, references
    from threatdsl.infra.drift import drift as compared
    from threatdsl.infra.interface import read_infrastructure

    loaded = load_model(model, root=root)
    path_of = path_shower(loaded.root)
    tell((one for one in loaded.diagnostics if one.code != NAMES_NOTHING), loaded.texts, path_of)
    if loaded.model is None:
        raise typer.Exit(ExitCode.WRONG_INPUT)
    limited = _limited(loaded.model, environment)
    with progress("Reading infrastructure"):
        infrastructure = read_infrastructure(sources_named(against), loaded.root, parameters_named(parameters or ()))
    tell(infrastructure.notes, {}, path_of)
    if errors_in(infrastructure.notes):
        raise typer.Exit(ExitCode.WRONG_INPUT)
    wanted = references(limited)
    found = compared(limited, wanted, bound(wanted, infrastructure, moved=True), infrastructure)
    write(_shown(form, limited, found, environment or "", path_of, loaded.texts), output)
    raise typer.Exit(ExitCode.DIFFERS if found.differs else ExitCode.CLEAN)


def _limited(model: Model, environment: str | None) -> Model:
    """The model as it is in an environment; an unknown one ends the program."""
    if environment is None:
        return model
    known = tuple(thing.id for thing in model.of_kind("environment"))
    if environment not in known:
        names = f"there are {', '.join(known)}" if known else "the model declares none"
        fail(f"there is no environment {environment}: {did_you_mean(environment, known) or names}")
    return limited_to(model, environment)


def _shown(
    form: DriftFormat, model: Model, found: "Drift", environment: str, path_of: "PathOf", texts: Mapping[str, str]
) -> bytes:
    from threatdsl.report.drift.data import drift_data
    from threatdsl.report.drift.sarif import drift_sarif
    from threatdsl.report.drift.text import drift_markdown, drift_text
    from threatdsl.report.pipeline.sarif_places import Places
    from threatdsl.report.result import to_json

    data = drift_data(model, found, environment, path_of)
    if form is DriftFormat.JSON:
        return to_json(data)
    if form is DriftFormat.SARIF:
        return drift_sarif(model, found, Places(path_of, texts))
    return (drift_markdown if form is DriftFormat.MARKDOWN else drift_text)(model, found, data).encode()
