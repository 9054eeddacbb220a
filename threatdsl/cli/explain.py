"""threatdsl explain."""

from typing import Annotated

import typer

from threatdsl.cli.options import ModelPath, Now, PolicyName, RefData, Root, today
from threatdsl.cli.session import assessment_or_exit, fail, read, reference_data
from threatdsl.diagnostics import did_you_mean
from threatdsl.report.text import explanation
from threatdsl.rules.finding import Outcome
from threatdsl.rules.remedies import remedies


def explain(
    model: ModelPath,
    finding: Annotated[
        str, typer.Argument(metavar="ID", help="A finding's id, as `check` prints it.", show_default=False)
    ],
    *,
    policy: PolicyName = None,
    now: Now = None,
    root: Root = None,
    ref_data: RefData = None,
) -> None:
    """Say why a finding is there: the clauses that hold, the facts with their places, the path, the severity."""
    session = read(model, now=today(now), root=root, policy=policy, catalogues=reference_data(ref_data))
    assessment = assessment_or_exit(session)
    found = {assessed.id: assessed for assessed in assessment.findings}
    wanted = finding.replace(" -> ", "->").replace(", ", ",")
    if wanted not in found:
        settles = [question for question in assessment.questions if wanted in question.settles]
        if settles:
            fail(f"{wanted} is not decided yet. {' '.join(question.text for question in settles)}")
        fail(f"there is no finding {wanted}; {did_you_mean(wanted, found) or '`check --all` lists them'}")
    explained = found[wanted]
    undecided = explained.finding.outcome in (Outcome.OPEN, Outcome.UNASSESSED)
    removing = remedies(assessment.model, explained.finding) if undecided else ()
    typer.echo(explanation(explained, removing, session.path_of, assessment.catalogues))
