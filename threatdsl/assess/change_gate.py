"""The gate of a change: only what it made worse fails, and what it says for itself does not count."""

from collections.abc import Iterator

from threatdsl.assess.assessment import Assessment, Gate, GateReason
from threatdsl.assess.comparison import Before, Change, Comparison
from threatdsl.assess.gate import VERDICTS, Policy
from threatdsl.rules.finding import ACT
from threatdsl.rules.manual import MANUAL

MILDEST = ("ignore", "warn", "fail")
WORDS = {  # why a finding counts: one of them in words
    Change.NEW: "new {} finding{s}",
    Change.WORSE: "{} finding{s} that got worse",
    Change.UNDEFENDED: "{} finding{s} with a defence removed",
    Change.KEPT: "{} finding{s} that only silence closes",
}


def gate_of_change(policy: Policy, here: Assessment, past: Assessment, comparison: Comparison) -> Gate:
    """The gate's verdict about what changed since the baseline, the failing reasons first."""
    reasons = (
        *_findings(policy, here, comparison),
        *_claims(policy, comparison),
        *_defences(comparison),
        *_bindings(comparison),
        *_checks(policy, here, past),
        *_questions(policy, here, past),
    )
    ordered = tuple(sorted(reasons, key=lambda reason: reason.action != "fail"))
    return Gate(not any(reason.action == "fail" for reason in ordered), policy.name, ordered)


def _findings(policy: Policy, here: Assessment, comparison: Comparison) -> Iterator[GateReason]:
    for change, words in WORDS.items():
        for outcome in ACT:
            changed = (f for f in here.findings if comparison.changes.get(f.id) is change)
            about = (f for f in changed if policy.outcome_of(f) is outcome)
            ids = [f.id for f in about if policy.counts(outcome, f.severity.declared.level)]
            written = tuple(id_ for id_ in ids if change is Change.NEW and id_.startswith(MANUAL))
            if written:
                yield GateReason("warn", _plural(len(written), "new threat{s} written by hand"), written)
            others = tuple(id_ for id_ in ids if id_ not in written)
            if others:
                action = "fail" if change is Change.UNDEFENDED else policy.outcome_action(outcome)
                yield GateReason(action, _plural(len(others), words.format(outcome.value, s="{s}")), others)


def _claims(policy: Policy, comparison: Comparison) -> Iterator[GateReason]:
    """Findings that counted in the baseline and that a statement without proof closes: at most as bad as they were."""
    claimed = [id_ for id_, change in sorted(comparison.changes.items()) if change is Change.CLAIMED]
    for outcome in ACT:
        before = ((id_, comparison.before[id_]) for id_ in claimed)
        ids = tuple(id_ for id_, was in before if was.outcome is outcome and _counted(policy, was))
        action = min(policy.action("claim"), policy.outcome_action(outcome), key=MILDEST.index)
        if ids and action != "ignore":
            yield GateReason(action, _plural(len(ids), f"{outcome.value} finding{{s}} gone by claim"), ids)


def _counted(policy: Policy, before: Before) -> bool:
    return policy.counts(before.outcome, before.level)


def _defences(comparison: Comparison) -> Iterator[GateReason]:
    if comparison.removed:
        told = ", ".join(f"{one.control_class} on {one.place}" for one in comparison.removed)
        yield GateReason("fail", f"{_plural(len(comparison.removed), 'defence{s} removed')}: {told}")


def _bindings(comparison: Comparison) -> Iterator[GateReason]:
    if comparison.unbound:
        told = "; ".join(one.what for one in comparison.unbound)
        yield GateReason("fail", f"{_plural(len(comparison.unbound), 'binding{s} removed')}: {told}")


def _checks(policy: Policy, here: Assessment, past: Assessment) -> Iterator[GateReason]:
    """Checks that are worse than in the baseline; a revision has no results, so that there all of them count."""
    known = {
        (ruling.check.id, ruling.check.environment, ruling.place): ruling.verdict for ruling in past.evidence.rulings
    }
    for state, verdicts, noun in VERDICTS:
        bad = (r for r in here.evidence.rulings if r.verdict in verdicts and policy.looks_at(r.check.environment))
        worse = (r for r in bad if known.get((r.check.id, r.check.environment, r.place)) not in verdicts)
        ids = tuple(dict.fromkeys(ruling.check.id for ruling in worse))
        if ids and policy.action(state) != "ignore":
            text = noun if len(ids) == 1 else noun.replace("check", "checks", 1)
            yield GateReason(policy.action(state), f"{len(ids)} {text}: {', '.join(ids)}")


def _questions(policy: Policy, here: Assessment, past: Assessment) -> Iterator[GateReason]:
    known = {(question.element, question.fact) for question in past.questions}
    number = sum((question.element, question.fact) not in known for question in here.questions)
    if number and policy.action("question") != "ignore":
        yield GateReason(policy.action("question"), _plural(number, "new question{s}"))


def _plural(number: int, words: str) -> str:
    return f"{number} {words.format(s='' if number == 1 else 's')}"
