"""threatdsl questions."""

from collections.abc import Iterable

from threatdsl.assess.assessment import Assessment
from threatdsl.cli.options import Form, Format, ModelPath, Now, Output, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import Session, assessment_or_exit, read, reference_data
from threatdsl.model.model import Model
from threatdsl.report.asking import questions_data, questions_text
from threatdsl.report.result import to_json
from threatdsl.rules.finding import Outcome, Question
from threatdsl.rules.questions import answered, ranked


def questions(
    model: ModelPath,
    *,
    form: Form = Format.TEXT,
    policy: PolicyName = None,
    now: Now = None,
    root: Root = None,
    ref_data: RefData = None,
    output: Output = None,
) -> None:
    """List what nobody stated, the most useful answer first.

    Each question comes with the line that answers it. It tells whether threats apply, or whether a control holds the
    ones that do. Findings that a decision covers are not asked about.
    """
    session = read(model, now=today(now), root=root, policy=policy, catalogues=reference_data(ref_data))
    assessment = assessment_or_exit(session)
    found = open_questions(session, assessment)
    if form is Format.JSON:
        write(to_json(questions_data(assessment.model, found)), output)
    else:
        write(questions_text(assessment.model, found, session.path_of).encode(), output)


def open_questions(session: Session, assessment: Assessment) -> tuple[Question, ...]:
    """The questions of an assessment with their answers."""
    undecided = (found.finding for found in assessment.findings if found.outcome is Outcome.UNASSESSED)
    return ranked(assessment.model, session.loaded.written, assessment.questions, undecided)


def with_answers(session: Session, model: Model, found: Iterable[Question]) -> tuple[Question, ...]:
    """The questions with what answers each."""
    return answered(model, session.loaded.written, found)
