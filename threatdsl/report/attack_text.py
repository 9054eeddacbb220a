"""Attack paths for a terminal and as plain data."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from threatdsl.assess.assessment import Assessment
from threatdsl.attack.paths import AttackPath, AttackPaths
from threatdsl.model.titles import isolated
from threatdsl.report.attack import MOST_BLASTS, best_sentence, lead_of, note_of, path_title, separating_sentence
from threatdsl.report.attack_contract import SCHEMA, PathsResult
from threatdsl.report.names import called
from threatdsl.report.plain import plain
from threatdsl.report.words import counted

PathOf = Callable[[str], str]


def paths_text(assessment: Assessment, paths: AttackPaths, path_of: PathOf) -> str:
    """The paths with their steps, certain ones first, then where they meet and what ends them."""
    model = assessment.model
    lines = [f"{plain(model.head.title)}  {path_of(model.file)}", "", lead_of(paths), ""]
    numbered = list(enumerate(paths.paths, 1))
    for heading, possible in (("open:", False), ("possible, as nobody has stated all that they hang on:", True)):
        some = [(number, path) for number, path in numbered if path.possible is possible]
        if some:
            lines += [heading, ""]
        for number, path in some:
            lines += [*_path(assessment, number, path, path_of), ""]
    lines += _meeting(assessment, paths)
    return plain_lines(lines)


def plain_lines(lines: list[str]) -> str:
    """The lines as one text, without an empty one at its end."""
    return "\n".join(lines).rstrip("\n") + "\n"


def _path(assessment: Assessment, number: int, path: AttackPath, path_of: PathOf) -> Iterator[str]:
    model = assessment.model
    yield f"{number}. {plain(path_title(model, path))}: {path.level.word}"
    for index, step in enumerate(path.steps):
        span = model.things[step.flow].span
        answer = ", by its answer" if step.reverse else ""
        weakest = "  (weakest)" if index == path.weakest else ""
        source, target = (plain(isolated(called(model, id_))) for id_ in (step.source, step.target))
        yield f"   {path_of(span.file)}:{span.line}: {source} -> {target}{answer}{weakest}"
        by = f" ({step.finding})" if step.finding else ""
        yield f"       {plain(note_of(assessment, step))}{by}"


def _meeting(assessment: Assessment, paths: AttackPaths) -> Iterator[str]:
    model = assessment.model
    if paths.chokes:
        yield "choke points:"
    for choke in paths.chokes:
        numbers = ", ".join(str(index + 1) for index in choke.paths)
        yield f"    {plain(called(model, choke.element))}: path{'s' if len(choke.paths) > 1 else ''} {numbers}"
    if paths.separating:
        yield plain(separating_sentence(model, paths))
    if paths.paths:
        yield plain(best_sentence(model, paths))
    if paths.paths and paths.blast:
        yield from ("", "blast radius:")
        for radius in paths.blast[:MOST_BLASTS]:
            data = ", ".join(plain(isolated(called(model, id_))) for id_ in radius.data)
            elements = counted(len(radius.elements), "further element")
            yield f"    {plain(called(model, radius.element))}: {elements}; {data}"


def paths_data(assessment: Assessment, paths: AttackPaths) -> PathsResult:
    """The paths as plain data (docs/reference/paths.schema.json); levels are words."""
    model = assessment.model
    data: dict[str, Any] = msgspec.to_builtins(paths)
    for made, path in zip(data["paths"], paths.paths, strict=True):
        made["level"] = path.level.word
    head = {"title": model.head.title, "file": model.file, "digest": model.digest}
    return msgspec.convert({"schema": SCHEMA, "model": head, "lead": lead_of(paths), **data}, PathsResult)
