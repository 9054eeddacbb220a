"""The options of `threatdsl report`, and which of them go with which form."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.cli.session import fail
from threatdsl.report.edition import PUBLIC, Audience, Edition, Theme
from threatdsl.report.errors import ReportError
from threatdsl.report.forms import FORMS, Form
from threatdsl.report.theme import LARGEST, logo, style_sheet
from threatdsl.report.words import clean, listed


class Page(StrEnum):
    """Page sizes."""

    A4 = "a4"
    LETTER = "letter"


class ReportFormat(StrEnum):
    """The forms of a report."""

    PDF = "pdf"
    HTML = "html"
    MD = "md"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


def _no_models(outputs: list[Path]) -> list[Path]:
    """Refuses to write a report over a model or a library, and two reports into one file."""
    for output in outputs:
        if output.suffix == ".threat":
            raise typer.BadParameter(f"{output} is a model's name; a report would take its place")
        if outputs.count(output) > 1:
            raise typer.BadParameter(f"{output} is named twice")
    return outputs


Outputs = Annotated[
    list[Path],
    typer.Option(
        "-o",
        "--output",
        callback=_no_models,
        metavar="FILE",
        help="Where to write: a name ending in .pdf, .html, .md, .csv, .xlsx or .json. May be given several times.",
        show_default=False,
    ),
]
ReportForm = Annotated[
    ReportFormat | None,
    typer.Option("--format", help="The form; what the output's name ends with.", show_default=False),
]
Readers = Annotated[
    Audience | None,
    typer.Option(
        help="Who reads it: management decides, a review checks, an audit wants proof.", show_default="review"
    ),
]
Redact = Annotated[
    bool,
    typer.Option("--redact", help="Make a public version: without people, technology, evidence and what is open."),
]
PageSize = Annotated[Page | None, typer.Option(help="The page size of a PDF.", show_default="a4")]
Css = Annotated[
    Path | None,
    typer.Option("--theme", "--css", metavar="FILE", help="A style sheet that comes last.", show_default=False),
]
Logo = Annotated[
    Path | None, typer.Option("--logo", metavar="FILE", help="A picture: PNG, JPEG or SVG.", show_default=False)
]
Classification = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="The classification of the report; that of the model.", show_default=False),
]


def form_of(output: Path, wanted: ReportFormat | None, *, several: bool) -> Form:
    """The form that a name ends with, or that was asked for. The two must agree."""
    if wanted is not None and several:
        fail("--format goes with one -o; several reports are told apart by what their names end with")
    named = FORMS.get(output.suffix.removeprefix(".").lower())
    if named is None and wanted is None:
        endings = listed([f".{one.value}" for one in ReportFormat], "or")
        fail(f"a report ends in {endings}, {output} does not; or say --format")
    if named is not None and wanted is not None and named.name != wanted.value:
        fail(f"--format {wanted.value} does not go with the name {output}")
    form = FORMS[wanted.value] if wanted is not None else named
    assert form is not None  # one of the two is given
    return form


def check_fit(forms: Sequence[Form], given: Sequence[str]) -> None:
    """Ends the program where an option goes with none of the forms; a public version must be one in each of them."""
    for option in given:
        without = [form.name for form in forms if option not in form.takes]
        if option == "--redact" and "json" in without:
            fail("--redact does not go with json: the result holds the text of the model, which no public version has")
        if len(without) == len(forms):
            fail(f"{option} does not go with {listed(list(dict.fromkeys(without)), 'or')}")


def theme_of(css: Path | None, picture: Path | None, classification: str | None) -> Theme:
    """The theme; a file that is none ends the program."""
    try:
        return Theme(
            css=style_sheet(_content(css), str(css)) if css is not None else "",
            logo=logo(_content(picture), str(picture)) if picture is not None else "",
            classification=" ".join(clean(classification or "").split()),
        )
    except ReportError as error:
        fail(str(error))


def edition_of(readers: Audience | None, page: Page | None, theme: Theme, *, public: bool) -> Edition:
    """The edition that the options ask for. A classification of a public version does not hide that it is one."""
    if public and theme.classification:
        theme = replace(theme, classification=f"{PUBLIC} · {theme.classification}")
    return Edition(readers or Audience.REVIEW, public, (page or Page.A4).value, theme)


def _content(path: Path) -> bytes:
    """The file, as far as it has to be read to see that it is too large."""
    try:
        if path.exists() and not path.is_file():
            fail(f"{path} is no file that ends")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror or error}")
