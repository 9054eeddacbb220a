"""The intrinsic functions of CloudFormation. Each returns None for an argument that it does not take."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from threatdsl.infra.cloudformation.values import NO_VALUE, Value, clean, plain, reasons, scalar, unknown
from threatdsl.infra.tree import Node

PAIR = 2  # most functions take a list of two
BRANCHES = 3  # of Fn::If: a condition and what it chooses from
VARIABLE = re.compile(r"\$\{([^${}]*)\}")


class Scope(Protocol):
    """The template that a function is called in."""

    @property
    def mappings(self) -> Node:
        """Its mappings."""

    @property
    def world(self) -> "Importing":
        """The other templates."""

    def value(self, node: Node) -> Value:
        """What a node comes to."""

    def reference(self, name: str, node: Node) -> Value:
        """What `Ref` comes to."""

    def attribute(self, logical: str, attribute: str, node: Node) -> Value:
        """What `Fn::GetAtt` comes to."""

    def condition(self, name: str) -> tuple[bool | None, str]:
        """Whether a condition holds."""


class Importing(Protocol):
    """Where imports come from."""

    def imported(self, name: Value) -> Value | None:
        """What another template exports under a name."""


def _ref(scope: Scope, node: Node) -> Value | None:
    return scope.reference(node.text, node) if node.text else None


def _get_att(scope: Scope, node: Node) -> Value | None:
    if node.text:
        logical, _, attribute = node.text.partition(".")
        return scope.attribute(logical, attribute, node)
    if len(node.items) != PAIR:
        return None
    attribute = scope.value(node.items[1]).text or ""
    return scope.attribute(node.items[0].text, attribute, node)


def _sub(scope: Scope, node: Node) -> Value | None:
    variables = node.at(1)
    given: Mapping[str, Node] = variables.entries if variables is not None else {}
    text = node.items[0].text if node.items else node.text
    why: list[str] = []

    def put(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        logical, dot, attribute = name.partition(".")
        if name in given:
            value = scope.value(given[name])
        else:
            value = scope.attribute(logical, attribute, node) if dot else scope.reference(name, node)
        why.append(value.why)
        return value.raw if isinstance(value.content, str) else unknown(node).raw

    return scalar(VARIABLE.sub(put, clean(text)), node, reasons(*why))


def _join(scope: Scope, node: Node) -> Value | None:
    if len(node.items) != PAIR:
        return None
    parts = scope.value(node.items[1])
    if parts.is_unknown or not isinstance(parts.content, tuple):
        return None
    if any(not isinstance(part.content, str) for part in parts.items):
        return None
    delimiter = clean(node.items[0].text)
    return scalar(delimiter.join(part.raw for part in parts.items), node, reasons(*(p.why for p in parts.items)))


def _select(scope: Scope, node: Node) -> Value | None:
    if len(node.items) != PAIR:
        return None
    index = scope.value(node.items[0])
    of = scope.value(node.items[1])
    return of.at(index.number) if index.number is not None and index.number >= 0 and not of.is_unknown else None


def _split(scope: Scope, node: Node) -> Value | None:
    if len(node.items) != PAIR or not node.items[0].text:
        return None
    value = scope.value(node.items[1])
    if value.text is None:
        return None
    parts = value.text.split(clean(node.items[0].text))
    return Value(tuple(Value(part, node, value.why) for part in parts), node, value.why)


def _find_in_map(scope: Scope, node: Node) -> Value | None:
    """Known where the keys are, and where all values that unknown keys may lead to agree."""
    if len(node.items) not in (3, 4):
        return None
    found, why = [scope.mappings], []
    for item in node.items[:3]:
        key = scope.value(item)
        why.append(key.why)
        if key.text is not None:
            found = [below for one in found if (below := one.entries.get(key.text)) is not None]
        else:
            found = [below for one in found for below in one.entries.values()]
    values = [plain(one) for one in found]
    distinct = {repr(_content(value)): value for value in values}
    if len(distinct) == 1:
        only = values[0]
        return Value(only.content, node, reasons(*why))
    options = tuple(sorted({value.text for value in values if value.text is not None}))
    return unknown(node, options=options if len(options) == len(distinct) else ())


def _content(value: Value) -> object:
    if isinstance(value.content, Mapping):
        return {key: _content(below) for key, below in value.content.items()}
    return [_content(item) for item in value.content] if isinstance(value.content, tuple) else value.content


def _if(scope: Scope, node: Node) -> Value | None:
    """The branch that the condition chooses; undecided ones are known where both branches are the same."""
    if len(node.items) != BRANCHES:
        return None
    holds, why = scope.condition(node.items[0].text)
    if holds is not None:
        chosen = scope.value(node.items[1 if holds else 2])
        if chosen is NO_VALUE:
            return chosen
        return Value(chosen.content, chosen.node, reasons(chosen.why, why), chosen.options)
    branches = [scope.value(item) for item in node.items[1:]]
    if repr(_content(branches[0])) == repr(_content(branches[1])):
        return branches[0]
    texts = tuple(branch.text for branch in branches if branch.text is not None)
    return unknown(node, options=texts if len(texts) == PAIR else ())


def _import_value(scope: Scope, node: Node) -> Value | None:
    return scope.world.imported(scope.value(node))


def _base64(scope: Scope, node: Node) -> Value | None:
    """The text before it is encoded: what it refers to is what counts."""
    return scope.value(node)


# Those that are not here (Cidr, GetAZs, Transform and others) are unknown until the stack is there.
FUNCTIONS: Mapping[str, Callable[[Scope, Node], Value | None]] = MappingProxyType(
    {
        "Ref": _ref,
        "GetAtt": _get_att,
        "Sub": _sub,
        "Join": _join,
        "Select": _select,
        "Split": _split,
        "FindInMap": _find_in_map,
        "If": _if,
        "ImportValue": _import_value,
        "Base64": _base64,
    }
)
