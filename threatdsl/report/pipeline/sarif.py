"""The result of a check as SARIF 2.1.0, for GitHub, GitLab and whatever else reads it: one run a model."""

from collections.abc import Sequence
from typing import Any

from threatdsl.assess.assessment import Assessment
from threatdsl.diagnostics import Diagnostic
from threatdsl.report.checked import Checked
from threatdsl.report.pipeline.sarif_places import Places, artifact, unlinked
from threatdsl.report.pipeline.sarif_results import results_of
from threatdsl.report.pipeline.sarif_rules import rule_data, rules_of, worst_levels
from threatdsl.report.plain import plain
from threatdsl.report.result import to_json
from threatdsl.report.words import clean

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000  # GitHub refuses a file with more


def sarif(models: Sequence[Checked]) -> bytes:
    """The log. Of a wrong model its run says that it did not succeed, and why."""
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(checked) for checked in models]})


def _run(checked: Checked) -> dict[str, Any]:
    from importlib.metadata import version

    assessment = checked.assessment
    comparison = assessment.comparison if assessment is not None else None
    places = Places(checked.path_of, checked.texts, comparison.files if comparison is not None else frozenset())
    rules = rules_of(assessment) if assessment is not None else ()
    worst = worst_levels(assessment) if assessment is not None else {}
    indexes = {rule.id: index for index, rule in enumerate(rules)}
    results = results_of(assessment, places, indexes) if assessment is not None else []
    driver: dict[str, Any] = {"name": "threatdsl", "semanticVersion": version("threatdsl")}
    if assessment is not None:
        driver["rules"] = [rule_data(rule, worst.get(rule.id), assessment.catalogues) for rule in rules]
    notifications = _notifications(checked, places, len(results) - MOST_RESULTS)
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"threatdsl/{clean(plain(checked.name))}/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": assessment is not None, "toolExecutionNotifications": notifications}],
        "results": results[:MOST_RESULTS],
        "properties": _properties(assessment) if assessment is not None else {},
    }


def _notifications(checked: Checked, places: Places, left_out: int) -> list[dict[str, Any]]:
    """The diagnostics, a file that cannot be read, and what no longer fitted."""
    made = [_notification(diagnostic, places) for diagnostic in checked.diagnostics]
    if checked.assessment is None and not checked.diagnostics:
        text = "the model cannot be read"
        made.append({"level": "error", "message": {"text": text}, "locations": [_file(checked)]})
    if left_out > 0:
        made.append(
            {
                "level": "warning",
                "message": {"text": f"left out, since a file holds {MOST_RESULTS:,} results: {left_out:,}"},
            }
        )
    return made


def _file(checked: Checked) -> dict[str, Any]:
    return {"physicalLocation": artifact(checked.file)}


def _notification(diagnostic: Diagnostic, places: Places) -> dict[str, Any]:
    help_ = f" ({unlinked(diagnostic.help)})" if diagnostic.help else ""
    made: dict[str, Any] = {
        "level": diagnostic.severity.value,
        "message": {"text": f"{unlinked(diagnostic.message)}{help_}"},
        "descriptor": {"id": diagnostic.code},
    }
    return {**made, "locations": [places.location(diagnostic.span)]} if places.has(diagnostic.span) else made


def _properties(assessment: Assessment) -> dict[str, Any]:
    gate = assessment.gate
    made: dict[str, Any] = {
        "gate": {
            "passed": gate.passed,
            "policy": gate.policy,
            "reasons": [f"{reason.action}: {plain(reason.text)}" for reason in gate.reasons],
        },
        "model": {"title": plain(assessment.model.head.title), "digest": assessment.model.digest},
        "now": str(assessment.now),
    }
    return {**made, "commit": assessment.commit} if assessment.commit else made
