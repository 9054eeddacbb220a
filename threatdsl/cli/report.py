"""threatdsl report."""

from collections.abc import Mapping
from pathlib import Path

from threatdsl.cli.check import Against, Deciding, DecisionsOf
from threatdsl.cli.compared import Asked, read_asked
from threatdsl.cli.options import Commit, ModelPath, Now, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.progress import progress
from threatdsl.cli.report_options import (
    Classification,
    Css,
    Logo,
    Outputs,
    PageSize,
    Readers,
    Redact,
    ReportForm,
    check_fit,
    edition_of,
    form_of,
    theme_of,
)
from threatdsl.cli.session import assessment_or_exit, checked, fail, reference_data
from threatdsl.report.checked import Checked
from threatdsl.report.edition import Edition
from threatdsl.report.errors import ReportError
from threatdsl.report.forms import Form


def report(
    model: ModelPath,
    *,
    outputs: Outputs,
    form: ReportForm = None,
    audience: Readers = None,
    redact: Redact = False,
    page: PageSize = None,
    theme: Css = None,
    logo: Logo = None,
    classification: Classification = None,
    policy: PolicyName = None,
    baseline: Against = None,
    decisions: Deciding = DecisionsOf.BASELINE,
    now: Now = None,
    commit: Commit = None,
    root: Root = None,
    ref_data: RefData = None,
) -> None:
    """Write the review document as PDF or HTML, a page for a wiki, a register or data; each -o is one of them."""
    forms = {output: form_of(output, form, several=len(outputs) > 1) for output in outputs}
    asked_for: dict[str, object] = {"--audience": audience, "--redact": redact or None, "--page": page}
    asked_for |= {"--theme": theme, "--logo": logo, "--classification": classification}
    check_fit(tuple(forms.values()), [option for option, value in asked_for.items() if value is not None])
    edition = edition_of(audience, page, theme_of(theme, logo, classification), public=redact)
    asked = Asked(baseline, decisions is DecisionsOf.HEAD, today(now), policy, reference_data(ref_data))
    with progress("Analysing the model"):
        session = read_asked(model, asked, root=root, commit=commit)
    assessment_or_exit(session)
    for output, content in _written(forms, checked(session, model), edition).items():
        write(content, output)


def _written(forms: Mapping[Path, Form], subject: Checked, edition: Edition) -> Mapping[Path, bytes]:
    """All reports, made before any is written, so that a failed run leaves all old files."""
    made = {}
    for output, form in forms.items():
        try:
            with progress(f"Writing {output.name}"):
                made[output] = form.write(subject, edition)
        except ReportError as error:
            fail(str(error))
    return made
