"""The bodies of declarations: properties to facts."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from threatdsl.diagnostics import Edit, Related, Span, did_you_mean
from threatdsl.model.problems import Problems
from threatdsl.model.things import UNKNOWN, Fact, FactValue
from threatdsl.model.values import ValueBinder
from threatdsl.model.vocabulary import PropertyDefinition
from threatdsl.model.wording import a
from threatdsl.syntax.nodes import Items, Name, Pair, Property, Statement, Text

NEVER_EMPTY = ("controls", "optional", "planned")
EXAMPLES: Mapping[str, str] = {"text": '"..."', "number": "1", "date": "2026-12-31", "duration": "90d"}
RANGES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("rule", "likelihood"): (1, 4),
    ("rule", "impact"): (1, 5),
    ("threat", "likelihood"): (1, 4),
    ("threat", "impact"): (1, 5),
    ("adjustment", "likelihood"): (1, 4),
    ("control-class", "steps"): (1, 4),
}


def bind_facts(
    binder: ValueBinder,
    body: Iterable[Statement],
    owner: str,
    owner_span: Span,
    known: Mapping[str, PropertyDefinition],
) -> Mapping[str, Fact]:
    """The facts that the properties of `body` state; other statements are left to the caller.

    `owner` is the kind's name for messages, `known` its properties. A property that is unknown, stands twice or lacks
    though required is a diagnostic.
    """
    facts: dict[str, Fact] = {}
    problems = binder.names.problems
    stated: dict[str, Span] = {}
    for statement in body:
        if not isinstance(statement, Property):
            continue
        name = statement.name.text
        definition = known.get(name)
        if definition is None:
            unknown_property(binder, statement, owner, known)
        elif name in stated:
            problems.error(
                "TM0217",
                f"`{name}` stands twice",
                statement.name.span,
                label="stated again",
                related=(Related("stated here first", stated[name]),),
            )
        else:
            stated[name] = statement.name.span
            fact = _fact(binder, statement, owner, definition)
            if fact is not None:
                facts[name] = fact
    for definition in known.values():
        if definition.required and definition.name not in stated:
            message, help = f"`{owner}` needs `{definition.name}`", f"add: {_example(definition)}"
            problems.error("TM0304", message, owner_span, label=definition.title, help=help)
    return MappingProxyType(facts)


def _fact(binder: ValueBinder, statement: Property, owner: str, definition: PropertyDefinition) -> Fact | None:
    """The fact that a property states, None with a diagnostic."""
    problems, name = binder.names.problems, definition.name
    empty = isinstance(statement.value, Items) and not statement.value.items
    if empty and name in NEVER_EMPTY:
        problems.error(
            "TM0223",
            f"an empty `{name}` says nothing",
            statement.span,
            label="neither yes nor no",
            help="say which classes are absent with `lacks [class]`, or leave the line out",
        )
        return None
    if empty and definition.required:
        message, help = f"`{name}` of `{owner}` is empty", f"write: {_example(definition)}"
        problems.error("TM0304", message, statement.span, label=definition.title, help=help)
        return None
    value = binder.bind(statement.value, definition.type)
    if value is None or not _in_range(definition, value, statement.span, problems):
        return None
    return Fact(value, statement.span, _item_spans(statement, value))


def _item_spans(statement: Property, value: FactValue) -> tuple[Span, ...]:
    """Where the items of a list stand; nothing where one of them could not be bound."""
    if not isinstance(value, tuple):
        return ()
    items = statement.value.items if isinstance(statement.value, Items) else (statement.value,)
    return tuple(item.span for item in items) if len(items) == len(value) else ()


def _in_range(definition: PropertyDefinition, value: FactValue, span: Span, problems: Problems) -> bool:
    """Whether a number is one that the property takes; False with a diagnostic."""
    least, most = RANGES.get((definition.owner, definition.name), (None, None))
    if least is None or most is None or value is UNKNOWN or value in range(least, most + 1):
        return True
    words = f"`{definition.name}` of {a(definition.owner)} is a whole number from {least} to {most}"
    problems.error("TM0305", words, span, label="out of range")
    return False


def _example(definition: PropertyDefinition) -> str:
    """How the property may be written."""
    value = EXAMPLES.get(definition.type.name, "...")
    return f"{definition.name} [{value}]" if definition.type.listed else f"{definition.name} {value}"


def unknown_property(
    binder: ValueBinder, statement: Property, owner: str, known: Mapping[str, PropertyDefinition]
) -> None:
    """Report a property that the kind does not have, or a declaration that parsed as one."""
    problems, name = binder.names.problems, statement.name
    if name.text in binder.names.vocabulary.kinds and incomplete_declaration(statement, problems):
        return
    problems.error(
        "TM0204",
        f"unknown property `{name.text}`",
        name.span,
        label=f"`{owner}` has no such property",
        help=did_you_mean(name.text, known) or _where_it_is(binder, name.text),
    )


def incomplete_declaration(statement: Property, problems: Problems) -> bool:
    """Whether `KIND value` is a declaration that lacks something, which is then reported."""
    word, value = statement.name.text, statement.value
    if isinstance(value, Name):
        whole = f'{word} {value.text} "{value.text.replace("-", " ").capitalize()}"'
        problems.error(
            "TM0211",
            f"{word} `{value.text}` needs a title or a body",
            statement.span,
            label="neither",
            help=f"write: {whole}",
            fix=Edit(statement.span, whole),
        )
    elif isinstance(value, Text | Pair):
        problems.error(
            "TM0211",
            f"{a(word)} needs a name before its title",
            statement.span,
            label="no name",
            help=f'write: {word} NAME "Title"',
        )
    return isinstance(value, Name | Text | Pair)


def _where_it_is(binder: ValueBinder, name: str) -> str:
    owners = sorted({k.properties[name].owner for k in binder.names.vocabulary.kinds.values() if name in k.properties})
    return f"`{name}` is a property of {', '.join(owners)}" if owners else ""
