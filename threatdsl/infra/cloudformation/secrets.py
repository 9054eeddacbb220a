"""Secrets in clear: literal passwords of stores, and defaults of parameters that hold one."""

import re
from collections.abc import Iterator

from threatdsl.infra.cloudformation.building import Building
from threatdsl.infra.cloudformation.estate import Item
from threatdsl.infra.cloudformation.template import Template
from threatdsl.infra.cloudformation.values import SEPARATOR, SYMBOL, Value
from threatdsl.infra.infrastructure import Known
from threatdsl.infra.secrecy import is_literal_secret
from threatdsl.infra.tree import Node

SECRET = ("secret-management",)
SETTINGS = (
    ("MasterUserPassword",),
    ("AuthToken",),
    ("SecretString",),
    ("Users", 0, "Password"),
    ("LoginProfile", "Password"),
)
VAULT = "{{resolve:"
# Names that speak of keys and hold none.
NAME_OF_KEY = re.compile(
    r"(?i)(?:(?:s3|object|public|partition|sort|hash|range)[-_]?key|key[-_]?(?:name|id|arn|pair|prefix|alias))$"
)


def map_secrets(building: Building) -> None:
    """A note for each secret in clear, and a fact where it belongs to an element. No value is kept."""
    for template in building.estate.templates:
        for name, default in _defaults(template):
            where = default.span(template.document.file)
            building.note("TM0804", f"the default of parameter {name} is a secret in clear text", where)
    for item in building.items:
        draft = building.element_of(item)
        for path in SETTINGS:
            value = item.at(*path)
            if value is None:
                continue
            name = str(path[-1])
            safe, text, known = _kept(item, value)
            if safe is False and known is Known.STATED:
                building.note("TM0804", f"{name} of {item.logical} is a secret in clear text", item.span(value))
            if draft is not None:
                building.fact(draft, item, name, text, safe=safe, classes=SECRET, at=value, known=known)


def _defaults(template: Template) -> Iterator[tuple[str, Node]]:
    for name, node in template.parameters.entries.items():
        default = node.at("Default")
        if default is None or not default.text:
            continue
        hidden = node.at("NoEcho") is not None and bool(default.text.strip())
        if hidden or (is_literal_secret(name, default.text) and not NAME_OF_KEY.search(name)):
            yield name, default


def _kept(item: Item, value: Value) -> tuple[bool | None, str, Known]:
    """Whether a secret comes from a vault; a parameter may hold anything, and its default is in clear."""
    text = value.text
    if value.raw.startswith(VAULT):
        return True, "read from a vault", Known.STATED
    if text is not None:
        return (False, "set in clear text", Known.STATED) if text else (None, "empty", Known.UNRESOLVED)
    names = {name for name, _ in _defaults(item.template)}
    used = [n for n in names if f"{SYMBOL}{SEPARATOR}{item.template.number}{SEPARATOR}{n}\0" in value.raw]
    if used:
        return False, "the default of a parameter, in clear text", Known.DEFAULT
    return None, "not known", Known.UNRESOLVED
