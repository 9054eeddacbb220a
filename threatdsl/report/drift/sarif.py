"""Drift as SARIF 2.1.0: the line of infrastructure first, that of the model related."""

from hashlib import sha256
from typing import Any

from threatdsl.infra.drift import Difference, Drift, Kind
from threatdsl.model.model import Model
from threatdsl.report.drift.text import HEADINGS
from threatdsl.report.pipeline.sarif import SCHEMA
from threatdsl.report.pipeline.sarif_places import Places, unlinked
from threatdsl.report.plain import plain
from threatdsl.report.result import to_json
from threatdsl.report.words import clean

LEVELS = {Kind.MISSING: "warning", Kind.UNMODELLED: "error", Kind.CONTRADICTED: "error", Kind.UNVERIFIABLE: "warning"}


def drift_sarif(model: Model, drift: Drift, places: Places) -> bytes:
    """The log: one run, a rule for each kind of difference."""
    from importlib.metadata import version

    rules = [{"id": f"drift.{kind.value}", "shortDescription": {"text": HEADINGS[kind]}} for kind in Kind]
    run = {
        "tool": {"driver": {"name": "threatdsl", "semanticVersion": version("threatdsl"), "rules": rules}},
        "automationDetails": {"id": f"threatdsl-drift/{clean(plain(model.head.title))}/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(one, places) for one in drift.differences],
        "properties": {"coverage": drift.coverage.percent, "model": {"digest": model.digest}},
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(one: Difference, places: Places) -> dict[str, Any]:
    text = ". ".join(unlinked(part) for part in (one.message, *one.effects))
    print_ = sha256(one.id.encode()).hexdigest()[:16]
    made: dict[str, Any] = {
        "ruleId": f"drift.{one.kind.value}",
        "ruleIndex": tuple(Kind).index(one.kind),
        "level": LEVELS[one.kind] if one.counts else "note",
        "message": {"text": f"{text}."},
        "locations": [places.location(one.span)],
        "partialFingerprints": {"primaryLocationLineHash": f"{print_}:1", "threatdsl/v1": print_},
    }
    if one.model_span is not None and one.model_span != one.span:
        made["relatedLocations"] = [places.location(one.model_span, "the model", 1)]
    return made
