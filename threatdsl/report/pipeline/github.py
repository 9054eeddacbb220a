"""Annotations of GitHub Actions: workflow commands on standard output, beside the lines of a change.

GitHub shows ten errors, ten warnings and ten notices of a step, so the gravest are shown; a last notice counts
the rest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from threatdsl.assess.assessment import AssessedFinding, Assessment
from threatdsl.diagnostics import Span
from threatdsl.report.checked import Checked
from threatdsl.report.comparison import worsened
from threatdsl.report.places import mistakes, path_in, path_named
from threatdsl.report.plain import plain
from threatdsl.report.words import capital, clean, clipped, counted, listed, sentence
from threatdsl.rules.finding import ACT

MOST = 10
ORDER = ("error", "warning", "notice")
LONGEST = 2000


class Annotation(msgspec.Struct, frozen=True):
    """A message of a level beside a line; without a path it belongs to the step."""

    level: str
    title: str
    message: str
    path: str = ""
    line: int = 0


def github(models: Sequence[Checked]) -> bytes:
    """The commands, a line each, the gravest first. A wrong model is its mistakes."""
    made = sorted((one for checked in models for one in _annotations(checked)), key=lambda a: ORDER.index(a.level))
    shown: list[Annotation] = []
    left: Counter[str] = Counter()
    for level, group in groupby(made, key=lambda a: a.level):
        # The notice that counts the rest is one of the ten.
        most = MOST - 1 if level == "notice" else MOST
        of_level = list(group)
        shown += of_level[:most]
        left[level] += len(of_level[most:])
    return "".join(f"{_command(one)}\n" for one in (*shown, *_rest(left))).encode()


def _annotations(checked: Checked) -> Iterator[Annotation]:
    assessment = checked.assessment
    if assessment is None:
        yield from _wrong(checked)
        return
    gate = assessment.gate
    failing = {id_ for reason in gate.reasons if reason.action == "fail" for id_ in reason.findings}
    if not gate.passed:
        said = listed([reason.text for reason in gate.reasons if reason.action == "fail"])
        place = assessment.model.head.span
        yield _at(checked, "error", f"gate ({gate.policy}) failed: {checked.name}", sentence(capital(said)), place)
    for found in assessment.findings:
        level = _level(assessment, found, fails=found.id in failing)
        if level:
            yield _finding(checked, assessment, found, level)


def _level(assessment: Assessment, assessed: AssessedFinding, *, fails: bool) -> str:
    """Empty for what asks nothing of anybody."""
    if fails:
        return "error"
    comparison = assessment.comparison
    if comparison is not None:
        return "warning" if worsened(comparison, assessed) is not None else ""
    if assessed.outcome not in ACT:
        return ""
    return "warning" if any(assessed.id in reason.findings for reason in assessment.gate.reasons) else "notice"


def _finding(checked: Checked, assessment: Assessment, assessed: AssessedFinding, level: str) -> Annotation:
    finding, comparison = assessed.finding, assessment.comparison
    change = comparison.changes.get(assessed.id) if comparison is not None else None
    state = f"{change.value}, {assessed.outcome.value}" if change is not None else assessed.outcome.value
    texts = [sentence(finding.message)]
    if comparison is not None and assessed.id in comparison.why:
        texts.append(sentence(capital(comparison.why[assessed.id])))
    if finding.fix and assessed.outcome in ACT:
        texts.append(sentence(f"Fix: {finding.fix}"))
    title = f"{assessed.severity.declared.words} {state}: {finding.id}"
    return _at(checked, level, title, " ".join(texts), finding.span)


def _wrong(checked: Checked) -> Iterator[Annotation]:
    found = mistakes(checked)
    for mistake in found:
        helped = f" {sentence(capital(mistake.help))}" if mistake.help else ""
        yield _at(checked, "error", mistake.code, f"{sentence(mistake.message)}{helped}", mistake.span)
    if not found:
        yield Annotation("error", checked.name, "The model cannot be read.", path_named(checked), 1)


def _at(checked: Checked, level: str, title: str, message: str, span: Span) -> Annotation:
    path = path_in(checked, span)
    return Annotation(level, title, message, path, span.line if path else 0)


def _rest(left: Counter[str]) -> Iterable[Annotation]:
    parts = [counted(left[level], level) for level in ORDER if left[level]]
    if parts:
        yield Annotation("notice", "threatdsl", f"And {listed(parts)} more; other formats have them all.")


def _command(annotation: Annotation) -> str:
    place = {"file": annotation.path, "line": str(annotation.line)} if annotation.path else {}
    properties = {**place, "title": clipped(_shown(annotation.title), 250)}
    listing = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{annotation.level} {listing}::{_data(clipped(_shown(annotation.message), LONGEST))}"


def _shown(text: str) -> str:
    return clean(plain(text))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
