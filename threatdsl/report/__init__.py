"""Assessment to documents: the data-flow diagram, the HTML page and the PDF. Importing this loads nothing heavy."""

from typing import TYPE_CHECKING, Literal

from threatdsl.report.errors import DiagramError, ReportError

if TYPE_CHECKING:
    from threatdsl.assess.assessment import Assessment

__all__ = ["DiagramError", "ReportError", "diagram", "diagram_dot", "html", "pdf"]


def diagram_dot(assessment: "Assessment") -> str:
    """The data-flow diagram in the language of Graphviz."""
    from threatdsl.report.drawing import diagram_dot as written

    return written(assessment)


def diagram(assessment: "Assessment", form: Literal["svg", "png", "dot"]) -> bytes:
    """The data-flow diagram as a file that stands alone.

    Raises DiagramError where Graphviz is missing or does not draw every flow.
    """
    from threatdsl.report.drawing import diagram as written

    return written(assessment, form)


def html(assessment: "Assessment") -> bytes:
    """The report as one HTML file that works from disk and sends no request. Raises DiagramError as `diagram` does."""
    from threatdsl.report.page import html as written

    return written(assessment)


def pdf(assessment: "Assessment", page: Literal["a4", "letter"] = "a4") -> bytes:
    """The report as a tagged PDF.

    Raises ReportError where a library of the system is missing, DiagramError as `diagram` does.
    """
    from threatdsl.report.document import pdf as written

    return written(assessment, page)
