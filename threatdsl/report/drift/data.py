"""Drift as plain data."""

from threatdsl.infra.drift import Difference, Drift
from threatdsl.model.model import Model
from threatdsl.report.checked import PathOf
from threatdsl.report.drift.contract import SCHEMA, CoverageData, DifferenceData, DriftResult, Part
from threatdsl.report.plain import plain


def drift_data(model: Model, drift: Drift, environment: str, path_of: PathOf) -> DriftResult:
    """The differences of a model, with paths that the reader can follow."""
    covered = drift.coverage
    return DriftResult(
        schema=SCHEMA,
        model=path_of(model.file),
        digest=model.digest,
        environment=environment,
        differs=drift.differs,
        differences=tuple(_difference(one, path_of) for one in drift.differences),
        coverage=CoverageData(covered.percent, Part(*covered.bound), Part(*covered.modelled), Part(*covered.flows)),
    )


def _difference(one: Difference, path_of: PathOf) -> DifferenceData:
    model = one.model_span
    return DifferenceData(
        kind=one.kind.value,
        id=one.id,
        message=plain(one.message),
        effects=tuple(plain(effect) for effect in one.effects),
        file=path_of(one.span.file),
        line=one.span.line,
        column=one.span.column,
        model_file=path_of(model.file) if model is not None else "",
        model_line=model.line if model is not None else 0,
        counts=one.counts,
    )
