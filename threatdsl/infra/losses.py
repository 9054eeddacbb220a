"""What an import left out, resource by resource."""

from collections.abc import Callable, Iterator

from threatdsl.infra.infrastructure import Infrastructure, LossKind

HEADINGS = {
    LossKind.UNSUPPORTED: "not known to threatdsl",
    LossKind.CONDITIONAL: "there under a condition that the files do not decide",
    LossKind.CONFIGURATION: "configuration of something else",
    LossKind.OUT_OF_SCOPE: "nothing that a threat model holds",
}


def loss_report(infrastructure: Infrastructure, path_of: Callable[[str], str] = str) -> str:
    """Each resource that became no part of the model, by reason, with its line; how many did, in the first line."""
    return "\n".join(_lines(infrastructure, path_of)) + "\n"


def _lines(infrastructure: Infrastructure, path_of: Callable[[str], str]) -> Iterator[str]:
    lost, all_ = len(infrastructure.losses), len(infrastructure.resources)
    yield f"{all_ - lost} of {all_} resources are in the model" + (f", {lost} are not:" if lost else ".")
    for kind, heading in HEADINGS.items():
        losses = sorted((x for x in infrastructure.losses if x.kind is kind), key=lambda loss: loss.resource)
        if losses:
            yield f"{heading} ({len(losses)})"
        for loss in losses:
            span = loss.resource.span
            yield f"  {path_of(span.file)}:{span.line}: {loss.resource.name}: {loss.why}"
