"""threatdsl check."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.assess.assessment import Assessment
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.options import Commit, Now, Output, PolicyName, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import Session, assessment_or_exit, read
from threatdsl.report.result import result, to_json
from threatdsl.report.text import summary


class Format(StrEnum):
    """The forms of a result."""

    TEXT = "text"
    JSON = "json"


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
    now: Now = None,
    commit: Commit = None,
    root: Root = None,
    output: Output = None,
) -> None:
    """Parse a model, analyse it, and apply the policy.

    Exit code 0: the gate passed. 1: it failed. 2: the model is wrong.
    """
    day = today(now)
    sessions = [read(path, now=day, root=root, policy=policy, commit=commit or "") for path in models]
    if form is Format.JSON:
        results = [
            result(session.assessment, session.diagnostics, _name(session, path))
            for session, path in zip(sessions, models, strict=True)
        ]
        write(to_json(results[0] if len(results) == 1 else results), output)
        assessments = [session.assessment for session in sessions]
    else:
        assessments = []
        texts: list[str] = []
        for session in sessions:
            assessments.append(_assessment(session))
            if (found := assessments[-1]) is not None:
                texts.append(summary(found, session.path_of, every=every))
        write("\n".join(texts).encode(), output)
    raise typer.Exit(_exit_code(assessments))


def _name(session: Session, path: Path) -> str:
    return session.loaded.model.head.id.partition(" ")[2] if session.loaded.model is not None else path.stem


def _assessment(session: Session) -> Assessment | None:
    """The assessment, its diagnostics told; None for a wrong model, so that the others are still checked."""
    try:
        return assessment_or_exit(session)
    except typer.Exit:
        return None


def _exit_code(assessments: list[Assessment | None]) -> ExitCode:
    if any(assessment is None for assessment in assessments):
        return ExitCode.WRONG_INPUT
    passed = all(assessment.gate.passed for assessment in assessments if assessment is not None)
    return ExitCode.CLEAN if passed else ExitCode.FAILED
