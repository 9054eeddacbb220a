"""Kinds: what they are, the properties they have, what may stand in their braces."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from threatdsl.diagnostics import Related, did_you_mean
from threatdsl.model.names import find, may_declare, suggestion
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.model.sources import Source
from threatdsl.model.values import BASIC_TYPES
from threatdsl.model.vocabulary import Kind, PropertyDefinition, ValueType, Vocabulary
from threatdsl.model.wording import LONGEST_CIRCLE, circle
from threatdsl.syntax.nodes import Declaration, Items, Name, Property, Statement, Text, Value

Declared = tuple[tuple[Source, Declaration], ...]
DEEPEST = 16  # kinds above one another; the prelude has four
BODY = ("type", "relation", "asks")
WORDS: Mapping[str, tuple[str, ...]] = {"inherits": ("yes", "no"), "required": ("yes", "no"), "effect": ("later",)}


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
        self._depths: dict[str, int] = {}
        self._too_deep = False
        for source, node in declared:
            name = f"{source.scope.namespace}.{node.name.text}" if source.scope.namespace else node.name.text
            if name in self._nodes:
                self._problems.error(
                    "TM0212",
                    f"kind `{name}` is declared twice",
                    node.name.span,
                    label="second declaration",
                    related=(Related("first declaration", self._nodes[name][1].name.span),),
                    help="give yours another name",
                )
            elif may_declare(node.name, problems):
                self._nodes[name] = (source, node)

        basic = dict.fromkeys(sorted(BASIC_TYPES))
        self._types: Mapping[str, object] = {**basic, **words.scales, **words.enumerations, **self._nodes}

    def kinds(self) -> Mapping[str, Kind]:
        for name in self._nodes:
            self._bind(name, ())
        return MappingProxyType(self._kinds)

    def _bind(self, name: str, below: tuple[str, ...]) -> Kind | None:
        if name in self._kinds:
            return self._kinds[name]
        source, node = self._nodes[name]
        if name in below:
            self._circle(name, below)
            return None
        if len(below) > DEEPEST:
            self._deep(node)
            return None
        values = {p.name.text: p.value for p in node.body or () if isinstance(p, Property)}
        written = self._names(source.scope, values.get("is"))
        parents = [self._bind(parent, (*below, name)) if parent is not None else None for parent in written]
        self._depths[name] = 1 + max((self._depths[parent.name] for parent in parents if parent is not None), default=0)
        if self._depths[name] > DEEPEST:
            self._deep(node)
            return None
        known = [parent for parent in parents if parent is not None]
        own = self._properties(source.scope, name, node)
        contains = self._names(source.scope, values.get("contains"))
        complete = None not in (*parents, *own.values(), *contains) and all(parent.complete for parent in known)
        properties = {k: v for parent in known for k, v in parent.properties.items()}
        properties.update((k, v) for k, v in own.items() if v is not None)
        kind = Kind(
            name=name,
            title=node.title.text if node.title is not None else node.name.text,
            ancestors=(name, *dict.fromkeys(a for parent in known for a in parent.ancestors)),
            properties=MappingProxyType(properties),
            contains=(*(c for c in contains if c is not None), *(c for parent in known for c in parent.contains)),
            later=self._word(values.get("effect")) == "later",
            span=node.name.span,
            complete=complete,
        )
        self._kinds[name] = kind
        return kind

    def _deep(self, node: Declaration) -> None:
        """Report the first kind that stands too deep; those below it would all say the same."""
        if not self._too_deep:
            self._problems.error(
                "TM0232",
                f"kind `{node.name.text}` stands under more than {DEEPEST} others",
                node.name.span,
                label="too deep",
            )
        self._too_deep = True

    def _circle(self, name: str, below: tuple[str, ...]) -> None:
        found = below[below.index(name) :]
        self._problems.error(
            "TM0216",
            f"kinds in a circle: {circle(found, 'is')}",
            self._nodes[name][1].name.span,
            label="is itself in the end",
            related=tuple(
                Related("by way of this one", self._nodes[other][1].name.span) for other in found[1:LONGEST_CIRCLE]
            ),
        )

    def _names(self, scope: Scope, value: Value | None) -> tuple[str | None, ...]:
        items = () if value is None else value.items if isinstance(value, Items) else (value,)
        return tuple(self._name(scope, item, "kind", self._nodes) for item in items)

    def _name(self, scope: Scope, item: Value, what: str, table: Mapping[str, object]) -> str | None:
        """The full name of a word, None with a diagnostic."""
        if not isinstance(item, Name):
            self._problems.error(
                "TM0301", f"the name of a {what} is wanted", item.span, label=f"needs the name of a {what}"
            )
            return None
        full = find(scope, item.text, table)
        if full is None and not scope.excuses(item.text):
            code = {"kind": "TM0210", "type": "TM0221", "relation": "TM0213"}[what]
            self._problems.error(
                code, f"unknown {what} `{item.text}`", item.span, help=suggestion(scope, item.text, table)
            )
        return full

    def _word(self, value: Value | None) -> str:
        return value.text if isinstance(value, Name) else ""

    def _properties(self, scope: Scope, kind: str, node: Declaration) -> Mapping[str, PropertyDefinition | None]:
        """The properties that a kind declares by name, None for one that is not clear."""
        found: dict[str, PropertyDefinition | None] = {}
        for statement in node.body or ():
            if isinstance(statement, Property):
                if statement.name.text not in ("is", "contains", "effect"):
                    help = f'declare one: property {statement.name.text} "Title" {{ type text }}'
                    self._unknown(statement, "a kind has `is`, `contains` and properties", help)
            elif not isinstance(statement, Declaration) or statement.kind.text != "property":
                self._problems.error("TM0215", "only properties stand in a kind", statement.span)
            elif self._is_new(statement, node):
                found[statement.name.text] = self._property(scope, kind, statement)
        return found

    def _unknown(self, statement: Property, label: str, help: str) -> None:
        name = statement.name
        self._problems.error("TM0204", f"unknown property `{name.text}`", name.span, label=label, help=help)

    def _is_new(self, statement: Declaration, kind: Declaration) -> bool:
        first = next(s for s in kind.body or () if isinstance(s, Declaration) and s.name.text == statement.name.text)
        if first is statement:
            return True
        self._problems.error(
            "TM0212",
            f"property `{statement.name.text}` is declared twice",
            statement.name.span,
            label="second declaration",
            related=(Related("first declaration", first.name.span),),
        )
        return False

    def _property(self, scope: Scope, kind: str, node: Declaration) -> PropertyDefinition | None:
        body = {p.name.text: p.value for p in self._body(node.body or ())}
        type_ = self._type(scope, node, body.get("type"))
        relation = body.get("relation")
        named = self._name(scope, relation, "relation", self._words.relations) if relation is not None else ""
        if type_ is None or named is None:
            return None
        return PropertyDefinition(
            name=node.name.text,
            title=node.title.text if node.title is not None else node.name.text,
            type=type_,
            owner=kind,
            span=node.name.span,
            inherits=self._word(body.get("inherits")) == "yes",
            required=self._word(body.get("required")) == "yes",
            later=self._word(body.get("effect")) == "later",
            relation=named,
            asks=self._asks(body.get("asks")),
        )

    def _body(self, statements: Iterable[Statement]) -> Iterable[Property]:
        """What the body of a property says, without what is wrong in it."""
        for statement in statements:
            if not isinstance(statement, Property):
                self._problems.error("TM0215", "only properties stand in a property", statement.span)
                continue
            name, value = statement.name.text, statement.value
            if name in WORDS and self._word(value) not in WORDS[name]:
                words = WORDS[name]
                self._problems.error(
                    "TM0302",
                    f"`{name}` is {' or '.join(words)}",
                    value.span,
                    help=did_you_mean(self._word(value), words),
                )
            elif name in WORDS or name in BODY:
                yield statement
            else:
                known = (*BODY, *WORDS)
                help = did_you_mean(name, known) or f"there are: {', '.join(known)}"
                self._unknown(statement, "a property has no such word", help)

    def _asks(self, value: Value | None) -> str:
        if value is None or (isinstance(value, Text) and "{it}" in value.text):
            return value.text if value is not None else ""
        self._problems.error(
            "TM0301", "`asks` is a question about {it}", value.span, help='for example: asks "Who runs {it}?"'
        )
        return ""

    def _type(self, scope: Scope, node: Declaration, value: Value | None) -> ValueType | None:
        listed = isinstance(value, Items)
        item = value.items[0] if isinstance(value, Items) and len(value.items) == 1 else value
        if not isinstance(item, Name):
            self._problems.error(
                "TM0304",
                f"property `{node.name.text}` needs a type",
                node.name.span,
                help="add: type text, or type [data] for a list",
            )
            return None
        full = item.text if item.text in BASIC_TYPES else self._name(scope, item, "type", self._types)
        return ValueType(full, listed) if full is not None else None
