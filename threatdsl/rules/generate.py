"""Checked conditions to Python text: one function for each condition that has parts, three-valued as they are.

Variables are numbers of things (threatdsl.rules.columns). The text holds nothing of a model and no text of a rule but
constants by `repr`: what its names stand for (columns, classes, kinds) is listed beside it, and linked for each model.
"""

import datetime as dt
from typing import cast

import msgspec

from threatdsl.model.things import Word
from threatdsl.rules.attributes import Attribute
from threatdsl.rules.expressions import (
    AllOf,
    AnyOf,
    Comparison,
    Constant,
    Counted,
    Expression,
    HasClass,
    Holds,
    KindTest,
    Membership,
    Negation,
    Operand,
    Quantifier,
    Read,
    Variable,
)
from threatdsl.rules.variables import OTHER, is_always_known, is_of_another, is_wide, parameters, written

Lines = list[str]
PLAIN = (bool, int, float, str)


class Generated(msgspec.Struct, frozen=True):
    """The text of functions, the name of the one to call, and what the other names in the text stand for.

    `wide` maps a name to the list that is read as bits and the function that chooses from it.
    """

    text: str
    entry: str
    columns: dict[str, Attribute]
    classes: dict[str, str]
    kinds: dict[str, str]
    constants: dict[str, object]
    wide: dict[str, tuple[Attribute, str]]
    memories: tuple[str, ...]


def generate(expression: Expression, variables: tuple[str, ...]) -> Generated:
    """The function of a condition, which takes its variables in that order."""
    generator = _Generator()
    entry = generator.function(expression, variables)
    return Generated(
        "\n".join(generator.text),
        entry,
        generator.columns,
        generator.classes,
        generator.kinds,
        generator.constants,
        generator.wide,
        tuple(generator.memories),
    )


