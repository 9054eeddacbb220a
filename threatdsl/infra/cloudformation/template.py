"""One template: its parameters, conditions, mappings and intrinsic functions."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Protocol

from threatdsl.infra.cloudformation.functions import FUNCTIONS
from threatdsl.infra.cloudformation.values import (
    LINK,
    NO_VALUE,
    SYMBOL,
    Link,
    Value,
    clean,
    gap,
    reasons,
    scalar,
    unknown,
)
from threatdsl.infra.secrecy import may_hold_secret
from threatdsl.infra.tree import Document, Node

DEEPEST = 120  # evaluations inside of each other: parameters of nested stacks, conditions of conditions
PAIR = 2  # the sides of Equals
MOST_OPTIONS = 64  # of one value that are compared
SHARED = ("Region", "AccountId", "Partition", "URLSuffix")  # the same for all templates that are read together
Decision = tuple[bool | None, str]


class World(Protocol):
    """What a template asks of the others."""

    depth: int

    def argument(self, template: int, parameter: str) -> Value | None:
        """The value that the stacks around a template give to a parameter, None where no stack does."""

    def imported(self, name: Value) -> Value | None:
        """What another template exports under a name, None where none or several do."""

    def output(self, link: Link) -> Value | None:
        """An output of a nested stack that is at hand."""

    def misses(self, document: Document, name: str, node: Node) -> None:
        """Told of a reference to what a template does not have."""


class Template:
    """A template and what its nodes come to. Evaluation never raises; what it cannot follow is unknown."""

    def __init__(self, number: int, document: Document, given: Mapping[str, str], world: World) -> None:
        """`given` are values of parameters from the command line."""
        self.number = number
        self.document = document
        self.world = world
        self._given = given
        root = document.root
        self.parameters = root.at("Parameters") or Node(None, 0, 0)
        self.mappings = root.at("Mappings") or Node(None, 0, 0)
        self.resources = root.at("Resources") or Node(None, 0, 0)
        self.outputs = root.at("Outputs") or Node(None, 0, 0)
        self._conditions = root.at("Conditions") or Node(None, 0, 0)
        self._known: dict[str, Value] = {}
        self._decided: dict[str, Decision] = {}
        self._open = False  # whether secrets are looked at: only to compare them

    def value(self, node: Node) -> Value:
        """What a node comes to."""
        if self.world.depth >= DEEPEST:
            return unknown(node)
        self.world.depth += 1
        try:
            return self._value(node)
        finally:
            self.world.depth -= 1

    def _value(self, node: Node) -> Value:
        called = call_of(node)
        if called is not None:
            name, argument = called
            function = FUNCTIONS.get(name)
            found = function(self, argument) if function is not None else None
            return unknown(node) if found is None else placed(found, node)
        if isinstance(node.content, tuple):
            return Value(tuple(v for item in node.items if (v := self.value(item)) is not NO_VALUE), node)
        if isinstance(node.content, Mapping):
            values = ((clean(key), self.value(value)) for key, value in node.entries.items())
            return Value({key: value for key, value in values if value is not NO_VALUE}, node)
        return scalar(clean(node.text), node) if not node.is_null else NO_VALUE

    def reference(self, name: str, node: Node) -> Value:
        """What `Ref` comes to."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name.startswith("AWS::"):
            short = name.removeprefix("AWS::")
            scope = () if short in SHARED else (str(self.number),)
            return Value(gap(SYMBOL, *scope, clean(short).replace(":", "")), node)
        if name in self.parameters.entries:
            return self._parameter(name, self.parameters.entries[name])
        return self.attribute(name, "", node)

    def attribute(self, logical: str, attribute: str, node: Node) -> Value:
        """What `Fn::GetAtt` comes to."""
        if logical not in self.resources.entries:
            self.world.misses(self.document, logical, node)
            return unknown(node)
        link = Link(self.number, logical, clean(attribute))
        found = self.world.output(link) if attribute.startswith("Outputs.") else None
        return found or Value(gap(LINK, str(self.number), clean(logical), link.attribute), node)

    def _parameter(self, name: str, node: Node) -> Value:
        secret = node.at("NoEcho") is not None or may_hold_secret(name)
        symbol = Value(gap(SYMBOL, str(self.number), clean(name)), node)
        if secret:  # what it refers to may be followed; a text is looked at to compare it, and never given away
            found = self._found_parameter(name, node)
            return found if found is not None and (self._open or found.text is None) else symbol
        if name not in self._known:
            self._known[name] = symbol  # while it is evaluated: stacks may be in a circle
            self._known[name] = self._found_parameter(name, node) or symbol
        return self._known[name]

    def _found_parameter(self, name: str, node: Node) -> Value | None:
        type_, default = node.text_at("Type"), node.at("Default")
        argument = self.world.argument(self.number, name)
        if argument is not None:
            return argument
        if type_.startswith("AWS::SSM::"):  # the text names where the value is
            return None
        if name in self._given:
            return _of_type(type_, scalar(clean(self._given[name]), node))
        if default is not None and isinstance(default.content, str | None):
            why = f"the default of parameter {clean(name)} counts"
            return _of_type(type_, scalar(clean(default.text), default, why))
        allowed = node.at("AllowedValues")
        options = tuple(clean(item.text) for item in (allowed.items if allowed else ()))
        return Value(gap(SYMBOL, str(self.number), clean(name)), node, options=options)

    def condition(self, name: str) -> Decision:
        """Whether a condition holds, None where that cannot be decided, and what it rests on."""
        if name not in self._decided:
            self._decided[name] = None, ""  # while it is decided: conditions may be in a circle
            node = self._conditions.entries.get(name)
            self._decided[name] = self.decide(node) if node is not None else (None, "")
        return self._decided[name]

    def condition_of(self, node: Node) -> Decision:
        """Whether a resource or output is there."""
        name = node.text_at("Condition")
        return self.condition(name) if name else (True, "")

    def decide(self, node: Node) -> Decision:
        """Whether an expression of conditions holds."""
        if self.world.depth >= DEEPEST:
            return None, ""
        self.world.depth += 1
        try:
            return self._decide(*(call_of(node, conditions=True) or ("", node)))
        finally:
            self.world.depth -= 1

    def _decide(self, name: str, argument: Node) -> Decision:
        if name == "Condition":
            return self.condition(argument.text)
        if name == "Equals" and len(argument.items) == PAIR:
            return self._equal(*argument.items)
        if name == "Not" and len(argument.items) == 1:
            holds, why = self.decide(argument.items[0])
            return None if holds is None else not holds, why
        if name in ("And", "Or") and argument.items:
            return _joined([self.decide(item) for item in argument.items], decisive=name == "Or")
        return (argument.truth, "") if not name else (None, "")

    def _equal(self, left: Node, right: Node) -> Decision:
        """Whether two values are the same text; also where all texts that they can have give one answer."""
        before, self._open = self._open, True
        try:
            a, b = self.value(left), self.value(right)
        finally:
            self._open = before
        why = reasons(a.why, b.why)
        if not isinstance(a.content, str) or not isinstance(b.content, str):
            return None, ""
        if a.content == b.content:
            return True, why
        options = [v.options or ((v.text,) if v.text is not None else ()) for v in (a, b)]
        if len(options[0]) * len(options[1]) > MOST_OPTIONS:
            return None, ""
        answers = {x == y for x, y in product(*options)}
        return (answers.pop(), why) if len(answers) == 1 else (None, "")


