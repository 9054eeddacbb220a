"""Attack paths as SARIF 2.1.0: one result a path, its steps a code flow."""

import hashlib
from typing import Any

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPath, AttackPaths
from threatdsl.report.attack import note_of, path_title
from threatdsl.report.pipeline.sarif import SCHEMA
from threatdsl.report.pipeline.sarif_places import Places, unlinked
from threatdsl.report.pipeline.sarif_rules import SCORES, WORDS
from threatdsl.report.result import to_json

RULE = "attack-path"
TEXT = "Attackers can walk from where they begin to data at stake."


def sarif_paths(assessment: Assessment, paths: AttackPaths, places: Places) -> bytes:
    """The log."""
    from importlib.metadata import version

    rule: dict[str, Any] = {"id": RULE, "shortDescription": {"text": TEXT}, "properties": {"tags": ["security"]}}
    if paths.paths:
        worst = max(path.level for path in paths.paths)
        rule["properties"]["security-severity"] = str(SCORES[worst])
    driver = {"name": "threatdsl", "semanticVersion": version("threatdsl"), "rules": [rule]}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "threatdsl/attack-paths/"},
        "columnKind": "utf16CodeUnits",
        "results": [_result(assessment, path, places) for path in paths.paths],
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(assessment: Assessment, path: AttackPath, places: Places) -> dict[str, Any]:
    model = assessment.model
    way = [(model.things[step.flow].span, note_of(assessment, step)) for step in path.steps]
    told = [(span, text) for span, text in way if places.has(span)]
    first = told[path.weakest][0] if len(told) == len(way) else model.head.span
    print_ = hashlib.sha256(f"{RULE}\0{path.entry}\0{path.data}".encode()).hexdigest()[:16]
    certain = "possible" if path.possible else "open"
    made: dict[str, Any] = {
        "ruleId": RULE,
        "ruleIndex": 0,
        "kind": "review" if path.possible else "fail",
        "level": "none" if path.possible else WORDS[path.level],
        "rank": SCORES[path.level] * 10,
        "message": {"text": f"{unlinked(path_title(model, path))} ({path.level.word}, {certain})."},
        "locations": [places.location(first)],
        "partialFingerprints": {"primaryLocationLineHash": f"{print_}:1", "threatdsl/v1": print_},
        "properties": {"entry": path.entry, "data": path.data, "severity": path.level.word, "possible": path.possible},
    }
    flow = [{"location": places.location(span, text)} for span, text in told]
    return {**made, "codeFlows": [{"threadFlows": [{"locations": flow}]}]} if flow else made
