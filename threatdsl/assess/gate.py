"""The gate: whether the pipeline goes on."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from threatdsl.assess.assessment import AssessedDecision, AssessedFinding, AssessedSwitch, Gate, GateReason
from threatdsl.assess.decisions import EXPIRED, worst
from threatdsl.diagnostics import Related
from threatdsl.evidence.check import MAX_AGE
from threatdsl.evidence.verdict import REFUTING, Evidence, Verdict
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import Decision, Switch, Thing, Word
from threatdsl.rules.finding import ACT, Outcome, Question

DEFAULTS = {
    "unassessed": "fail",
    "question": "warn",
    "expired": "fail",
    "unknown": "warn",
    "stale": "fail",
    "refuted": "fail",
    "claim": "fail",
}
VERDICTS = (  # the action of a policy, the verdicts that it speaks of, and one check of them in words
    ("refuted", REFUTING, "refuted check"),
    ("stale", (Verdict.STALE,), "stale check"),
    ("unknown", (Verdict.UNKNOWN,), "check without a usable result"),
)


class Policy(msgspec.Struct, frozen=True):
    """What fails: findings at `fail_on` or above, and an action (ignore, warn, fail) for each other state.

    `longest` is how far off a decision may end, None for no limit. `environments` are those it looks at, none for all.
    """

    name: str
    fail_on: Level = Level.HIGH
    actions: Mapping[str, str] | None = None
    longest: dt.timedelta | None = None
    environments: frozenset[str] = frozenset()

    def looks_at(self, environment: str) -> bool:
        """Whether what is said of an environment counts; what is said of none counts everywhere."""
        return not (self.environments and environment) or environment in self.environments

    def outcome_of(self, assessed: AssessedFinding) -> Outcome | None:
        """The outcome in the environments it looks at, None for a finding that strikes in none of them."""
        outcomes = assessed.finding.environments
        if not self.environments or outcomes is None:
            return assessed.outcome
        if assessed.outcome not in ACT:
            return assessed.outcome  # decided for all of them
        seen = [outcome for name, outcome in outcomes.items() if name in self.environments]
        return worst(seen) if seen else None

    def action(self, state: str) -> str:
        """ignore, warn or fail."""
        return (self.actions or {}).get(state, DEFAULTS[state])

    def outcome_action(self, outcome: Outcome) -> str:
        """What findings of an outcome to act on do: open ones fail."""
        return "fail" if outcome is Outcome.OPEN else self.action("unassessed")

    def counts(self, outcome: Outcome, level: Level) -> bool:
        """Whether a finding of that outcome and declared level is more than shown."""
        acts = outcome is Outcome.OPEN or (outcome is Outcome.UNASSESSED and self.action("unassessed") != "ignore")
        return acts and level >= self.fail_on


def choose_policy(model: Model, name: str | None, problems: Problems) -> Policy | None:
    """The named policy, the model's only one, or the default; None with a diagnostic when the choice is open."""
    policies = {thing.id: thing for thing in model.of_kind("policy")}
    if name is not None:
        if name in policies:
            return _policy(policies[name])
        known = ", ".join(policies) or "none"
        problems.error(
            "TM0412", f"there is no policy `{name}`", model.head.span, help=f"policies of this model: {known}"
        )
        return None
    if len(policies) > 1:
        first, *others = policies.values()
        problems.error(
            "TM0408",
            f"this model has {len(policies)} policies",
            first.span,
            related=tuple(Related("another one", other.span) for other in others),
            help=f"name one with --policy: {', '.join(policies)}",
        )
        return None
    return _policy(next(iter(policies.values()))) if policies else Policy("default")


def _policy(thing: Thing) -> Policy:
    fail_on = thing.value("fail-on")
    actions = {name: str(value) for name in DEFAULTS if isinstance(value := thing.value(name), Word)}
    level = Level((fail_on.rank or 0) + 1) if isinstance(fail_on, Word) else Level.HIGH
    longest = thing.value("longest-acceptance")
    environments = frozenset(map(str, thing.items("environments")))
    return Policy(thing.id, level, actions, longest if isinstance(longest, dt.timedelta) else None, environments)


def result_age(model: Model, name: str | None) -> dt.timedelta:
    """How old a result may be where its check does not say: what the policy allows, else 30 days."""
    policies = [thing for thing in model.of_kind("policy") if name is None or thing.id == name]
    age = policies[0].value("max-age") if len(policies) == 1 else None
    return age if isinstance(age, dt.timedelta) else MAX_AGE


def check_lengths(policy: Policy, decided: Iterable[Decision | Switch], now: dt.date, problems: Problems) -> None:
    """Report decisions and switches that end later than the policy allows."""
    for one in decided:
        if policy.longest is not None and one.until - now > policy.longest:
            problems.error(
                "TM0405",
                f"this decision ends {(one.until - now).days} days from now, the policy allows {policy.longest.days}",
                one.span,
                help=f"end it by {now + policy.longest}",
            )


def gate(
    policy: Policy,
    findings: tuple[AssessedFinding, ...],
    questions: tuple[Question, ...],
    decisions: tuple[AssessedDecision, ...],
    switches: tuple[AssessedSwitch, ...],
    evidence: Evidence,
) -> Gate:
    """The gate's verdict with all its reasons, the failing ones first."""
    reasons: list[GateReason] = []
    level = policy.fail_on
    at = "" if level is Level.INFO else f" at {level.word} or above"
    for outcome in (Outcome.OPEN, Outcome.UNASSESSED):
        ids = tuple(
            f.id
            for f in findings
            if policy.outcome_of(f) is outcome and policy.counts(outcome, f.severity.declared.level)
        )
        if ids:
            what = _count(len(ids), f"{outcome.value} finding")
            reasons.append(GateReason(policy.outcome_action(outcome), f"{what}{at}", ids))
    ended = (switch.switch.rule for switch in switches if not switch.in_force)
    expired = (*(d.finding or d.decision.finding for d in decisions if d.state == EXPIRED), *ended)
    if expired and policy.action("expired") != "ignore":
        reasons.append(GateReason(policy.action("expired"), _count(len(expired), "expired decision"), expired))
    reasons += _of_checks(policy, evidence)
    if questions and policy.action("question") != "ignore":
        reasons.append(GateReason(policy.action("question"), _count(len(questions), "open question")))
    ordered = tuple(sorted(reasons, key=lambda reason: reason.action != "fail"))
    return Gate(not any(r.action == "fail" for r in ordered), policy.name, ordered)


def _of_checks(policy: Policy, evidence: Evidence) -> Iterator[GateReason]:
    """A reason for each kind of verdict that the policy does not ignore, with the names of the checks."""
    seen = [ruling for ruling in evidence.rulings if policy.looks_at(ruling.check.environment)]
    for state, verdicts, noun in VERDICTS:
        ids = tuple(dict.fromkeys(r.check.id for r in seen if r.verdict in verdicts))
        if ids and policy.action(state) != "ignore":
            text = noun if len(ids) == 1 else noun.replace("check", "checks", 1)
            yield GateReason(policy.action(state), f"{len(ids)} {text}: {', '.join(ids)}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
