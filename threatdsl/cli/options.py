"""Options that several commands share."""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """The forms of a list or an answer."""

    TEXT = "text"
    JSON = "json"


def today(value: str | None) -> date:
    """The day that decisions are measured against: `--now`, else today in UTC."""
    if value is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(value)
    except ValueError:
        message = f"{value} is not a date such as 2026-12-31"
        raise typer.BadParameter(message, param_hint="--now") from None


def _not_a_model(output: Path | None) -> Path | None:
    """Refuses to write a result over a model or a library."""
    if output is not None and output.suffix == ".threat":
        raise typer.BadParameter(f"{output} is a model's name; a result would take its place")
    return output


ModelPath = Annotated[
    Path, typer.Argument(metavar="MODEL", help="The model's file, ending in .threat.", show_default=False)
]
Root = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="The folder that the model may read; the nearest one with threatdsl.root or .git.",
        show_default=False,
    ),
]
RefData = Annotated[
    Path | None,
    typer.Option(
        "--ref-data",
        metavar="FOLDER",
        help="Reference data (cwe.json, attack.json, ...) to check all cited ids against, in place of the shipped.",
        show_default=False,
    ),
]
Now = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="The day that decisions are measured against; today in UTC.", show_default=False),
]
PolicyName = Annotated[
    str | None, typer.Option("--policy", metavar="NAME", help="The policy to apply.", show_default=False)
]
Commit = Annotated[
    str | None,
    typer.Option(metavar="SHA", help="The revision to judge; git's HEAD.", show_default=False),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of a template.", show_default=False),
]
Form = Annotated[Format, typer.Option("--format", help="The form of the output.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        callback=_not_a_model,
        metavar="FILE",
        help="Where to write; standard output.",
        show_default=False,
    ),
]
