"""threatdsl report."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.assess.assessment import Assessment
from threatdsl.cli.options import Commit, ModelPath, Now, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import assessment_or_exit, fail, read, reference_data
from threatdsl.report.errors import ReportError


class Page(StrEnum):
    """Page sizes."""

    A4 = "a4"
    LETTER = "letter"


def report(
    model: ModelPath,
    *,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where to write: a name ending in .pdf or .html.", show_default=False
        ),
    ],
    page: Annotated[Page, typer.Option(help="The page size of a PDF.")] = Page.A4,
    policy: PolicyName = None,
    now: Now = None,
    commit: Commit = None,
    root: Root = None,
    ref_data: RefData = None,
) -> None:
    """Write the review document: summary, diagram, threats, questions, decisions, elements."""
    writer = _writer(output, page)
    session = read(
        model,
        now=today(now),
        root=root,
        policy=policy,
        commit=commit,
        catalogues=reference_data(ref_data),
    )
    assessment = assessment_or_exit(session)
    try:
        content = writer(assessment)
    except ReportError as error:
        fail(str(error))
    write(content, output)


def _writer(output: Path, page: Page) -> Callable[[Assessment], bytes]:
    ending = output.suffix.lower()
    if ending == ".pdf":
        from threatdsl.report.document.pdf import pdf
        from threatdsl.report.edition import Edition

        return lambda assessment: pdf(assessment, Edition(page=page.value))
    if ending in (".html", ".htm"):
        from threatdsl.report.page.html import html

        return html
    return fail(f"a report ends in .pdf or .html, {output} does not")
