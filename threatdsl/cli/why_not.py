"""threatdsl why-not."""

from datetime import date
from typing import Annotated

import typer

from threatdsl.assess.assessment import Assessment
from threatdsl.cli.options import Form, Format, ModelPath, Now, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.questions import with_answers
from threatdsl.cli.session import Session, assessment_or_exit, fail, read, reference_data
from threatdsl.diagnostics import did_you_mean
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.report.result import to_json
from threatdsl.report.why_not import why_not_data, why_not_text
from threatdsl.rules.load import load_rules
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.whynot import why_not as reasons_of


def why_not(
    model: ModelPath,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.", show_default=False)],
    element: Annotated[
        str,
        typer.Argument(
            metavar="ELEMENT",
            help="An element, a flow as `a -> b` or by its name; for a path its end, or `data,end`.",
            show_default=False,
        ),
    ],
    *,
    form: Form = Format.TEXT,
    policy: PolicyName = None,
    now: Now = None,
    root: Root = None,
    ref_data: RefData = None,
) -> None:
    """Say why a rule has no finding at an element.

    Shows the clause that fails first with its values and where they are stated; or what nobody stated; or the finding.
    """
    session = read(model, now=today(now), root=root, policy=policy, catalogues=reference_data(ref_data))
    assessment = assessment_or_exit(session)
    checked = rule_or_exit(assessment.model, rule)
    elements = _elements_or_exit(assessment.model, checked, element)
    write(answer(session, assessment, checked, elements, form=form), None)


def answer(
    session: Session, assessment: Assessment, rule: CheckedRule, elements: tuple[str, ...], *, form: Format
) -> bytes:
    """What a rule says at elements, in the form that is wanted."""
    found = reasons_of(assessment.model, rule, elements)
    judged = {assessed.id: assessed.outcome for assessed in assessment.findings}
    known = {(question.element, question.fact): question for question in assessment.questions}
    asked = (known.get((question.element, question.fact), question) for question in found.questions)
    questions, off = with_answers(session, assessment.model, asked), _off_until(assessment, rule.id)
    if form is Format.JSON:
        return to_json(why_not_data(found, judged, questions, off))
    return why_not_text(found, judged, questions, off, session.path_of).encode()


def rule_or_exit(model: Model, id_: str) -> CheckedRule:
    """The rule of an id; an unknown one ends the program with a suggestion."""
    rules = {rule.id: rule for rule in load_rules(model, Problems())}
    if id_ not in rules:
        fail(f"there is no rule {id_}; {did_you_mean(id_, rules) or '`threatdsl rules list` names all'}")
    return rules[id_]


def _elements_or_exit(model: Model, rule: CheckedRule, written: str) -> tuple[str, ...]:
    """The ids that are meant: one for a rule about a place, one or two for a path rule with a `for`."""
    elements = tuple("->".join(end.strip() for end in part.split("->")) for part in written.split(","))
    for id_ in elements:
        if id_ not in model.things:
            named = ", ".join(f"`{flow.id}`" for flow in model.flows if f"{flow.source}->{flow.target}" == id_)
            help = f"that flow is called {named}" if named else did_you_mean(id_, model.things)
            fail(f"there is no {id_} in the model; {help or 'an unnamed flow goes by a -> b, all else by its name'}")
    most = sum(part is not None for part in (rule.subject, rule.path))
    if len(elements) > most:
        fail(f"{rule.id} speaks of {'one element' if most == 1 else 'two elements'}, not of {len(elements)}")
    return elements


def _off_until(assessment: Assessment, rule: str) -> date | None:
    """The last day of the `disable` in force."""
    ends = (
        one.switch.until for one in assessment.switches if one.in_force and any(off.id == rule for off in one.rules)
    )
    return max(ends, default=None)
