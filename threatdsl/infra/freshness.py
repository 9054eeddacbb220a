"""What infrastructure shows of each thing of a model, as lines that change only with what matters to threats.

Lines of files, their order, tags, copies and tags of images are not among them.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from threatdsl.infra.binding import Bound
from threatdsl.infra.infrastructure import Element, Fact, Flow, Infrastructure, Part, Rests

IMAGE = "image"  # its tag changes with each release


def shown_of(bound: Bound, infrastructure: Infrastructure) -> Mapping[str, Mapping[str, str]]:
    """For each thing that infrastructure realizes: sentences about it, with the place `file:line` of each."""
    titles = {element.key: element.title for element in infrastructure.elements}
    found: dict[str, dict[str, str]] = {}
    for id_, parts in bound.parts.items():
        told = found.setdefault(id_, {})
        for part in parts:
            told.update(_facts(part))
            if isinstance(part, Element):
                told.update(_flows(part, infrastructure.flows, titles))
    return found


def _facts(part: Part) -> Iterator[tuple[str, str]]:
    for fact in part.facts:
        if fact.name != IMAGE:
            yield _sentence(fact), f"{fact.span.file}:{fact.span.line}"


def _sentence(fact: Fact) -> str:
    return f"{fact.resource.name}: {fact.name} is {fact.value}"


def _flows(part: Element, flows: Iterable[Flow], titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for flow in flows:
        if part.key in (flow.source, flow.target) and flow.rests is not Rests.ASSUMED:
            ends = f"{titles.get(flow.source, flow.source)} calls {titles.get(flow.target, flow.target)}"
            yield f"{ends} {flow.protocol} {flow.port}".rstrip(), f"{flow.span.file}:{flow.span.line}"


def fingerprint(sentences: Iterable[str]) -> str:
    """Twelve hexadecimal digits of sentences, in whatever order."""
    return sha256("\n".join(sorted(sentences)).encode()).hexdigest()[:12]
