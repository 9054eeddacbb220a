"""threatdsl check."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.assess.assessment import Assessment
from threatdsl.cli.compared import Asked, read_asked
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.options import Commit, Now, Output, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.progress import progress
from threatdsl.cli.reviewed import review_line
from threatdsl.cli.session import Session, checked, reference_data, tell
from threatdsl.report.checked import Checked
from threatdsl.report.pipeline.github import github
from threatdsl.report.pipeline.gitlab import gitlab
from threatdsl.report.pipeline.junit import junit
from threatdsl.report.pipeline.markdown import markdown
from threatdsl.report.pipeline.sarif import sarif
from threatdsl.report.result import results
from threatdsl.report.text import summary


class Format(StrEnum):
    """The forms of a result."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


class DecisionsOf(StrEnum):
    """Whose decisions count when a change is compared with a baseline."""

    BASELINE = "baseline"
    HEAD = "head"


Against = Annotated[
    str | None,
    typer.Option(
        metavar="REF",
        help="Fail only for what is worse than in a revision of git, or a saved JSON result; what judges is theirs.",
        show_default=False,
    ),
]
Deciding = Annotated[
    DecisionsOf, typer.Option(help="Whose decisions count: those of the baseline, or of the change (`head`).")
]

# What each form makes of the models; text is for a person and told apart.
FORMS: Mapping[Format, Callable[[Sequence[Checked]], bytes]] = {
    Format.JSON: results,
    Format.SARIF: sarif,
    Format.JUNIT: junit,
    Format.GITHUB: github,
    Format.GITLAB: gitlab,
    Format.MARKDOWN: markdown,
}


def check(
    models: Annotated[
        list[Path], typer.Argument(metavar="MODEL...", help="The models' files, ending in .threat.", show_default=False)
    ],
    *,
    form: Annotated[Format, typer.Option("--format", help="The form of the result.")] = Format.TEXT,
    every: Annotated[
        bool, typer.Option("--all", help="Also list mitigated and decided findings, and all questions.")
    ] = False,
    policy: PolicyName = None,
    baseline: Against = None,
    decisions: Deciding = DecisionsOf.BASELINE,
    now: Now = None,
    commit: Commit = None,
    root: Root = None,
    ref_data: RefData = None,
    output: Output = None,
) -> None:
    """Parse a model, analyse it, and apply the policy.

    Exit code 0: the gate passed. 1: it failed. 2: the model is wrong.
    """
    asked = Asked(baseline, decisions is DecisionsOf.HEAD, today(now), policy, reference_data(ref_data))
    with progress("Comparing" if baseline is not None else "Analysing"):
        sessions = [_session(partial(read_asked, asked=asked, root=root, commit=commit), path) for path in models]
    if form is Format.TEXT:
        write(_text(sessions, models, every=every), output)
    else:
        write(FORMS[form]([checked(session, path) for session, path in zip(sessions, models, strict=True)]), output)
    raise typer.Exit(_exit_code([session.assessment if session is not None else None for session in sessions]))


def _session(one: Callable[[Path], Session], path: Path) -> Session | None:
    """The model's session; None for a file that cannot be read, which is told, so that the others are still checked."""
    try:
        return one(path)
    except typer.Exit:
        return None


def _text(sessions: Sequence[Session | None], models: Sequence[Path], *, every: bool) -> bytes:
    """The results for a person, whose mistakes are told on standard error; who approved a model, where somebody did."""
    texts = []
    for session, path in zip(sessions, models, strict=True):
        if session is None:
            continue
        tell(session.diagnostics, session.loaded.texts, session.path_of)
        if session.assessment is not None:
            texts.append(summary(session.assessment, session.path_of, every=every) + review_line(session, path))
    return "\n".join(texts).encode()


def _exit_code(assessments: list[Assessment | None]) -> ExitCode:
    if any(assessment is None for assessment in assessments):
        return ExitCode.WRONG_INPUT
    passed = all(assessment.gate.passed for assessment in assessments if assessment is not None)
    return ExitCode.CLEAN if passed else ExitCode.FAILED
