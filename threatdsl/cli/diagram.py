"""threatdsl diagram."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.cli.options import ModelPath, Now, Output, PolicyName, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import assessment_or_exit, fail, read
from threatdsl.report import DiagramError
from threatdsl.report import diagram as draw


class Format(StrEnum):
    """The forms of a diagram."""

    SVG = "svg"
    PNG = "png"
    DOT = "dot"


def diagram(
    model: ModelPath,
    *,
    output: Output = None,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="The form; what the output's name ends with, else svg.", show_default=False),
    ] = None,
    policy: PolicyName = None,
    now: Now = None,
    root: Root = None,
) -> None:
    """Draw the data-flow diagram. Every flow of the model is drawn, or the command fails."""
    wanted = form or _form_of(output)
    session = read(model, now=today(now), root=root, policy=policy)
    assessment = assessment_or_exit(session)
    try:
        content = draw(assessment, wanted.value)
    except DiagramError as error:
        fail(str(error))
    write(content, output)


def _form_of(output: Path | None) -> Format:
    if output is None:
        return Format.SVG
    ending = output.suffix.removeprefix(".").lower()
    if ending not in list(Format):
        fail(f"a diagram ends in .svg, .png or .dot, not {output.suffix or 'in nothing'}; or say --format")
    return Format(ending)
