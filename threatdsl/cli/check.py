"""threatdsl check."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from threatdsl.assess.assessment import Assessment
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.options import Commit, Now, Output, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import Session, read, reference_data, tell
from threatdsl.report.result import result, to_json
from threatdsl.report.text import summary
from threatdsl.rules.catalogues import Catalogues


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
    ref_data: RefData = None,
    output: Output = None,
) -> None:
    """Parse a model, analyse it, and apply the policy.

    Exit code 0: the gate passed. 1: it failed. 2: the model is wrong.
    """
    day = today(now)
    catalogues = reference_data(ref_data)
    sessions = [_session(path, day, root, policy, commit, catalogues) for path in models]
    if form is Format.JSON:
        results = [_result(session, path) for session, path in zip(sessions, models, strict=True)]
        write(to_json(results[0] if len(results) == 1 else results), output)
    else:
        for session in sessions:
            if session is not None:
                tell(session.diagnostics, session.loaded.texts, session.path_of)
        told = [s for s in sessions if s is not None]
        texts = [summary(s.assessment, s.path_of, every=every) for s in told if s.assessment is not None]
        write("\n".join(texts).encode(), output)
    raise typer.Exit(_exit_code([session.assessment if session is not None else None for session in sessions]))


def _session(
    path: Path, day: date, root: Path | None, policy: str | None, commit: str | None, catalogues: Catalogues
) -> Session | None:
    """The model's session; None for a file that cannot be read, which is told, so that the others are still checked."""
    try:
        return read(path, now=day, root=root, policy=policy, commit=commit, catalogues=catalogues)
    except typer.Exit:
        return None


def _result(session: Session | None, path: Path) -> dict[str, Any]:
    if session is None:
        return result(None, (), path.stem)
    model = session.loaded.model
    return result(
        session.assessment, session.diagnostics, path.stem if model is None else model.head.id.partition(" ")[2]
    )


def _exit_code(assessments: list[Assessment | None]) -> ExitCode:
    if any(assessment is None for assessment in assessments):
        return ExitCode.WRONG_INPUT
    passed = all(assessment.gate.passed for assessment in assessments if assessment is not None)
    return ExitCode.CLEAN if passed else ExitCode.FAILED
