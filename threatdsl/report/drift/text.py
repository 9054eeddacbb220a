"""Drift for a terminal, and for a pull request as Markdown."""

from collections.abc import Iterator

from threatdsl.infra.drift import Coverage, Drift, Kind
from threatdsl.model.model import Model
from threatdsl.report.drift.contract import DifferenceData, DriftResult
from threatdsl.report.pipeline import markup_text as md
from threatdsl.report.plain import plain
from threatdsl.report.words import counted

HEADINGS = {
    Kind.MISSING: "missing: the model names what is not there",
    Kind.UNMODELLED: "unmodelled: it is there, and the model does not know it",
    Kind.CONTRADICTED: "contradicted: the model says otherwise",
    Kind.UNVERIFIABLE: "unverifiable: the model says so, and nothing shows it",
}


def drift_text(model: Model, drift: Drift, data: DriftResult) -> str:
    """Each difference with its line and all that follows from it, and how much was compared."""
    lines = [f"{plain(model.head.title)}  {data.model}" + (f"  ({data.environment})" if data.environment else ""), ""]
    for kind, some in _by_kind(data):
        lines += [HEADINGS[kind], *(line for one in some for line in _difference(one)), ""]
    lines += [_summary(data), coverage_sentence(drift.coverage)]
    return "\n".join(lines) + "\n"


def _difference(one: DifferenceData) -> Iterator[str]:
    yield f"  {one.file}:{one.line}: {one.message}" + ("" if one.counts else "   (only known after a deployment)")
    yield from (f"      {effect}" for effect in one.effects)
    if one.model_line and (one.model_file, one.model_line) != (one.file, one.line):
        yield f"      model: {one.model_file}:{one.model_line}"


def drift_markdown(model: Model, drift: Drift, data: DriftResult) -> str:
    """The same as Markdown, in which text of models and files stays text."""
    lines = [
        f"## Drift of {md.text(model.head.title)}",
        "",
        f"{_summary(data)}. {coverage_sentence(drift.coverage)}.",
        "",
    ]
    for kind, some in _by_kind(data):
        lines += [f"### {HEADINGS[kind].partition(':')[0].capitalize()}", ""]
        for one in some:
            lines.append(f"- {md.link(one.file, one.line)} {md.text(one.message)}")
            lines += [f"  - {md.text(effect)}" for effect in one.effects]
        lines.append("")
    return "\n".join(lines)


def _by_kind(data: DriftResult) -> Iterator[tuple[Kind, list[DifferenceData]]]:
    for kind in Kind:
        some = [one for one in data.differences if one.kind == kind.value]
        if some:
            yield kind, some


def _summary(data: DriftResult) -> str:
    if not data.differences:
        return "no differences"
    parts = [f"{len(some)} {kind.value}" for kind, some in _by_kind(data)]
    return f"{counted(len(data.differences), 'difference')}: {', '.join(parts)}"


def coverage_sentence(coverage: Coverage) -> str:
    """How much of both sides was compared."""
    own, there, flows = coverage.bound, coverage.modelled, coverage.flows
    return (
        f"coverage {coverage.percent} %: {own[0]} of {own[1]} elements of the model are bound to infrastructure, "
        f"{there[0]} of {there[1]} there are in the model; {flows[0]} of {flows[1]} flows are seen"
    )
