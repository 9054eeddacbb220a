"""threatdsl review: approvals that hold for a meaning, not for a file."""

from typing import Annotated

import typer

from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.options import Form, Format, ModelPath, Now, Output, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import fail, load_model, model_or_exit
from threatdsl.model.approvals import (
    Approval,
    UnreadableApprovals,
    approved,
    file_of,
    read_approvals,
    standing,
    written,
)
from threatdsl.report.approval import approval_text

app = typer.Typer(
    name="review", help="Approve a model, and see whether its approval still stands.", no_args_is_help=True
)

By = Annotated[str, typer.Option(metavar="WHO", help="Who approves: a name or an address.", show_default=False)]
Note = Annotated[
    str, typer.Option(metavar="TEXT", help="What was looked at, or on which condition.", show_default=False)
]
Most = Annotated[int, typer.Option(metavar="N", min=0, help="How many things may change before a review is asked for.")]


@app.command("approve")
def approve(model: ModelPath, *, by: By, note: Note = "", now: Now = None, root: Root = None) -> None:
    """Write down that somebody has approved the model as it is now, in a file beside it.

    Layout and comments may change; a change of meaning asks for a new review.
    """
    found = model_or_exit(load_model(model, root=root))
    if not by.strip():
        fail("say who approves: --by NAME")
    path = file_of(model)
    approval = approved(found, " ".join(by.split()), today(now), " ".join(note.split()))
    write(written((*_approvals(model), approval)).encode(), path)
    typer.echo(f"{path.name}: {approval.by} approves {found.digest[:12]}; commit it beside the model", err=True)


@app.command("status")
def status(
    model: ModelPath,
    *,
    most: Most = 0,
    form: Form = Format.TEXT,
    now: Now = None,
    root: Root = None,
    output: Output = None,
) -> None:
    """Say who approved the model, and what has changed since.

    Exit code 0: the approval stands. 3: a new review is asked for.
    """
    from threatdsl.report.result import to_json

    found = standing(model_or_exit(load_model(model, root=root)), _approvals(model), today(now), most)
    write(to_json(found) if form is Format.JSON else approval_text(found).encode(), output)
    raise typer.Exit(ExitCode.CLEAN if found.is_current else ExitCode.DIFFERS)


def _approvals(model: ModelPath) -> tuple[Approval, ...]:
    try:
        return read_approvals(file_of(model))
    except UnreadableApprovals as error:
        fail(f"{file_of(model)}: {error}")
