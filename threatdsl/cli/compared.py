"""A model beside its baseline: the change is judged by the law of the baseline, and only by what it made worse."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

import msgspec

from threatdsl.assess.assess import Assessed, assess, in_risk_order, outcome_counts
from threatdsl.assess.assessment import Assessment
from threatdsl.assess.change_gate import gate_of_change
from threatdsl.assess.compare import Comparing
from threatdsl.assess.follow import following
from threatdsl.assess.gate import Policy, check_lengths, choose_policy, result_age
from threatdsl.assess.law import followed_checks, pending, under_law
from threatdsl.assess.renames import Renames, renames
from threatdsl.assess.signed import doubts
from threatdsl.cli.baseline import Baseline, baseline_of
from threatdsl.cli.session import Session, fail, load_model, read, tell
from threatdsl.cli.traces import traces
from threatdsl.diagnostics import Diagnostic, Severity
from threatdsl.evidence.check import checks
from threatdsl.evidence.judge import evidence_of
from threatdsl.evidence.verdict import Evidence
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.settled import settled_words
from threatdsl.rules.catalogues import Catalogues


class Asked(msgspec.Struct, frozen=True):
    """How a check is asked for on the command line; `own_decisions` lets those of the change count."""

    baseline: str | None
    own_decisions: bool
    now: date
    policy: str | None
    catalogues: Catalogues


def read_asked(path: Path, asked: Asked, *, root: Path | None, commit: str | None) -> Session:
    """Load and assess a model, compared with its baseline if one is asked for.

    What cannot be had ends the program with a message and exit code 2.
    """
    baseline = baseline_of(path, asked.baseline, root) if asked.baseline is not None else None
    folder = baseline.root if baseline is not None else root
    alone = read(path, now=asked.now, root=folder, policy=asked.policy, commit=commit, catalogues=asked.catalogues)
    return alone if baseline is None or alone.assessment is None else _beside(path, alone, baseline, asked)


def _beside(path: Path, alone: Session, baseline: Baseline, asked: Asked) -> Session:
    """The session of a change, judged by the law of its baseline."""
    own, known = alone.loaded.model, alone.assessment
    assert own is not None  # nothing else is assessed
    assert known is not None
    past = _past(baseline, asked)
    if past.model.head.id != own.head.id and past.model.file.rpartition(":")[2] != own.file:
        fail(f"{baseline.name} is a result of {past.model.head.id}, not of {own.head.id}")
    model = _settled(path, alone, baseline, past.model)
    renamed = renames(past.model, model)
    model = under_law(model, past.model, renamed, own_decisions=asked.own_decisions)
    problems = Problems()
    policy = choose_policy(past.model, asked.policy, problems)
    assert policy is not None  # the baseline was assessed under it
    check_lengths(policy, (*own.decisions, *own.switches), asked.now, problems)  # they count after the merge
    evidence = _evidence(baseline, model, past.model, renamed, asked, known.commit, problems)
    here = _assessed(model, past, renamed, evidence, asked, known.commit, problems)
    if here is None:
        return _session(alone, baseline, None, problems)
    found = _compared(baseline, past, here, own, renamed, asked, policy)
    return _session(alone, baseline, found, Problems(alone.diagnostics))


def _past(baseline: Baseline, asked: Asked) -> Assessment:
    """The baseline as it is judged today; one with mistakes ends the program."""
    model = baseline.loaded.model
    found = Assessed(None, baseline.loaded.diagnostics)
    if model is not None:
        found = assess(
            model, now=asked.now, policy=asked.policy, catalogues=asked.catalogues, evidence=baseline.evidence
        )
    if found.assessment is None:
        tell(_errors(found.diagnostics), baseline.loaded.texts, lambda file: file)
        fail(f"the model of the baseline {baseline.name} has mistakes: it cannot be compared with")
    return found.assessment


def _settled(path: Path, alone: Session, baseline: Baseline, past: Model) -> Model:
    """The model in the words that count; where it needs words that it edits itself, the program ends."""
    here = alone.loaded.model
    assert here is not None  # the caller saw to it
    words = settled_words(past.vocabulary, here.vocabulary)
    loaded = load_model(path, root=baseline.root, words=words)
    if loaded.model is None:
        tell(_errors(loaded.diagnostics), loaded.texts, alone.path_of)
        fail(f"this change needs words that it edits itself: merge the words first, {baseline.name} decides them")
    return loaded.model


def _evidence(
    baseline: Baseline, model: Model, past: Model, renamed: Renames, asked: Asked, commit: str, problems: Problems
) -> Evidence:
    """What the checks of the baseline say of the change."""
    judged = followed_checks(checks(past, result_age(past, asked.policy)), renamed, model)
    doubt = doubts(past, asked.policy, baseline.root, problems, baseline.is_doctored)
    return evidence_of(model, judged, baseline.root, asked.now, commit, problems, doubt)


def _assessed(
    model: Model, past: Assessment, renamed: Renames, evidence: Evidence, asked: Asked, commit: str, problems: Problems
) -> Assessment | None:
    """The change under the law of the baseline, None with the errors that stand in its way."""

    def judged(model: Model) -> Assessment | None:
        found = assess(
            model,
            now=asked.now,
            commit=commit,
            policy=asked.policy,
            diagnostics=problems.found,
            catalogues=asked.catalogues,
            evidence=evidence,
        )
        if found.assessment is None:
            problems.extend(d for d in found.diagnostics if d not in problems.found)
        return found.assessment

    first = judged(model)
    if first is None or asked.own_decisions:
        return first
    kept = following(model.decisions, past, first, renamed)
    return first if kept == model.decisions else judged(msgspec.structs.replace(model, decisions=kept))


def _compared(
    baseline: Baseline,
    past: Assessment,
    here: Assessment,
    own: Model,
    renamed: Renames,
    asked: Asked,
    policy: Policy,
) -> Assessment:
    told = pending(own, past.model, renamed, own_decisions=asked.own_decisions)
    comparing = Comparing(past, here, renamed, partial(traces, baseline.root, baseline.moved))
    comparison, findings = comparing.compared(baseline.name, told, frozenset(baseline.loaded.texts))
    ordered = in_risk_order(findings)
    here = msgspec.structs.replace(here, findings=ordered, counts=outcome_counts(ordered), comparison=comparison)
    return msgspec.structs.replace(here, gate=gate_of_change(policy, here, past, comparison))


def _errors(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(one for one in found if one.severity is Severity.ERROR)


def _session(alone: Session, baseline: Baseline, found: Assessment | None, problems: Problems) -> Session:
    """The session of the change, which can also show what stands in files of the baseline."""
    texts = {**baseline.loaded.texts, **alone.loaded.texts}
    loaded = msgspec.structs.replace(alone.loaded, texts=texts)
    return Session(loaded, found, problems.found, frozenset(baseline.loaded.texts))
