"""threatdsl diff."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.assess.assess import assess
from threatdsl.assess.assessment import Assessment
from threatdsl.assess.change_gate import gate_of_change
from threatdsl.assess.compare import Comparing
from threatdsl.assess.gate import choose_policy
from threatdsl.assess.model_difference import Difference, difference
from threatdsl.assess.renames import renames
from threatdsl.cli.baseline import baseline_of
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.options import Now, Output, PolicyName, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.progress import progress
from threatdsl.cli.session import fail, load_model, path_shower, tell
from threatdsl.model.load import Loaded
from threatdsl.model.problems import Problems


class DiffFormat(StrEnum):
    """The forms of a difference."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


Before = Annotated[
    str,
    typer.Argument(metavar="BEFORE", help="A file, or a revision of git in which AFTER stands.", show_default=False),
]
After = Annotated[
    Path, typer.Argument(metavar="AFTER", help="The model's file, ending in .threat.", show_default=False)
]
Form = Annotated[DiffFormat, typer.Option("--format", help="The form of the output.")]


def diff(
    before: Before,
    after: After,
    *,
    form: Form = DiffFormat.TEXT,
    policy: PolicyName = None,
    now: Now = None,
    root: Root = None,
    output: Output = None,
) -> None:
    """Compare two models, or two states of one, by what they mean.

    BEFORE is a file, a revision such as main, or REF:old/path. Exit code 0: they mean the same. 1: it got worse than
    the policy allows. 2: an input is wrong. 3: they differ.
    """
    from threatdsl.report.result import to_json

    day = today(now)
    with progress("Comparing"):
        here = _assessed(load_model(after, root=root), day, policy)
        past = _assessed(_before(before, after, root), day, policy)
        found = difference(past, here)
    if form is DiffFormat.JSON:
        write(to_json(found), output)
    else:
        write(_shown(form, past, here, found).encode(), output)
    raise typer.Exit(_exit_code(past, here, found, policy))


def _before(named: str, after: Path, root: Path | None) -> Loaded:
    """The earlier model: a file, else a revision."""
    path = Path(named)
    if path.is_file() or path.suffix == ".threat":
        return load_model(path, root=root)
    return baseline_of(after, named, root).loaded


def _assessed(loaded: Loaded, now: date, policy: str | None) -> Assessment:
    """The model with its findings; with mistakes in it the program ends."""
    if loaded.model is not None:
        found = assess(loaded.model, now=now, policy=policy, diagnostics=loaded.diagnostics)
        if found.assessment is not None:
            return found.assessment
        tell(found.diagnostics, loaded.texts, path_shower(loaded.root))
        fail("one of the two models has mistakes: they cannot be compared")
    tell(loaded.diagnostics, loaded.texts, path_shower(loaded.root))
    raise typer.Exit(ExitCode.WRONG_INPUT)


def _shown(form: DiffFormat, past: Assessment, here: Assessment, found: Difference) -> str:
    from threatdsl.report.difference.markdown import difference_markdown
    from threatdsl.report.difference.text import difference_text

    if form is DiffFormat.MARKDOWN:
        return difference_markdown(past.model, here.model, found)
    return difference_text(found)


def _exit_code(past: Assessment, here: Assessment, found: Difference, policy: str | None) -> ExitCode:
    """Whether it got worse than the policy of the earlier model allows, as `check --baseline` judges it."""
    if found.is_empty:
        return ExitCode.CLEAN
    chosen = choose_policy(past.model, policy, Problems())
    if chosen is None:
        return ExitCode.DIFFERS
    comparing = Comparing(past, here, renames(past.model, here.model), lambda _, *, moved: "")  # noqa: ARG005 - no tree
    comparison, _ = comparing.compared("before", (), frozenset())
    worse = not gate_of_change(chosen, here, past, comparison).passed
    return ExitCode.FAILED if worse else ExitCode.DIFFERS
