"""Results that were saved: the schema that they follow, and reading one back."""

import msgspec

from threatdsl.evidence.check import checks
from threatdsl.evidence.verdict import Evidence, Ruling
from threatdsl.model.model import Model
from threatdsl.report.attack_contract import PathsResult
from threatdsl.report.contract import Result
from threatdsl.report.result import to_json

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class ResultError(ValueError):
    """A file is no result of `check --format json`. The message names the field that is wrong."""


def schema() -> bytes:
    """The JSON Schema of what `check --format json` writes: a result, or for several models a list of them."""
    return to_json({"$schema": DIALECT, **msgspec.json.schema(Result | tuple[Result, ...])})


def paths_schema() -> bytes:
    """The JSON Schema of what `paths --format json` writes."""
    return to_json({"$schema": DIALECT, **msgspec.json.schema(PathsResult)})


def read_result(content: bytes) -> Result:
    """The saved result of one model. Raises ResultError. Fields that this version does not know are left out."""
    if content.lstrip()[:1] == b"[":
        message = "the file holds a list of results; save the result of one model in a file of its own"
        raise ResultError(message)
    try:
        return msgspec.json.decode(content, type=Result)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the file is no result of `threatdsl check --format json`: {error}"
        raise ResultError(message) from error


def saved_evidence(model: Model, result: Result) -> Evidence:
    """The verdicts that were saved with a result, of the checks that its model declares."""
    declared = {(check.id, check.environment): check for check in checks(model)}
    return Evidence(
        tuple(
            Ruling(check, saved.place, saved.verdict, saved.why)
            for saved in result.evidence
            if (check := declared.get((saved.check, saved.environment or ""))) is not None
        )
    )
