"""The result of a check for a terminal or a log: plain lines, one finding each, the places first."""

from collections.abc import Callable, Iterator

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.report.plain import plain
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.finding import Outcome
from threatdsl.rules.remedies import Remedy

ACT = (Outcome.OPEN, Outcome.UNASSESSED)
QUESTIONS_SHOWN = 5

PathOf = Callable[[str], str]


def summary(assessment: Assessment, path_of: PathOf, *, every: bool) -> str:
    """Findings to act on (with `every` all of them), the first questions, the counts and the gate."""
    lines = [f"{plain(assessment.model.head.title)}  {path_of(assessment.model.file)}", ""]
    for found in assessment.findings:
        if every or found.outcome in ACT:
            lines += _finding(found, path_of)
    lines += _questions(assessment, every=every)
    lines += [*_switched_off(assessment), _counts(assessment), *_gate(assessment)]
    return "\n".join(lines) + "\n"


def _finding(assessed: AssessedFinding, path_of: PathOf) -> Iterator[str]:
    finding, span = assessed.finding, assessed.finding.span
    place = f"{path_of(span.file)}:{span.line}:{span.column}"
    yield f"{place}: {assessed.severity.declared.words} {assessed.outcome.value} {finding.id}"
    yield f"    {plain(finding.message)}."
    if assessed.decision is not None:
        decision = assessed.decision
        yield f"    {assessed.outcome.value} until {decision.until}: {plain(decision.text('reason'))}"
    elif finding.fix and assessed.outcome in ACT:
        yield f"    fix: {plain(finding.fix)}"
    yield ""


def _questions(assessment: Assessment, *, every: bool) -> Iterator[str]:
    questions = assessment.questions if every else assessment.questions[:QUESTIONS_SHOWN]
    if not questions:
        return
    yield "questions, the most useful answer first:"
    for question in questions:
        number = len(question.settles)
        yield f"    {plain(question.text)} ({number} finding{'s' if number > 1 else ''})"
    rest = len(assessment.questions) - len(questions)
    if rest:
        yield f"    and {rest} more; `check --all` lists them"
    yield ""


def _switched_off(assessment: Assessment) -> Iterator[str]:
    off = [switch for switch in assessment.switches if switch.in_force]
    if not off:
        return
    yield "switched off:"
    for assessed in off:
        switch, number = assessed.switch, len(assessed.rules)
        what = f"pack {switch.rule} ({number} rule{'s' if number > 1 else ''})" if assessed.pack else switch.rule
        yield f"    {what} until {switch.until}: {plain(switch.text('reason'))}"
    yield ""


def _counts(assessment: Assessment) -> str:
    counts = [f"{number} {outcome.value}" for outcome, number in assessment.counts.items() if number]
    questions = len(assessment.questions)
    return ", ".join(counts or ["no findings"]) + f"; {questions} question{'' if questions == 1 else 's'}"


def _gate(assessment: Assessment) -> Iterator[str]:
    gate = assessment.gate
    reasons = {action: [r.text for r in gate.reasons if r.action == action] for action in ("fail", "warn")}
    verdict = "passed" if gate.passed else f"failed: {', '.join(reasons['fail'])}"
    yield f"gate ({gate.policy}): {verdict}"
    if reasons["warn"]:
        yield f"    warns: {', '.join(reasons['warn'])}"


def explanation(
    assessed: AssessedFinding, removing: tuple[Remedy, ...], path_of: PathOf, catalogues: Catalogues
) -> str:
    """One finding in full: the sentence, the proof with places, severities with their terms, what removes it.

    `removing` are the single statements that mitigate it; `catalogues` have the titles of what the rule cites.
    """
    finding, views = assessed.finding, assessed.severity
    lines = [
        f"{finding.id}",
        f"{plain(finding.rule.title)}. {assessed.outcome.value}.",
        "",
        f"{plain(finding.message)}.",
        "",
    ]
    if finding.rule.text:
        lines += [plain(finding.rule.text), ""]
    lines.append("proof")
    for step in finding.proof:
        places = ", ".join(f"{path_of(s.file)}:{s.line}:{s.column}" for s in step.spans)
        lines.append(f"  {step.clause:>7}  {plain(step.text)}" + (f"   [{places}]" if places else ""))
    lines += ["", "severity"]
    all_views = (("inherent", views.inherent), ("declared", views.declared), ("verified", views.verified))
    scores = [(name, score) for name, score in all_views if score is not None]
    width = max(len(score.words) for _, score in scores)
    lines += [f"  {name}  {score.words:{width}}  {plain(score.terms)}" for name, score in scores]
    if finding.environments:
        lines += ["", "environments", *(f"  {name}: {outcome.value}" for name, outcome in finding.environments.items())]
    if assessed.decision is not None:
        decision = assessed.decision
        lines += ["", f"{decision.verb} until {decision.until}: {plain(decision.text('reason'))}"]
    if finding.fix:
        lines += ["", f"fix  {plain(finding.fix)}"]
    if removing:
        lines += ["", "removed by one line, where it is true"]
        lines += [
            f"  on {remedy.place.replace('->', ' -> ')}: controls [{remedy.control_class}]" for remedy in removing
        ]
    if finding.rule.references:
        lines += ["", "see", *(f"  {plain(catalogues.named(id_))}" for id_ in finding.rule.references)]
    return "\n".join(lines)
