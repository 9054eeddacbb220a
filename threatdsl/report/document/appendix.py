"""The appendix for an audit: how findings and severities come about, what the rules cite, every result."""

from dataclasses import dataclass

from threatdsl.assess.rating import LARGEST, OURS
from threatdsl.assess.severity import ASSUMED, PROPERTIES
from threatdsl.model.level import Level
from threatdsl.report.assurance import GLYPHS
from threatdsl.report.proofs import EvidenceView
from threatdsl.report.threats import STRIDE, RuleView
from threatdsl.report.view import ReportView
from threatdsl.report.words import listed


@dataclass(frozen=True, slots=True)
class RatedRow:
    """A row of the table of levels: an impact, and the step and word of the level at each likelihood."""

    impact: int
    levels: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A reference with its title, and the ids of the rules that cite it."""

    title: str
    rules: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A result with the glyph of its verdict."""

    evidence: EvidenceView
    glyph: str


def appendix(shown: ReportView) -> dict[str, object]:
    """What the template of the appendix needs."""
    glyphs = {verdict.value: glyph for verdict, glyph in GLYPHS.items()}
    return {
        "likelihoods": range(1, LARGEST + 1),
        "rated": [_rated(impact) for impact in range(LARGEST, 0, -1)],
        "breaks": [(name, listed(PROPERTIES[stride])) for stride, name in STRIDE.items()],
        "assumed_impact": ASSUMED,
        "cited": _cited(shown.rules),
        "proofs": [Proof(one, glyphs[one.verdict]) for one in shown.evidence],
    }


def _rated(impact: int) -> RatedRow:
    levels = (OURS.level(likelihood, impact) for likelihood in range(1, LARGEST + 1))
    return RatedRow(impact, tuple((int(level), Level(level).word) for level in levels))


def _cited(rules: tuple[RuleView, ...]) -> tuple[Cited, ...]:
    """Each reference once, in order of its id; numbers by their value."""
    ids: dict[str, list[str]] = {}
    for rule in rules:
        for reference in rule.references:
            ids.setdefault(reference, []).append(rule.id)
    return tuple(Cited(reference, ", ".join(ids[reference])) for reference in sorted(ids, key=_by_number))


def _by_number(reference: str) -> tuple[tuple[int, str], ...]:
    """`CWE-79` before `CWE-311`: runs of digits count as numbers."""
    spaced = "".join(letter if letter.isdigit() else f" {letter} " for letter in reference.replace(" ", "!"))
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in spaced.split())
