"""Checks to verdicts, as docs/evidence.md says: proof needs an explicit pass on a matching subject."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from threatdsl.diagnostics import did_you_mean
from threatdsl.evidence.attestation import Attestation, states, told
from threatdsl.evidence.check import Check
from threatdsl.evidence.disagreement import compared
from threatdsl.evidence.files import Result, is_format, read_result
from threatdsl.evidence.interface import Unreadable, formats
from threatdsl.evidence.matching import Binding, counted
from threatdsl.evidence.observation import Observation, Outcome, Subject, SubjectKind
from threatdsl.evidence.silence import silent_about
from threatdsl.evidence.verdict import REFUTING, Evidence, Ruling, Verdict
from threatdsl.evidence.waivers import agreed, ended, is_waived
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems

SHOWN = 10  # deciding observations of a ruling
LEAST_COMMIT = 7  # letters of an abbreviated commit


def evidence_of(
    model: Model,
    checks: Iterable[Check],
    root: Path,
    now: dt.date,
    commit: str,
    problems: Problems,
    doubts: Callable[[str], str] = lambda _: "",
) -> Evidence:
    """The verdicts of checks of a model.

    `now` is the day that ages are measured at, `commit` the revision judged; `doubts` tells why a result file
    proves nothing, whatever it says: the change that is judged brought it, nobody signed it.
    A result that cannot be used is an error that names file and check; one that is absent is unknown.
    """
    rulings: list[Ruling] = []
    for check in checks:
        if check.attestation is not None:
            rulings += [_inherited(model, check, place, check.attestation, now) for place in check.on]
            continue
        result = _result(check, root, now, problems)
        ruled = [_ruling(model, check, place, result, now, commit) for place in check.on]
        doubt = doubts(check.file) if result is not None else ""
        rulings += (_doubted(ruling, doubt) for ruling in ruled) if doubt else ruled
    return Evidence(compared(tuple(rulings)))


def _inherited(model: Model, check: Check, place: str, attestation: Attestation, now: dt.date) -> Ruling:
    """The verdict on a control that a provider runs: its attestation holds for the places that state the control."""
    if not states(model.things[place], check.control):
        return Ruling(check, place, Verdict.UNKNOWN, f"{place} does not state it any more")
    verdict = Verdict.INHERITED if now <= attestation.until else Verdict.UNKNOWN
    return Ruling(check, place, verdict, told(attestation, now))


def _result(check: Check, root: Path, now: dt.date, problems: Problems) -> Result | None:
    """The result of a check, None with or without a diagnostic."""
    if not is_format(check.format):
        help_ = did_you_mean(check.format, formats()) or f"there are: {', '.join(formats())}"
        problems.error("TM0701", f"there is no format `{check.format}`", check.span, help=help_)
        return None
    try:
        result = read_result(root, check.file, check.format, check.id)
    except Unreadable as error:
        problems.error("TM0702", f"{check.file} of check `{check.id}`: {error}", check.file_span, label="not used")
        return None
    latest = max(_times(result), default=None)
    if latest is not None and latest.date() > now:
        message = f"{check.file} of check `{check.id}` was collected on {latest.date()}, after {now}"
        problems.error("TM0703", message, check.file_span, help="a result of the future proves nothing: see the clocks")
        return None
    return result


def _doubted(ruling: Ruling, why: str) -> Ruling:
    """What is left of a verdict when the result is doubted: it may refute."""
    if ruling.verdict in REFUTING:
        return ruling
    return msgspec.structs.replace(ruling, verdict=Verdict.UNKNOWN, why=why)


def _time(result: Result | None) -> dt.datetime | None:
    """When a result was made: the time in the file, if that is older than the time at which it was collected."""
    return min(_times(result), default=None)


def _times(result: Result | None) -> Iterator[dt.datetime]:
    """The times that the file and its envelope name."""
    if result is not None and result.reading.time is not None:
        yield result.reading.time
    if result is not None and result.envelope is not None:
        yield result.envelope.collected


def _ruling(model: Model, check: Check, place: str, result: Result | None, now: dt.date, commit: str) -> Ruling:
    if result is None:
        return Ruling(check, place, Verdict.UNKNOWN, f"there is no result in {check.file}")
    envelope, time = result.envelope, _time(result)
    verdict, why, deciding = _verdict(model, check, place, result, now, commit)
    return Ruling(
        check,
        place,
        verdict,
        why,
        deciding[:SHOWN],
        time,
        envelope.commit if envelope is not None else result.reading.commit,
        envelope.run_url if envelope is not None else "",
    )


Found = tuple[Verdict, str, tuple[Observation, ...]]


def _verdict(model: Model, check: Check, place: str, result: Result, now: dt.date, commit: str) -> Found:
    environment = result.envelope.environment if result.envelope is not None else ""
    if check.environment and environment and environment != check.environment:
        return Verdict.UNKNOWN, f"the result is of {environment}, not of {check.environment}", ()
    binding = Binding(model, check, place)
    counting = counted(check, result.reading.observations)
    about = tuple(one for one in counting if binding.matches(one.subjects))
    fails = tuple(one for one in about if one.outcome is Outcome.FAIL and not is_waived(one, now))
    passes = tuple(one for one in about if one.outcome is Outcome.PASS and binding.proves(one.subjects))
    waived = tuple(one for one in about if one.outcome is Outcome.FAIL and is_waived(one, now))
    disputed = _disputed(fails, passes)
    if disputed:
        return Verdict.CONFLICT, f"{disputed[0].rule} both passes and fails on one subject", disputed
    if fails:
        return Verdict.REFUTED, f"{fails[0].rule} fails{_where(fails[0])}{_more(fails)}{ended(fails)}", fails
    if waived:
        return Verdict.ACCEPTED, f"{waived[0].rule} is waived in the result{_more(waived)}{agreed(waived[0])}", waived
    if about and all(one.outcome is Outcome.NOT_APPLICABLE for one in about):
        return Verdict.NOT_APPLICABLE, f"{about[0].rule} does not apply{_where(about[0])}{_more(about)}", about
    if not about and (seen := silent_about(check, binding, result.reading)):
        return _of_silence(check, seen, result, now, commit)
    if not passes:
        return Verdict.UNKNOWN, _nothing(counting, about), about
    if binding.says_nothing and not check.counts:
        add = f"add `subjects` or `counts` to the check, or `source` or `realized-by` to {place}"
        return Verdict.UNKNOWN, f"nothing says which results are about {place}: {add}", passes
    failed = next((one for one in about if one.outcome is Outcome.ERROR), None)
    if failed is not None:
        return Verdict.UNKNOWN, f"{failed.rule} ended in an error{_where(failed)}", passes
    return _of_passes(check, passes, result, now, commit)


def _of_passes(check: Check, passes: tuple[Observation, ...], result: Result, now: dt.date, commit: str) -> Found:
    said = f"{passes[0].rule} passes{_where(passes[0])}{_more(passes)}"
    hindrance = _hindrance(check, result, now, commit, of_source=_is_of_source(check, passes))
    verdict, why = hindrance or (Verdict.PROVEN, said)
    return verdict, why, passes


def _of_silence(check: Check, seen: tuple[Subject, ...], result: Result, now: dt.date, commit: str) -> Found:
    more = f" and {len(seen) - 1} more" if seen[1:] else ""
    said = f"{', '.join(check.counts)} found nothing that counts in {seen[0].id}{more}"
    of_source = any(subject.kind is SubjectKind.FILE for subject in seen)
    verdict, why = _hindrance(check, result, now, commit, of_source=of_source) or (Verdict.PROVEN, said)
    return verdict, why, ()


def _hindrance(
    check: Check, result: Result, now: dt.date, commit: str, *, of_source: bool
) -> tuple[Verdict, str] | None:
    """Why a run proves nothing: it must have come to its end, at this commit if it is of source, and lately."""
    time = _time(result)
    told = (result.envelope.commit if result.envelope is not None else "", result.reading.commit)
    of = next((one for one in told if one and not _is_commit(one, commit)), told[0] or told[1])
    if not result.reading.completed:
        return Verdict.UNKNOWN, "the run says that it did not succeed"
    if time is None:
        return Verdict.UNKNOWN, "nobody says when it was collected: wrap it with `threatdsl evidence add`"
    if of_source and commit and not _is_commit(of, commit):
        return Verdict.UNKNOWN, f"the result is of {f'commit {of}' if of else 'no known commit'}, not of {commit}"
    age = (now - time.date()).days
    if age > check.max_age.days:
        return Verdict.STALE, f"the result is {age} days old, {check.max_age.days} are allowed"
    return None


def _disputed(fails: tuple[Observation, ...], passes: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """The results of the first rule that both passes and fails on the same subjects."""
    passed = {(one.rule, one.subjects): one for one in passes if one.subjects}
    return next(
        ((one, other) for one in fails if (other := passed.get((one.rule, one.subjects))) is not None),
        (),
    )


def _is_of_source(check: Check, observations: Iterable[Observation]) -> bool:
    """Whether results speak of files of one commit: their own, or what tests ran on unless that was an environment."""
    kinds = {subject.kind for one in observations for subject in one.subjects}
    return not check.environment if SubjectKind.TEST in kinds else SubjectKind.FILE in kinds


def _is_commit(one: str, other: str) -> bool:
    short, long_ = sorted((one, other), key=len)
    return len(short) >= LEAST_COMMIT and long_.startswith(short)


def _nothing(counting: tuple[Observation, ...], about: tuple[Observation, ...]) -> str:
    if not counting:
        return "no rule that counts has a result"
    if any(one.outcome is Outcome.PASS for one in about):
        return "what passed are single resources of the account, which say nothing of all of it"
    return "nothing passed or failed" if about else "no result is about this place: `subjects` of a check says what is"


def _where(observation: Observation) -> str:
    if not observation.subjects or observation.subjects[0].kind is SubjectKind.TEST:
        return ""
    subject = observation.subjects[0]
    return f" on {subject.id}{f':{subject.line}' if subject.line else ''}"


def _more(observations: tuple[Observation, ...]) -> str:
    return f" and {len(observations) - 1} more" if len(observations) > 1 else ""
