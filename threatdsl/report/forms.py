"""The forms of a report: what a name ends with, what the form can take, and what writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from threatdsl.assess.assessment import Assessment
from threatdsl.report.checked import Checked
from threatdsl.report.edition import Edition

Writer = Callable[[Assessment, Edition], bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """A form. `takes` names the options that change it; `write` raises ReportError where it cannot be made here."""

    name: str
    endings: tuple[str, ...]
    takes: frozenset[str]
    write: Callable[[Checked, Edition], bytes]


def _pdf(assessment: Assessment, edition: Edition) -> bytes:
    from threatdsl.report.document.pdf import pdf

    return pdf(assessment, edition)


def _html(assessment: Assessment, edition: Edition) -> bytes:
    from threatdsl.report.page.html import html

    return html(assessment, edition)


def _markdown(assessment: Assessment, edition: Edition) -> bytes:
    from threatdsl.report.register.markdown import wiki

    return wiki(assessment, edition)


def _csv(assessment: Assessment, edition: Edition) -> bytes:
    from threatdsl.report.register.findings import findings_csv

    return findings_csv(assessment, edition)


def _xlsx(assessment: Assessment, edition: Edition) -> bytes:
    from threatdsl.report.register.workbook import workbook

    return workbook(assessment, edition)


def _json(checked: Checked, _: Edition) -> bytes:
    from threatdsl.report.register.data import report_json

    return report_json(checked)


def _of_assessment(writer: Writer) -> Callable[[Checked, Edition], bytes]:
    def write(checked: Checked, edition: Edition) -> bytes:
        assert checked.assessment is not None  # a wrong model has no report
        return writer(checked.assessment, edition)

    return write


_LOOK = frozenset({"--audience", "--redact", "--theme", "--logo", "--classification"})
_FORMS = (
    Form("pdf", ("pdf",), _LOOK | {"--page"}, _of_assessment(_pdf)),
    Form("html", ("html", "htm"), _LOOK, _of_assessment(_html)),
    Form(
        "md", ("md", "markdown"), frozenset({"--audience", "--redact", "--classification"}), _of_assessment(_markdown)
    ),
    Form("csv", ("csv",), frozenset({"--redact"}), _of_assessment(_csv)),
    Form("xlsx", ("xlsx",), frozenset({"--redact", "--classification"}), _of_assessment(_xlsx)),
    Form("json", ("json",), frozenset(), _json),
)
FORMS: Mapping[str, Form] = {ending: form for form in _FORMS for ending in form.endings}
