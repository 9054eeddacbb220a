"""Kinds: what they are, the properties they have, what may stand in their braces."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from threatdsl.diagnostics import Related, did_you_mean
from threatdsl.model.names import find, short_names
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.model.sources import Source
from threatdsl.model.values import BASIC_TYPES
from threatdsl.model.vocabulary import Kind, PropertyDefinition, ValueType, Vocabulary
from threatdsl.syntax.nodes import Declaration, Items, Name, Property, Value

Declared = tuple[tuple[Source, Declaration], ...]


def bind_kinds(declared: Declared, words: Vocabulary, problems: Problems) -> Mapping[str, Kind]:
    """All kinds by name, each with all that it inherits."""
    return _KindBinder(declared, words, problems).kinds()


class _KindBinder:
    """Kinds may be used before they are declared, so names come first, then ancestors, then properties."""

    def __init__(self, declared: Declared, words: Vocabulary, problems: Problems) -> None:
        self._words = words
        self._problems = problems
        self._nodes: dict[str, tuple[Source, Declaration]] = {}
        self._kinds: dict[str, Kind] = {}
        for source, node in declared:
            name = f"{source.scope.namespace}.{node.name.text}" if source.scope.namespace else node.name.text
            if name in self._nodes:
                self._problems.error(
                    "TM0212",
                    f"kind `{name}` is declared twice",
                    node.name.span,
                    label="second declaration",
                    related=(Related("first declaration", self._nodes[name][1].name.span),),
                )
            else:
                self._nodes[name] = (source, node)

    def kinds(self) -> Mapping[str, Kind]:
        for name in self._nodes:
            self._bind(name, ())
        return MappingProxyType(self._kinds)

    def _bind(self, name: str, below: tuple[str, ...]) -> Kind | None:
        if name in self._kinds:
            return self._kinds[name]
        source, node = self._nodes[name]
        if name in below:
            circle = " is ".join(below[below.index(name) :] + (name,))
            self._problems.error("TM0216", f"kinds in a circle: {circle}", node.name.span)
            return None
        values = {p.name.text: p.value for p in node.body or () if isinstance(p, Property)}
        parents = [self._bind(parent, (*below, name)) for parent in self._names(source.scope, values.get("is"))]
        known = [parent for parent in parents if parent is not None]
        ancestors = (name, *dict.fromkeys(a for parent in known for a in parent.ancestors))
        properties: dict[str, PropertyDefinition] = {}
        for parent in known:
            properties.update(parent.properties)
        properties.update(self._properties(source.scope, name, node))
        contains = self._names(source.scope, values.get("contains")) + tuple(c for p in known for c in p.contains)
        later = self._word(values.get("effect")) == "later"
        title = node.title.text if node.title is not None else node.name.text
        kind = Kind(name, title, ancestors, MappingProxyType(properties), contains, later, node.name.span)
        self._kinds[name] = kind
        return kind

    def _names(self, scope: Scope, value: Value | None) -> tuple[str, ...]:
        items = () if value is None else value.items if isinstance(value, Items) else (value,)
        found: list[str] = []
        for item in items:
            full = find(scope, item.text, self._nodes) if isinstance(item, Name) else None
            if full is not None:
                found.append(full)
            else:
                text = item.text if isinstance(item, Name) else "this"
                self._problems.error(
                    "TM0210",
                    f"unknown kind `{text}`",
                    item.span,
                    help=did_you_mean(text, short_names(scope, self._nodes)),
                )
        return tuple(found)

    def _word(self, value: Value | None) -> str:
        return value.text if isinstance(value, Name) else ""

    def _properties(self, scope: Scope, kind: str, node: Declaration) -> Mapping[str, PropertyDefinition]:
        found: dict[str, PropertyDefinition] = {}
        for statement in node.body or ():
            if isinstance(statement, Property):
                if statement.name.text not in ("is", "contains", "effect"):
                    self._problems.error(
                        "TM0204",
                        f"unknown property `{statement.name.text}`",
                        statement.name.span,
                        label="a kind has `is`, `contains` and properties",
                        help=f'declare one: property {statement.name.text} "Title" {{ type text }}',
                    )
                continue
            if not isinstance(statement, Declaration) or statement.kind.text != "property":
                self._problems.error("TM0215", "only properties stand in a kind", statement.span)
                continue
            definition = self._property(scope, kind, statement)
            if definition is not None:
                found[definition.name] = definition
        return found

    def _property(self, scope: Scope, kind: str, node: Declaration) -> PropertyDefinition | None:
        body = {p.name.text: p.value for p in node.body or () if isinstance(p, Property)}
        type_ = self._type(scope, node, body.get("type"))
        if type_ is None:
            return None
        title = node.title.text if node.title is not None else node.name.text
        definition = PropertyDefinition(node.name.text, title, type_, kind, node.name.span)
        return msgspec.structs.replace(
            definition,
            inherits=self._word(body.get("inherits")) == "yes",
            required=self._word(body.get("required")) == "yes",
            later=self._word(body.get("effect")) == "later",
            relation=self._word(body.get("relation")),
        )

    def _type(self, scope: Scope, node: Declaration, value: Value | None) -> ValueType | None:
        listed = isinstance(value, Items)
        item = value.items[0] if isinstance(value, Items) and len(value.items) == 1 else value
        if not isinstance(item, Name):
            self._problems.error(
                "TM0304", f"property `{node.name.text}` needs a type", node.name.span, help="type text, or type [data]"
            )
            return None
        words = self._words
        if item.text in BASIC_TYPES:
            return ValueType(item.text, listed)
        for table in (words.scales, words.enumerations, self._nodes):
            full = find(scope, item.text, table)
            if full is not None:
                return ValueType(full, listed)
        known = (*BASIC_TYPES, *words.scales, *words.enumerations, *self._nodes)
        self._problems.error(
            "TM0210", f"unknown type `{item.text}`", item.span, help=did_you_mean(item.text, short_names(scope, known))
        )
        return None