class _Generator:
    """Writes functions, inner ones first."""

    def __init__(self) -> None:
        self.text: Lines = []
        self.columns: dict[str, Attribute] = {}
        self.classes: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.constants: dict[str, object] = {}
        self.wide: dict[str, tuple[Attribute, str]] = {}
        self.memories: list[str] = []
        self._names: dict[tuple[str, str], str] = {}
        self._count = 0

    def _new(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    # ---- functions -----------------------------------------------------------------------------------------------

    def function(self, expression: Expression, variables: tuple[str, ...]) -> str:
        """Write the function of a condition; its name."""
        lines: Lines = []
        if isinstance(expression, AllOf | AnyOf):
            self._parts(expression, variables, lines)
        elif isinstance(expression, Quantifier):
            self._quantifier(expression, variables, lines)
        else:
            lines.append(f"return {self._truth(expression, variables, lines)}")
        return self._define(variables, lines)

    def _define(self, variables: tuple[str, ...], lines: Lines) -> str:
        name = self._new("f")
        self.text += [f"def {name}({parameters(variables)}):", *(f"    {line}" for line in lines)]
        return name

    def _parts(self, expression: AllOf | AnyOf, variables: tuple[str, ...], lines: Lines) -> None:
        """Kleene's and, or: the first part that decides ends it, an unknown one leaves it unknown."""
        every = isinstance(expression, AllOf)
        lines.append(f"sure = {every}")
        for part in expression.parts:
            lines.append(f"t = {self._truth(part, variables, lines)}")
            if every:
                lines += ["if not t:", "    if t is False: return False", "    sure = None"]
            else:
                lines += ["if t: return True", "if t is None: sure = None"]
        lines.append("return sure")

    def _quantifier(self, expression: Quantifier, variables: tuple[str, ...], lines: Lines) -> None:
        """A witness or a counter-example decides; else the list must be complete and every test be known."""
        if is_wide(expression.source, expression.where, expression.variable):
            self._wide_quantifier(expression, variables, lines)
            return
        if is_of_another(expression):
            self._remembered(expression, variables, lines)
            return
        items, complete = self._list(expression.source, variables, lines)
        witness, otherwise = {"some": (True, False), "no": (False, True), "every": (False, True)}[expression.quantifier]
        if expression.where is None:
            found = f"{witness} if {items} else {otherwise} if {complete} else None"
            lines.append(f"return {True if expression.quantifier == 'every' else found}")
            return
        lines += [f"sure = {otherwise} if {complete} else None", f"for {written(expression.variable)} in {items}:"]
        inner: Lines = []
        inner.append(f"t = {self._truth(expression.where, (*variables, expression.variable), inner)}")
        decides = "t is False" if expression.quantifier == "every" else "t"
        inner += [f"if {decides}: return {witness}", "if t is None: sure = None"]
        lines += [*(f"    {line}" for line in inner), "return sure"]

    def _remembered(self, expression: Quantifier, variables: tuple[str, ...], lines: Lines) -> None:
        """A test of the list of another thing, such as `x.boundary.elements`: once for each of those, not of these."""
        assert isinstance(expression.source, Read)  # is_of_another
        base = expression.source.base
        other = Variable(OTHER, base.type)
        inner = msgspec.structs.replace(expression, source=Read(other, expression.source.attribute))
        test, memory = self.function(inner, (OTHER,)), self._new("m")
        self.memories.append(memory)
        thing = self._kept(self._scalar(base, variables, lines), lines)
        if not is_always_known(base):
            lines.append(f"if type({thing}) is not int: return None")
        lines += [
            f"if {thing} not in {memory}: {memory}[{thing}] = {test}({thing})",
            f"return {memory}[{thing}]",
        ]

    def _wide_quantifier(self, expression: Quantifier, variables: tuple[str, ...], lines: Lines) -> None:
        bits = self._bits(expression.source, expression.where, expression.variable, variables, lines)
        lines.append(f"b, true, maybe = {bits}")
        lines.append(
            {
                "some": "return True if b & true else None if b & maybe else False",
                "no": "return False if b & true else None if b & maybe else True",
                "every": "return False if b & ~maybe else None if b & ~true else True",
            }[expression.quantifier]
        )

    def _bits(
        self, source: Operand, where: Expression | None, variable: str, variables: tuple[str, ...], lines: Lines
    ) -> str:
        """The text of what is reached as bits, with those of it that a test chooses surely, and possibly."""
        assert isinstance(source, Read)  # is_wide
        assert where is not None  # likewise
        name = self._new("w")
        self.wide[name] = source.attribute, self.function(where, (variable,))
        return f"{name}({self._scalar(source.base, variables, lines)})"

    # ---- conditions ----------------------------------------------------------------------------------------------

    def _truth(self, expression: Expression, variables: tuple[str, ...], lines: Lines) -> str:
        """The text of a truth; what it needs before is written to `lines`."""
        if isinstance(expression, AllOf | AnyOf | Quantifier):
            return f"{self.function(expression, variables)}({parameters(variables)})"
        if isinstance(expression, Negation):
            part = self._kept(self._truth(expression.part, variables, lines), lines)
            return f"(None if {part} is None else not {part})"
        if isinstance(expression, Comparison):
            return self._comparison(expression, variables, lines)
        if isinstance(expression, Membership):
            return self._membership(expression, variables, lines)
        if isinstance(expression, KindTest):
            thing = self._kept(self._scalar(expression.operand, variables, lines), lines)
            under = self._named("k", expression.kind, self.kinds)
            if is_always_known(expression.operand):
                return f"(kind_of[{thing}] in {under})"
            return f"(type({thing}) is int and kind_of[{thing}] in {under})"
        if isinstance(expression, HasClass):
            thing = self._kept(self._scalar(expression.operand, variables, lines), lines)
            has = self._named("h", expression.control_class, self.classes)
            truth = f"({has}({thing}) is False)" if expression.lacking else f"{has}({thing})"
            return truth if is_always_known(expression.operand) else f"({truth} if type({thing}) is int else None)"
        return self._holds(expression, variables, lines)

    def _holds(self, expression: Holds, variables: tuple[str, ...], lines: Lines) -> str:
        if not expression.operand.type.listed:
            return self._scalar(expression.operand, variables, lines)
        items, complete = self._list(expression.operand, variables, lines)
        return f"(True if {items} else False if {complete} else None)"

    def _comparison(self, expression: Comparison, variables: tuple[str, ...], lines: Lines) -> str:
        left, right, operator = expression.left, expression.right, expression.operator
        if isinstance(left, Counted) or isinstance(right, Counted):
            sides = (self._scalar(side, variables, lines) for side in (left, right))
            return f"compare({next(sides)}, {operator!r}, {next(sides)})"
        texts = {side: self._kept(self._scalar(side, variables, lines), lines) for side in (left, right)}
        unknown = " or ".join(
            f"{texts[side]} is None" for side in dict.fromkeys((left, right)) if not isinstance(side, Constant)
        )
        compared = f"{texts[left]} {operator} {texts[right]}"
        return f"(None if {unknown} else {compared})" if unknown else f"({compared})"

    def _membership(self, expression: Membership, variables: tuple[str, ...], lines: Lines) -> str:
        item = self._kept(self._scalar(expression.item, variables, lines), lines)
        items, complete = self._list(expression.listing, variables, lines)
        found = f"True if {item} in {items} else False if {complete} else None"
        return f"({found})" if isinstance(expression.item, Constant) else f"(None if {item} is None else {found})"

    # ---- operands ------------------------------------------------------------------------------------------------

    def _scalar(self, operand: Operand, variables: tuple[str, ...], lines: Lines) -> str:
        if isinstance(operand, Variable):
            return written(operand.name)
        if isinstance(operand, Constant):
            return self._constant(operand)
        if isinstance(operand, Counted):
            return self._counted(operand, variables, lines)
        thing = self._kept(self._scalar(operand.base, variables, lines), lines)
        column = self._column(operand.attribute)
        read = f"{column}[{thing}]"
        return read if is_always_known(operand.base) else f"({read} if type({thing}) is int else None)"

    def _list(self, operand: Operand, variables: tuple[str, ...], lines: Lines) -> tuple[str, str]:
        """The texts of a list's items and of whether they are all."""
        assert isinstance(operand, Read)  # the only operand that is a list
        thing = self._kept(self._scalar(operand.base, variables, lines), lines)
        column = self._column(operand.attribute)
        if is_always_known(operand.base):
            return f"{column}[{thing}]", f"{column}_complete[{thing}]"
        known = f"type({thing}) is int"
        return f"({column}[{thing}] if {known} else ())", f"({known} and {column}_complete[{thing}])"

    def _counted(self, operand: Counted, variables: tuple[str, ...], lines: Lines) -> str:
        where = cast("Expression | None", operand.where)  # threatdsl.rules.binding knows no expressions
        if is_wide(operand.source, where, operand.variable):
            bits = self._bits(operand.source, where, operand.variable, variables, lines)
            b, true, maybe = (self._new("t") for _ in range(3))
            lines.append(f"{b}, {true}, {maybe} = {bits}")
            return f"Range(({b} & {true}).bit_count(), ({b} & {maybe}).bit_count())"
        items, complete = self._list(operand.source, variables, lines)
        if where is None:
            count = self._new("t")
            lines.append(f"{count} = len({items})")
            return f"Range({count}, {count} if {complete} else None)"
        tests = self._new("t")
        test = self.function(where, (*variables, operand.variable))
        call = f"{test}({parameters((*variables, operand.variable))})"
        lines += [f"{tests} = [{call} for {written(operand.variable)} in {items}]"]
        return f"Range({tests}.count(True), len({tests}) - {tests}.count(False) if {complete} else None)"

    def _constant(self, constant: Constant) -> str:
        value: object = constant.value
        if isinstance(value, Word):
            value = value.text if value.rank is None else value.rank
        if isinstance(value, PLAIN):
            return repr(value)
        assert isinstance(value, dt.date | dt.timedelta)  # all other constants that a rule can write
        name = self._new("d")
        self.constants[name] = value
        return name

    def _column(self, attribute: Attribute) -> str:
        key = (attribute.owner, attribute.name)
        if key not in self._names:
            self._names[key] = self._new("c")
            self.columns[self._names[key]] = attribute
        return self._names[key]

    def _named(self, letter: str, meaning: str, table: dict[str, str]) -> str:
        key = (letter, meaning)
        if key not in self._names:
            self._names[key] = self._new(letter)
            table[self._names[key]] = meaning
        return self._names[key]

    def _kept(self, text: str, lines: Lines) -> str:
        """A text that may be written twice: a name, where the text would be worked out each time."""
        if text.isidentifier() or text[:1] in "'\"-0123456789":
            return text
        name = self._new("t")
        lines.append(f"{name} = {text}")
        return name
