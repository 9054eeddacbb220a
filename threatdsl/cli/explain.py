"""threatdsl explain."""

from typing import Annotated

import typer

from threatdsl.assess.assessment import Assessment
from threatdsl.cli.options import Commit, Form, Format, ModelPath, Now, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import Session, assessment_or_exit, fail, read, reference_data
from threatdsl.cli.why_not import answer, rule_or_exit
from threatdsl.diagnostics import did_you_mean
from threatdsl.report.explained import explained_data
from threatdsl.report.result import to_json
from threatdsl.report.text import explanation
from threatdsl.rules.answers import answering
from threatdsl.rules.finding import ACT, Answer, Finding
from threatdsl.rules.holding import holds
from threatdsl.rules.remedies import remedies


def explain(
    model: ModelPath,
    finding: Annotated[
        str, typer.Argument(metavar="ID", help="A finding's id, as `check` prints it.", show_default=False)
    ],
    *,
    form: Form = Format.TEXT,
    policy: PolicyName = None,
    now: Now = None,
    commit: Commit = None,
    root: Root = None,
    ref_data: RefData = None,
) -> None:
    """Say why a finding is there, and what changes it.

    Shows the clauses that hold, the facts with their places, the path, the severity, and the single line that removes
    the finding, answers its question, or holds it.
    """
    catalogues = reference_data(ref_data)
    session = read(model, now=today(now), root=root, policy=policy, commit=commit, catalogues=catalogues)
    assessment = assessment_or_exit(session)
    found = {assessed.id: assessed for assessed in assessment.findings}
    wanted = finding.replace(" -> ", "->").replace(", ", ",")
    asked = {id_ for question in assessment.questions for id_ in question.settles}
    if wanted in asked - found.keys():
        rule, _, elements = wanted.partition("@")
        checked = rule_or_exit(assessment.model, rule)
        write(answer(session, assessment, checked, tuple(elements.split(",")), form=form), None)
        return
    if wanted not in found:
        help = did_you_mean(wanted, (*found, *asked)) or "`check --all` lists them, `why-not` says why one is not there"
        fail(f"there is no finding {wanted}; {help}")
    explained = found[wanted]
    removing = _removing(session, assessment, explained.finding)
    holding = holds(assessment.model, explained.finding)
    if form is Format.JSON:
        write(to_json(explained_data(explained, removing, holding)), None)
    else:
        text = explanation(explained, removing, holding, session.path_of, assessment.catalogues)
        write(f"{text}\n".encode(), None)


def _removing(session: Session, assessment: Assessment, finding: Finding) -> tuple[Answer, ...]:
    """The single changes that mitigate a finding which nothing mitigates yet."""
    if finding.outcome not in ACT:
        return ()
    model = assessment.model
    answers = answering(model, session.loaded.written)
    return tuple(
        answers.saying(model.things[remedy.place], "controls", remedy.control_class)
        for remedy in remedies(model, finding)
    )
