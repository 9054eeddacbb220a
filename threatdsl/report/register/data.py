"""The report as data: the result of a check, and attack paths."""

import msgspec

from threatdsl.attack.search import attack_paths
from threatdsl.report.attack_text import paths_data
from threatdsl.report.checked import Checked
from threatdsl.report.contract import AttackPathsData
from threatdsl.report.result import result, to_json


def report_json(checked: Checked) -> bytes:
    """What `check --format json` says, with `attack_paths` as `paths --format json` gives them."""
    assessment = checked.assessment
    assert assessment is not None  # a wrong model has no report
    found = msgspec.convert(paths_data(assessment, attack_paths(assessment)), AttackPathsData)
    return to_json(msgspec.structs.replace(result(checked), attack_paths=found))
