"""The result of a check for a terminal or a log: plain lines, one finding each, the places first."""

from collections.abc import Callable, Iterable, Iterator

from threatdsl.assess.assessment import AssessedFinding, Assessment, SeverityViews
from threatdsl.report.comparison import comparison_text, has_changed, news
from threatdsl.report.deciding import deciding
from threatdsl.report.evidence import evidence_text
from threatdsl.report.plain import plain
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.finding import ACT, Answer, Change, Outcome, ProofStep
from threatdsl.rules.holding import Hold

QUESTIONS_SHOWN = 5

PathOf = Callable[[str], str]
Holding = tuple[Hold, ...] | None


def summary(assessment: Assessment, path_of: PathOf, *, every: bool) -> str:
    """Findings to act on (with `every` all of them), the first questions, the counts and the gate.

    With a baseline, findings that are as they were are only counted.
    """
    lines = [f"{plain(assessment.model.head.title)}  {path_of(assessment.model.file)}", ""]
    for found in assessment.findings:
        if every or (found.outcome in ACT and has_changed(assessment.comparison, found.id)):
            lines += _finding(assessment, found, path_of)
    lines += _questions(assessment, every=every)
    lines += [*_evidence(assessment, path_of), *_switched_off(assessment), *_compared(assessment, path_of)]
    lines += [_counts(assessment), *_gate(assessment)]
    return "\n".join(lines) + "\n"


def _finding(assessment: Assessment, assessed: AssessedFinding, path_of: PathOf) -> Iterator[str]:
    finding, span = assessed.finding, assessed.finding.span
    place = f"{path_of(span.file)}:{span.line}:{span.column}"
    since = news(assessment.comparison, finding.id)
    yield f"{place}: {assessed.severity.declared.words} {assessed.outcome.value} {finding.id}{since}"
    yield f"    {plain(finding.message)}."
    if assessed.outcome is Outcome.OPEN:
        yield from (f"    refuted by {r.check.id}: {plain(r.why)}" for r in deciding(assessment, assessed))
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
    yield "questions, the most useful answer first (`threatdsl questions` shows what to write):"
    for question in questions:
        number = len(question.settles)
        yield f"    {plain(question.text)} ({number} finding{'s' if number > 1 else ''})"
    rest = len(assessment.questions) - len(questions)
    if rest:
        yield f"    and {rest} more; `check --all` lists them"
    yield ""


def _evidence(assessment: Assessment, path_of: PathOf) -> Iterator[str]:
    """The verdict of each check at each place, with the result that decided it."""
    if not assessment.evidence.rulings:
        return
    yield "evidence:"
    yield from (f"    {line}" for line in evidence_text(assessment.evidence.rulings, path_of, deciding=False))
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


def _compared(assessment: Assessment, path_of: PathOf) -> Iterator[str]:
    if assessment.comparison is not None:
        yield from comparison_text(assessment.comparison, path_of)
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
    assessed: AssessedFinding,
    removing: tuple[Answer, ...],
    holding: Holding,
    path_of: PathOf,
    catalogues: Catalogues,
) -> str:
    """One finding in full: the sentence, the proof with places, severities with their terms, what would change it.

    `removing` are the single changes that mitigate it, `holding` the single statements that mitigate it now, None where
    nothing does; `catalogues` have the titles of what the rule cites.
    """
    finding = assessed.finding
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
    lines += step_lines(finding.proof, path_of)
    lines += ["", "severity", *_severity(assessed.severity)]
    if finding.environments:
        lines += ["", "environments", *(f"  {name}: {outcome.value}" for name, outcome in finding.environments.items())]
    if assessed.decision is not None:
        decision = assessed.decision
        lines += ["", f"{decision.verb} until {decision.until}: {plain(decision.text('reason'))}"]
    if finding.fix:
        lines += ["", f"fix  {plain(finding.fix)}"]
    if removing:
        lines += ["", "removed by one line, where it is true", *(one_line(answer, path_of) for answer in removing)]
    if holding is not None:
        lines += ["", *_held_by(holding, path_of)]
    if finding.rule.references:
        lines += ["", "see", *(f"  {plain(catalogues.named(id_))}" for id_ in finding.rule.references)]
    return "\n".join(lines)


def _severity(views: SeverityViews) -> list[str]:
    """Each view of the severity with its terms."""
    all_views = (("inherent", views.inherent), ("declared", views.declared), ("verified", views.verified))
    scores = [(name, score) for name, score in all_views if score is not None]
    width = max(len(score.words) for _, score in scores)
    return [f"  {name}  {score.words:{width}}  {plain(score.terms)}" for name, score in scores]


def one_line(answer: Answer, path_of: PathOf) -> str:
    """An answer on one line: where, and what to write there."""
    return f"  in {plain(answer.element)} ({path_of(answer.place.file)}:{answer.place.line}): {answer_text(answer)}"


def answer_text(answer: Answer) -> str:
    """The line to write; what else it may say, and what it takes the place of, stand behind it as a comment."""
    if not answer.changes:
        return plain(answer.hint)
    *others, main = answer.changes
    notes = [answer.hint] if answer.hint else []
    if main.verb == "replace":
        notes.append(f"in place of `{main.what}` in line {main.span.line}")
    notes += [_besides(change) for change in others]
    return plain(main.text) + (f"   # {plain(', '.join(notes))}" if notes else "")


def _besides(change: Change) -> str:
    where = f"`{change.what}` in line {change.span.line}"
    return f"without {where}" if change.verb == "remove" else f"with {where} as: {change.text}"


def _held_by(holding: tuple[Hold, ...], path_of: PathOf) -> Iterator[str]:
    if not holding:
        yield "held by more than one statement: without any single one of them it stays mitigated"
        return
    yield "held by, and what it would be without"
    for hold in holding:
        span = hold.statement.span
        place = f"{path_of(span.file)}:{span.line}:{span.column}"
        yield f"  {hold.by} on {hold.place.replace('->', ' -> ')}   [{place}]: {hold.outcome.value}"


def step_lines(steps: Iterable[ProofStep], path_of: PathOf) -> Iterator[str]:
    """A proof: each clause, what held, and where it is stated."""
    for step in steps:
        places = ", ".join(f"{path_of(s.file)}:{s.line}:{s.column}" for s in step.spans)
        yield f"  {step.clause:>7}  {plain(step.text)}" + (f"   [{places}]" if places else "")
