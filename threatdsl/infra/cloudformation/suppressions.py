"""What the author of a template told scanners to pass over: shown as the author's, and without any effect."""

from collections.abc import Iterator

from threatdsl.infra.cloudformation.building import Building
from threatdsl.infra.tree import Node

MOST_SHOWN = 80  # characters of the name of a rule


def map_suppressions(building: Building) -> None:
    """A note for each resource with suppressions, with the rules as the author named them."""
    for item in building.estate.items.values():
        for tool, at, rules in _suppressed(item.metadata):
            named = ", ".join(rule[:MOST_SHOWN] for rule in rules)
            message = f"the author of {item.logical} tells {tool} to pass over {named}"
            building.note("TM0807", message, at.span(item.resource.file))


def _suppressed(metadata: Node) -> Iterator[tuple[str, Node, list[str]]]:
    """The tool, the place and the rules of each list."""
    lists = (
        ("guard", ("guard", "SuppressedRules"), ""),
        ("cfn_nag", ("cfn_nag", "rules_to_suppress"), "id"),
        ("checkov", ("checkov", "skip"), "id"),
        ("cfn-lint", ("cfn-lint", "config", "ignore_checks"), ""),
    )
    for tool, path, key in lists:
        found = metadata.at(*path)
        if found is not None:
            rules = [one.text_at(key) if key else one.text for one in found.items]
            if names := sorted(rule for rule in rules if rule):
                yield tool, found, names
