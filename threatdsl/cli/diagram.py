"""threatdsl diagram."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatdsl.attack.search import attack_paths
from threatdsl.cli.options import ModelPath, Now, Output, PolicyName, RefData, Root, today
from threatdsl.cli.output import STANDARD_OUTPUT, write
from threatdsl.cli.progress import progress
from threatdsl.cli.session import assessment_or_exit, fail, read, reference_data
from threatdsl.report.errors import DiagramError

if TYPE_CHECKING:
    from threatdsl.assess.assessment import Assessment

LIST = "list"


class Format(StrEnum):
    """The forms of a diagram."""

    SVG = "svg"
    PNG = "png"
    DOT = "dot"
    MERMAID = "mermaid"

    @property
    def ending(self) -> str:
        """What the name of a file in this form ends with, without the dot."""
        return "mmd" if self is Format.MERMAID else self.value


FormatName = Annotated[
    Format | None,
    typer.Option("--format", help="The form; what the output's name ends with, else svg.", show_default=False),
]
ViewNames = Annotated[
    list[str] | None,
    typer.Option(
        "--view",
        metavar="NAME",
        help="What to draw: overview, boundary:ID, data:ID, paths, path:N, level:N. Several, or all, go into a folder. "
        "`list` lists them.",
        show_default="overview",
    ),
]


def diagram(
    model: ModelPath,
    *,
    output: Output = None,
    form: FormatName = None,
    view: ViewNames = None,
    policy: PolicyName = None,
    now: Now = None,
    root: Root = None,
    ref_data: RefData = None,
) -> None:
    """Draw the data-flow diagram, or a view of a part of it. Every flow of a view is drawn, or the command fails."""
    from threatdsl.report.diagram.export import ALL
    from threatdsl.report.diagram.views import OVERVIEW

    many = len(names := view or [OVERVIEW]) > 1 or ALL in names
    wanted = Format.SVG if LIST in names else _form(form, output, many=many)
    with progress("Analysing the model"):
        loaded = read(model, now=today(now), root=root, policy=policy, catalogues=reference_data(ref_data))
        assessment = assessment_or_exit(loaded)
    try:
        if LIST in names:
            write(_listed(assessment), output)
        else:
            _draw(assessment, names, wanted, output, many=many)
    except DiagramError as error:
        fail(str(error))


def _listed(assessment: "Assessment") -> bytes:
    """The names of all views, each with its title."""
    from threatdsl.report.diagram.export import ALL, chosen
    from threatdsl.report.plain import plain

    found = chosen(assessment, attack_paths(assessment), [ALL])
    width = max(len(plain(one.name)) for one in found)
    return "".join(f"{plain(one.name):{width}}  {plain(one.title)}\n" for one in found).encode()


def _draw(assessment: "Assessment", names: list[str], form: Format, output: Path | None, *, many: bool) -> None:
    """Write the views: one to a file or standard output, many to a folder."""
    from threatdsl.report.diagram.export import chosen, file_name, files

    with progress("Drawing"):
        found = chosen(assessment, attack_paths(assessment), names)
        contents = tuple(files(found, form.ending))
    if many and output is not None:
        output.mkdir(exist_ok=True)
    for one, content in zip(found, contents, strict=True):
        write(content, output / file_name(one, form.ending) if many and output is not None else output)


def _form(form: Format | None, output: Path | None, *, many: bool) -> Format:
    """The form that was asked for, else what the output's name ends with, else SVG. The two must agree."""
    if many:
        if output is None or output.is_file() or output.suffix.removeprefix(".") in (one.ending for one in Format):
            fail("several views are several files: name a folder with -o")
        if not output.absolute().parent.is_dir():
            fail(f"there is no folder {output.parent}")
        return form or Format.SVG
    endings = {one.ending: one for one in Format}
    named = endings.get(output.suffix.removeprefix(".").lower()) if output is not None else None
    if output is not None and output != STANDARD_OUTPUT and form is None and named is None:
        fail(f"a diagram ends in .svg, .png, .dot or .mmd, {output} does not; or say --format")
    if form is not None and named not in (None, form):
        fail(f"--format {form} does not go with the name {output}")
    return form or named or Format.SVG
