"""Variables, their attributes, and words of the other side's scale."""

import datetime as dt
from collections.abc import Mapping
from typing import TypeGuard

import msgspec

from threatdsl.diagnostics import Span, did_you_mean
from threatdsl.model.problems import Problems
from threatdsl.model.scope import Scope
from threatdsl.model.things import Word
from threatdsl.model.values import FIXED_WORDS
from threatdsl.model.vocabulary import ValueType, Vocabulary
from threatdsl.model.wording import a, noun
from threatdsl.rules.attributes import attribute, attribute_names
from threatdsl.rules.expressions import Constant, Operand, Read, Variable
from threatdsl.syntax import nodes

ORDERED_BASICS = ("number", "date", "duration", "level")
NOUNS = {"yes-no": "yes or no", "text": "a text", "number": "a number", "date": "a date", "duration": "a time span"}
Variables = Mapping[str, ValueType]


class OperandChecker(msgspec.Struct, frozen=True):
    """Checks the names in one rule. Mistakes are diagnostics; the result is then None.

    `inner` are the variables that quantifiers of the rule bind for their own conditions.
    """

    vocabulary: Vocabulary
    scope: Scope
    problems: Problems
    inner: frozenset[str] = frozenset()

    def date(self, node: nodes.Date) -> Operand | None:
        """A date of the calendar."""
        try:
            return Constant(dt.date.fromisoformat(node.text), ValueType("date"), node.text)
        except ValueError:
            self.problems.error("TM0303", f"the calendar has no {node.text}", node.span)
            return None

    def path(self, text: str, span: Span, variables: Variables) -> Operand | None:
        """`f.from.boundary`: a variable and attributes."""
        name, *attributes = text.split(".")
        if name not in variables:
            self._unbound(name, span, variables)
            return None
        operand: Operand = Variable(name, variables[name])
        for attribute_name in attributes:
            type_ = operand.type
            if type_.listed or type_.name not in self.vocabulary.kinds:
                self.problems.error(
                    "TM0520", f"`{operand.text}` is {self.noun(type_)} and has no attributes", span, label="at the dot"
                )
                return None
            found = attribute(self.vocabulary, type_.name, attribute_name)
            if found is None:
                self.problems.error(
                    "TM0511",
                    f"{a(noun(type_.name))} has no attribute `{attribute_name}`",
                    span,
                    label="unknown attribute",
                    help=did_you_mean(attribute_name, attribute_names(self.vocabulary, type_.name)),
                )
                return None
            operand = Read(operand, found)
        return operand

    def _unbound(self, name: str, span: Span, variables: Variables) -> None:
        if name in self.inner:
            self.problems.error(
                "TM0510",
                f"`{name}` is known only inside its own condition",
                span,
                label="not bound here",
                help="put the tests of it in parentheses: some x in S where (A and B)",
            )
            return
        self.problems.error(
            "TM0510",
            f"`{name}` is not bound",
            span,
            label="unknown variable",
            help=did_you_mean(name, variables) or f"there are: {', '.join(variables)}",
        )

    def is_word(self, node: nodes.Operand, variables: Variables) -> TypeGuard[nodes.Name]:
        """Whether an operand is a word and no path of a variable."""
        return isinstance(node, nodes.Name) and node.text.partition(".")[0] not in variables

    def word(self, node: nodes.Name, type_: ValueType, variables: Variables) -> Operand | None:
        """A word as a value of a type."""
        words = self._words_of(type_)
        if words is None:
            return self.path(node.text, node.span, variables)
        if node.text in words:
            value: Word | str | bool
            if type_.name == "yes-no":
                value = node.text == "yes"
            elif type_.name in ("protocol", "class", "control"):
                value = node.text
            else:
                rank = words.index(node.text) if self.ordered(type_) else None
                value = Word(type_.name, node.text, rank)
            return Constant(value, ValueType(type_.name), node.text)
        self.problems.error(
            "TM0514",
            f"`{node.text}` is not a value of {type_.name}",
            node.span,
            label="unknown value",
            help=did_you_mean(node.text, words) or f"there are: {', '.join(words)}",
        )
        return None

    def _words_of(self, type_: ValueType) -> tuple[str, ...] | None:
        vocabulary = self.vocabulary
        if type_.name in vocabulary.scales:
            return vocabulary.scales[type_.name].order
        if type_.name in vocabulary.enumerations:
            return vocabulary.enumerations[type_.name].values
        tables = {"protocol": tuple(vocabulary.protocols), "class": tuple(vocabulary.classes), "yes-no": ("yes", "no")}
        return FIXED_WORDS.get(type_.name) or tables.get(type_.name)

    def ordered(self, type_: ValueType) -> bool:
        """Whether values of a type can be less than others."""
        return type_.name in ORDERED_BASICS or type_.name in self.vocabulary.scales

    def noun(self, type_: ValueType) -> str:
        """What a value of a type is called."""
        if type_.listed:
            return f"a list of {type_.name}"
        return (
            a(noun(type_.name))
            if type_.name in self.vocabulary.kinds
            else NOUNS.get(type_.name, f"a value of {type_.name}")
        )
