"""Rules in SARIF, within what GitHub takes: 255 characters a name, 1,024 a description, 20 tags."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from threatdsl.assess.assessment import Assessment
from threatdsl.model.level import Level
from threatdsl.report.plain import plain
from threatdsl.report.words import clipped, sentence
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.finding import RuleInfo

LONGEST_NAME, LONGEST_TEXT, MOST_TAGS = 255, 1024, 20
WORDS = {
    Level.INFO: "note",
    Level.LOW: "note",
    Level.MEDIUM: "warning",
    Level.HIGH: "error",
    Level.CRITICAL: "error",
}
# Within the bands that GitHub and GitLab read out of it, which are those of CVSS.
SCORES = {Level.INFO: 0.5, Level.LOW: 2.5, Level.MEDIUM: 5.5, Level.HIGH: 8.0, Level.CRITICAL: 9.5}
CWE = "CWE-"
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def rules_of(assessment: Assessment) -> tuple[RuleInfo, ...]:
    """All rules that were asked or found something, by id."""
    fixed = assessment.comparison.fixed if assessment.comparison is not None else ()
    found = (
        *(fix.finding.rule for fix in fixed),
        *(assessed.finding.rule for assessed in assessment.findings),
        *assessment.rules,
    )
    by_id = {rule.id: rule for rule in found}
    return tuple(by_id[id_] for id_ in sorted(by_id))


def worst_levels(assessment: Assessment) -> Mapping[str, Level]:
    """The highest inherent severity of each rule's findings."""
    worst: dict[str, Level] = {}
    for assessed in assessment.findings:
        rule, level = assessed.finding.rule.id, assessed.severity.inherent.level
        worst[rule] = max(level, worst.get(rule, level))
    return worst


def rule_data(rule: RuleInfo, worst: Level | None, catalogues: Catalogues) -> dict[str, Any]:
    """A rule; `worst` is None where it found nothing, so that nothing is known of its severity."""
    properties: dict[str, Any] = {"tags": _tags(rule), "precision": "high"}
    if worst is not None:
        properties["security-severity"] = str(SCORES[worst])
    text = plain(rule.text) or plain(rule.title)
    named = [plain(catalogues.named(id_)) for id_ in rule.references]
    made: dict[str, Any] = {
        "id": rule.id,
        "name": clipped(rule.id, LONGEST_NAME),
        "shortDescription": {"text": clipped(plain(rule.title), LONGEST_TEXT)},
        "fullDescription": {"text": clipped(text, LONGEST_TEXT)},
        "help": {"text": _help(text, named), "markdown": _markdown(text, named)},
        "defaultConfiguration": {"level": WORDS[worst] if worst is not None else "warning"},
        "properties": properties,
    }
    page = next((id_.removeprefix(CWE) for id_ in rule.references if id_.startswith(CWE)), None)
    return made if page is None else {**made, "helpUri": f"https://cwe.mitre.org/data/definitions/{page}.html"}


def _tags(rule: RuleInfo) -> list[str]:
    """What the rule is about. Ids of CWE have the form that GitHub knows; there are no CVE ids among references."""
    cited = [f"external/cwe/{id_.lower()}" if id_.startswith(CWE) else id_ for id_ in rule.references]
    return ["security", f"STRIDE:{rule.stride.value}", *cited][:MOST_TAGS]


def _help(text: str, named: Iterable[str]) -> str:
    return "\n".join((sentence(text), *(f"See {reference}." for reference in named)))


def _markdown(text: str, named: Iterable[str]) -> str:
    return "\n".join((escaped(sentence(text)), "", *(f"- {escaped(reference)}" for reference in named))).rstrip()


def escaped(text: str) -> str:
    """The text in Markdown, in which nothing of it is markup, a link or a mention."""
    return PUNCTUATION.sub(r"\\\1", text)
