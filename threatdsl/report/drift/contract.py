"""The contract of `drift --format json`. Fields may be added; none is renamed or removed while `SCHEMA` is the same."""

from typing import Literal

import msgspec

Schema = Literal["threatdsl/drift/1"]
SCHEMA: Schema = "threatdsl/drift/1"


class DifferenceData(msgspec.Struct, frozen=True):
    """A difference. `counts` is false for what is only known after a deployment. Lines count from 1."""

    kind: Literal["missing", "unmodelled", "contradicted", "unverifiable"]
    id: str
    message: str
    effects: tuple[str, ...]
    file: str
    line: int
    column: int
    model_file: str
    model_line: int
    counts: bool


class Part(msgspec.Struct, frozen=True):
    """How many of how many."""

    known: int
    all: int


class CoverageData(msgspec.Struct, frozen=True):
    """How much was compared, in percent of the elements of both sides, and in numbers."""

    percent: int
    elements: Part
    infrastructure: Part
    flows: Part


class DriftResult(msgspec.Struct, frozen=True):
    """How a model and its infrastructure differ, in one environment where one was asked for."""

    schema: Schema
    model: str
    digest: str
    environment: str
    differs: bool
    differences: tuple[DifferenceData, ...]
    coverage: CoverageData