def _joined(decisions: list[Decision], *, decisive: bool) -> Decision:
    """Several as one: a decisive one settles it, and all have to be known otherwise."""
    for holds, why in decisions:
        if holds is decisive:
            return holds, why
    if any(holds is None for holds, _ in decisions):
        return None, ""
    return not decisive, reasons(*(why for _, why in decisions))


def _of_type(type_: str, value: Value) -> Value:
    if type_ != "CommaDelimitedList" and not type_.startswith("List<"):
        return value
    parts = [part.strip() for part in value.raw.split(",")] if value.raw else []
    return Value(tuple(Value(part, value.node, value.why) for part in parts), value.node, value.why)


def placed(value: Value, node: Node) -> Value:
    """A value at the place where it is used."""
    if value is NO_VALUE:
        return value
    content = value.content
    if isinstance(content, tuple):
        content = tuple(placed(item, node) if item.why else item for item in content)
    return Value(content, node, value.why, value.options)


def call_of(node: Node, *, conditions: bool = False) -> tuple[str, Node] | None:
    """The intrinsic function that a node calls, without `Fn::`, and its argument; None where it calls none."""
    if node.tag:
        return node.tag.removeprefix("!"), Node(node.content, node.line, node.column, quoted=node.quoted)
    if len(node.entries) != 1:
        return None
    name, argument = next(iter(node.entries.items()))
    if name.startswith("Fn::"):
        return name.removeprefix("Fn::"), argument
    return (name, argument) if name == "Ref" or (conditions and name == "Condition") else None


def export_names(template: Template) -> Iterator[tuple[Value, Value]]:
    """The exports of a template that are there: name and value."""
    for node in template.outputs.entries.values():
        name, value = node.at("Export", "Name"), node.at("Value")
        if name is not None and value is not None and template.condition_of(node)[0] is not False:
            yield template.value(name), template.value(value)
