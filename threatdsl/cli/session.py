"""From a path on the command line to an assessment, with everything wrong told on standard error."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NoReturn

import msgspec
import typer

from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import Assessment
from threatdsl.assess.gate import result_age
from threatdsl.assess.signed import doubts
from threatdsl.assess.verification import check_stated
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.git import head_of
from threatdsl.cli.infrastructure import with_infrastructure
from threatdsl.diagnostics import Diagnostic, errors_in, render_text
from threatdsl.evidence.attestation import check_attested
from threatdsl.evidence.check import checks
from threatdsl.evidence.judge import evidence_of
from threatdsl.model.load import Loaded, load
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.sources import SHIPPED, root_of
from threatdsl.model.vocabulary import Vocabulary
from threatdsl.report.checked import Checked
from threatdsl.rules.catalogues import CatalogueError, Catalogues


class Session(msgspec.Struct, frozen=True):
    """A model that was read, and its assessment or the errors that stand in its way.

    `elsewhere` are names of files that are not in the checked-out tree: those of a baseline.
    """

    loaded: Loaded
    assessment: Assessment | None
    diagnostics: tuple[Diagnostic, ...]
    elsewhere: frozenset[str] = frozenset()

    @property
    def path_of(self) -> Callable[[str], str]:
        """Names of files in spans to paths from the current folder, which editors and terminals can follow."""
        return path_shower(self.loaded.root, self.elsewhere)


def path_shower(root: Path, elsewhere: frozenset[str] = frozenset()) -> Callable[[str], str]:
    """Names relative to `root` to paths relative to the current folder; those `elsewhere` stay as they are."""
    prefix = os.path.relpath(root)

    def show(file: str) -> str:
        if file.startswith(SHIPPED) or file in elsewhere:
            return file
        return os.path.normpath(os.path.join(prefix, file))  # noqa: PTH118 - relpath has no pathlib form in 3.11

    return show


def cache_folder() -> Path | None:
    """Where parsed files are kept: THREATDSL_CACHE (`off` for nowhere), else the user's cache folder."""
    chosen = os.environ.get("THREATDSL_CACHE")
    if chosen is not None:
        return None if chosen in ("", "off") else Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path("~/.cache").expanduser()) / "threatdsl"


def read(
    path: Path,
    *,
    now: date,
    root: Path | None = None,
    policy: str | None = None,
    commit: str | None = None,
    catalogues: Catalogues,
) -> Session:
    """Load and assess a model at a commit, git's HEAD unless one is named: results of another one prove nothing.

    A file that cannot be read ends the program with a message and exit code 2.
    """
    loaded = load_model(path, root=root)
    if loaded.model is None:
        return Session(loaded, None, loaded.diagnostics)
    revision = head_of(path.parent) if commit is None else commit
    problems = Problems(loaded.diagnostics)
    asked = checks(loaded.model, result_age(loaded.model, policy))
    check_stated(loaded.model, asked, problems)
    check_attested(loaded.model, problems)
    doubt = doubts(loaded.model, policy, loaded.root, problems)
    evidence = evidence_of(loaded.model, asked, loaded.root, now, revision, problems, doubt)
    assessed = assess(
        loaded.model,
        now=now,
        commit=revision,
        policy=policy,
        diagnostics=problems.found,
        catalogues=catalogues,
        evidence=evidence,
    )
    return Session(loaded, assessed.assessment, assessed.diagnostics)


def reference_data(folder: Path | None) -> Catalogues:
    """What `--ref-data` names, else the shipped data; a folder that cannot be used ends the program."""
    try:
        return Catalogues(folder)
    except CatalogueError as error:
        fail(str(error))


def load_model(
    path: Path,
    *,
    root: Path | None = None,
    instead: tuple[Path, ...] = (),
    words: Vocabulary | None = None,
    label: str = "",
) -> Loaded:
    """Load a model; what cannot be read ends the program with exit code 2."""
    try:
        within = root if root is not None else root_of(path)
        if not path.resolve().is_relative_to(within.resolve()):
            fail(f"{path} is outside the root {within}")
        if path.exists() and not path.is_file() and not path.is_dir():
            fail(f"{path} is no file that ends")
        loaded = load(path, root=within, cache=cache_folder(), instead=instead, words=words, label=label)
        return with_infrastructure(loaded, label=label)
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError up to Python 3.12
        fail(f"cannot read {path}: {getattr(error, 'strerror', None) or error}")


def assessment_or_exit(session: Session) -> Assessment:
    """The assessment, with warnings told; without one all errors are told and the program ends with exit code 2."""
    tell(session.diagnostics, session.loaded.texts, session.path_of)
    if session.assessment is None:
        raise typer.Exit(ExitCode.WRONG_INPUT)
    return session.assessment


def model_or_exit(loaded: Loaded) -> Model:
    """The model; one with mistakes ends the program with exit code 2 and all of them."""
    if loaded.model is None or errors_in(loaded.diagnostics):
        tell(loaded.diagnostics, loaded.texts, path_shower(loaded.root))
        raise typer.Exit(ExitCode.WRONG_INPUT)
    return loaded.model


def checked(session: Session | None, path: Path) -> Checked:
    """The model with its result, as reports take it; None for a file that cannot be read."""
    if session is None:
        return Checked(path.stem, path.as_posix(), None, (), str)
    model = session.loaded.model
    name = path.stem if model is None else model.head.id.partition(" ")[2]
    texts = session.loaded.texts
    return Checked(name, path.as_posix(), session.assessment, session.diagnostics, session.path_of, texts)


def tell(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], path_of: Callable[[str], str]) -> None:
    """Show diagnostics on standard error."""
    colour = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    for diagnostic in diagnostics:
        typer.echo(render_text(diagnostic, texts, colour=colour, path=path_of), err=True)
        typer.echo(err=True)


def fail(message: str) -> NoReturn:
    """End the program: an input is wrong."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(ExitCode.WRONG_INPUT)
