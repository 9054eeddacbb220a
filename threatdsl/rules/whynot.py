"""Why a rule has no finding at a place: the first clause that fails there, with the values it saw."""

from collections.abc import Iterator

import msgspec

from threatdsl.model.environments import environments, limited_to
from threatdsl.model.model import Model
from threatdsl.rules.analyse import analyse
from threatdsl.rules.facts import Facts
from threatdsl.rules.finding import Finding, Outcome, ProofStep, Question, RuleInfo
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.texts import shown
from threatdsl.rules.whynot_clauses import Reason, failing_clause
from threatdsl.rules.whynot_paths import failing_path


class WhyNot(msgspec.Struct, frozen=True):
    """What a rule says at a place.

    `findings` are those that are there, `questions` what has to be known to tell whether there is one; without both
    there are `reasons`: one, or one for each thing of the `for` of a path rule when only the sink was named, and more
    where environments differ.
    """

    rule: RuleInfo
    elements: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """The outcome, None where the rule does not apply."""
        if self.findings:
            return self.findings[0].outcome
        return Outcome.QUESTION if self.questions else None


def why_not(model: Model, rule: CheckedRule, elements: tuple[str, ...]) -> WhyNot:
    """What a rule says at elements of the model: those of its findings' ids, or of a path rule the sink alone."""
    analysis = analyse(model, (rule,))
    findings = tuple(f for f in analysis.findings if f.rule.id == rule.id and _is_at(f.elements, elements))
    if findings:
        return WhyNot(rule.info, elements, findings=findings)
    asked = (q for q in analysis.questions if any(_is_at(key[1], elements) for key in q.findings))
    return WhyNot(rule.info, elements, questions=tuple(asked), reasons=tuple(_reasons(model, rule, elements)))


def _is_at(found: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return found[-len(wanted) :] == wanted


def _reasons(model: Model, rule: CheckedRule, elements: tuple[str, ...]) -> Iterator[Reason]:
    """The reasons in each environment, one that several share once."""
    found: dict[Reason, list[str]] = {}
    names = environments(model)
    for name in names or ("",):
        part = limited_to(model, name) if name else model
        for reason in _in_environment(part, model, rule, elements):
            found.setdefault(reason, []).append(name)
    for reason, where in found.items():
        everywhere = len(where) == len(names) or not names
        yield reason if everywhere else msgspec.structs.replace(reason, environments=tuple(where))


def _in_environment(part: Model, model: Model, rule: CheckedRule, elements: tuple[str, ...]) -> Iterator[Reason]:
    away = [model.things[id_] for id_ in elements if id_ not in part.things]
    if away:
        text = f"{shown(away[0], model)} is not there"
        yield Reason(elements, "environments", text, (ProofStep("for", text, (away[0].span,)),))
        return
    facts = Facts(part)
    yield from (failing_clause if rule.path is None else failing_path)(rule, facts, elements)
