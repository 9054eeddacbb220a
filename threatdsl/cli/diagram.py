"""threatdsl diagram."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.cli.options import ModelPath, Now, Output, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.progress import progress
from threatdsl.cli.session import assessment_or_exit, fail, read, reference_data
from threatdsl.report.errors import DiagramError


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
    ref_data: RefData = None,
) -> None:
    """Draw the data-flow diagram. Every flow of the model is drawn, or the command fails."""
    from threatdsl.report.diagram.drawing import diagram as draw

    wanted = _form(form, output)
    with progress("Analysing the model"):
        session = read(model, now=today(now), root=root, policy=policy, catalogues=reference_data(ref_data))
    assessment = assessment_or_exit(session)
    try:
        with progress("Drawing"):
            content = draw(assessment, wanted.value)
    except DiagramError as error:
        fail(str(error))
    write(content, output)


def _form(form: Format | None, output: Path | None) -> Format:
    """The form that was asked for, else what the output's name ends with, else SVG. The two must agree."""
    endings = {one.value: one for one in Format}
    named = endings.get(output.suffix.removeprefix(".").lower()) if output is not None else None
    if output is not None and form is None and named is None:
        fail(f"a diagram ends in .svg, .png or .dot, {output} does not; or say --format")
    if form is not None and named not in (None, form):
        fail(f"--format {form} does not go with the name {output}")
    return form or named or Format.SVG
