"""The bodies of declarations: properties to facts."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from threatdsl.diagnostics import Edit, Related, Span, did_you_mean
from threatdsl.model.things import Fact
from threatdsl.model.values import ValueBinder
from threatdsl.model.vocabulary import PropertyDefinition
from threatdsl.syntax.nodes import Items, Name, Pair, Property, Statement, Text


def bind_facts(
    binder: ValueBinder, body: Iterable[Statement], owner: str, owner_span: Span, known: Mapping[str, PropertyDefinition]
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
            continue
        if name in stated:
            problems.error(
                "TM0217",
                f"`{name}` stands twice",
                statement.name.span,
                label="stated again",
                related=(Related("stated here first", stated[name]),),
            )
            continue
        stated[name] = statement.name.span
        if name in ("controls", "optional", "planned") and isinstance(statement.value, Items) and not statement.value.items:
            problems.error(
                "TM0223",
                f"an empty `{name}` says nothing",
                statement.span,
                help="say which classes are absent with `lacks [class]`, or leave the line out",
            )
            continue
        value = binder.bind(statement.value, definition.type)
        if value is not None:
            facts[name] = Fact(value, statement.span)
    for definition in known.values():
        if definition.required and definition.name not in stated:
            problems.error("TM0304", f"`{owner}` needs `{definition.name}`", owner_span, help=definition.title)
    return MappingProxyType(facts)


def unknown_property(
    binder: ValueBinder, statement: Property, owner: str, known: Mapping[str, PropertyDefinition]
) -> None:
    """Report a property that the kind does not have, or a declaration that parsed as one."""
    problems, name = binder.names.problems, statement.name
    value = statement.value
    if name.text in binder.names.vocabulary.kinds and isinstance(value, Name | Text | Pair):
        if isinstance(value, Name):
            title = value.text.replace("-", " ").capitalize()
            problems.error(
                "TM0211",
                f"{name.text} `{value.text}` needs a title or a body",
                statement.span,
                help=f'write: {name.text} {value.text} "{title}"',
                fix=Edit(statement.span, f'{name.text} {value.text} "{title}"'),
            )
        else:
            problems.error(
                "TM0211", f"a {name.text} needs a name before its title", statement.span, help=f'{name.text} name "Title"'
            )
        return
    problems.error(
        "TM0204",
        f"unknown property `{name.text}`",
        name.span,
        label=f"`{owner}` has no such property",
        help=did_you_mean(name.text, known) or _where_it_is(binder, name.text),
    )


def _where_it_is(binder: ValueBinder, name: str) -> str:
    owners = sorted({k.properties[name].owner for k in binder.names.vocabulary.kinds.values() if name in k.properties})
    return f"`{name}` is a property of {', '.join(owners)}" if owners else ""
