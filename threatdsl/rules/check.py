"""Expressions of rules to checked ones: every name looked up, every comparison typed."""

from collections.abc import Iterator

from threatdsl.diagnostics import did_you_mean
from threatdsl.model.consistency import reaches_class
from threatdsl.model.names import find, short_names, unknown_kind
from threatdsl.model.values import duration, number
from threatdsl.model.vocabulary import ValueType
from threatdsl.model.wording import a, noun
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
)
from threatdsl.rules.operands import OperandChecker, Variables
from threatdsl.syntax import nodes


class ExpressionChecker(OperandChecker, frozen=True):
    """Checks the expressions of one rule. Mistakes are diagnostics; the result is then None."""

    # ---- conditions ----------------------------------------------------------------------------------------------

    def check(self, node: nodes.Expression, variables: Variables) -> Expression | None:
        """The checked condition."""
        if isinstance(node, nodes.And | nodes.Or):
            parts = tuple(self.check(part, variables) for part in node.parts)
            known = tuple(part for part in parts if part is not None)
            if len(known) < len(parts):
                return None
            return (AllOf if isinstance(node, nodes.And) else AnyOf)(known, node.span)
        if isinstance(node, nodes.Not):
            part = self.check(node.part, variables)
            return Negation(part, node.span) if part is not None else None
        if isinstance(node, nodes.Quantified):
            return self._quantified(node, variables)
        if isinstance(node, nodes.Compare):
            return self._comparison(node, variables)
        if isinstance(node, nodes.Member):
            return self._membership(node, variables)
        if isinstance(node, nodes.IsKind):
            return self._kind_test(node, variables)
        if isinstance(node, nodes.Has | nodes.Lacks):
            return self._has(node, variables)
        return self._holds(node, variables)

    def _quantified(self, node: nodes.Quantified, variables: Variables) -> Expression | None:
        source, where = self._list(node.source, node.variable, node.where, variables)
        if source is None or (node.where is not None and where is None):
            return None
        return Quantifier(node.quantifier, node.variable.text, source, where, node.span)

    def _list(
        self, source: nodes.Operand, variable: nodes.Name, where: nodes.Expression | None, variables: Variables
    ) -> tuple[Operand | None, Expression | None]:
        operand = self.operand(source, variables)
        if operand is None:
            return None, None
        if not operand.type.listed:
            self.problems.error(
                "TM0512", f"`{operand.text}` is not a list", source.span, label=f"it is {self.noun(operand.type)}"
            )
            return None, None
        if variable.text in variables:
            self.problems.error(
                "TM0516", f"`{variable.text}` is bound already", variable.span, label="take another name"
            )
            return None, None
        item = ValueType(operand.type.name)
        return operand, None if where is None else self.check(where, {**variables, variable.text: item})

    def _comparison(self, node: nodes.Compare, variables: Variables) -> Expression | None:
        left, right = self._sides(node.left, node.right, variables)
        if left is None or right is None:
            return None
        if left.type.listed or right.type.listed:
            self.problems.error(
                "TM0519", "a list is not compared", node.span, label="a list", help="use `in`, `some` or `count(...)`"
            )
            return None
        if left.type.name != right.type.name and not self._same_kind(left.type, right.type):
            self.problems.error(
                "TM0513",
                f"{self.noun(left.type)} is not compared with {self.noun(right.type)}",
                node.span,
                label=f"`{left.text}` and `{right.text}`",
            )
            return None
        if node.operator not in ("==", "!=") and not self.ordered(left.type):
            self.problems.error(
                "TM0522",
                f"{self.noun(left.type)} has no order",
                node.span,
                label="not comparable",
                help="compare with == or !=",
            )
            return None
        return Comparison(left, node.operator, right, node.span)

    def _same_kind(self, left: ValueType, right: ValueType) -> bool:
        kinds = self.vocabulary.kinds
        return left.name in kinds and right.name in kinds

    def _sides(
        self, left: nodes.Operand, right: nodes.Operand, variables: Variables
    ) -> tuple[Operand | None, Operand | None]:
        """Both operands; a bare word on one side is a value of the other side's scale."""
        if self.is_word(right, variables):
            known = self.operand(left, variables)
            return known, self._as_other_side(right, known, variables)
        if self.is_word(left, variables):
            known = self.operand(right, variables)
            return self._as_other_side(left, known, variables), known
        return self.operand(left, variables), self.operand(right, variables)

    def _as_other_side(self, word: nodes.Name, other: Operand | None, variables: Variables) -> Operand | None:
        """A word as a value of the other side's type; beside a list, which is not compared, it stands for the list."""
        if other is None or other.type.listed:
            return other
        return self.word(word, other.type, variables)

    def _membership(self, node: nodes.Member, variables: Variables) -> Expression | None:
        listing = self.operand(node.right, variables)
        if listing is None:
            return None
        if not listing.type.listed:
            self.problems.error(
                "TM0512", f"`{listing.text}` is not a list", node.right.span, label=f"it is {self.noun(listing.type)}"
            )
            return None
        item_type = ValueType(listing.type.name)
        if self.is_word(node.left, variables):
            item = self.word(node.left, item_type, variables)
        else:
            item = self.operand(node.left, variables)
        if item is None:
            return None
        if item.type != item_type and not self._same_kind(item.type, item_type):
            self.problems.error(
                "TM0513",
                f"{self.noun(item.type)} is never in {self.noun(listing.type)}",
                node.span,
                label="always false",
            )
            return None
        return Membership(item, listing, node.span)

    def _kind_test(self, node: nodes.IsKind, variables: Variables) -> Expression | None:
        operand = self._thing(node.operand, variables)
        kind = find(self.scope, node.kind.text, self.vocabulary.kinds)
        if kind is None:
            unknown_kind(self.scope, node.kind, self.vocabulary.kinds, self.problems)
        return KindTest(operand, kind, node.span) if operand is not None and kind is not None else None

    def _has(self, node: nodes.Has | nodes.Lacks, variables: Variables) -> Expression | None:
        operand = self._thing(node.operand, variables)
        class_ = find(self.scope, node.control.text, self.vocabulary.classes)
        if class_ is None:
            self.problems.error(
                "TM0515",
                f"there is no control class `{node.control.text}`",
                node.control.span,
                label="unknown class",
                help=did_you_mean(node.control.text, short_names(self.scope, self.vocabulary.classes)),
            )
        if operand is None or class_ is None:
            return None
        if not reaches_class(self.vocabulary.classes[class_], operand.type.name, self.vocabulary):
            self.problems.error(
                "TM0517",
                f"`{class_}` never guards {a(noun(operand.type.name))}",
                node.span,
                label="never true",
                help=f"it guards {', '.join(sorted(self.vocabulary.classes[class_].guards))}",
            )
            return None
        return HasClass(operand, class_, node.span, lacking=isinstance(node, nodes.Lacks))

    def _thing(self, node: nodes.Operand, variables: Variables) -> Operand | None:
        operand = self.operand(node, variables)
        if operand is None or (operand.type.name in self.vocabulary.kinds and not operand.type.listed):
            return operand
        self.problems.error(
            "TM0521",
            f"`{operand.text}` is {self.noun(operand.type)}, not an element, flow or data",
            node.span,
            label="not a thing",
        )
        return None

    def _holds(self, node: nodes.Truth, variables: Variables) -> Expression | None:
        operand = self.operand(node.operand, variables)
        if operand is None:
            return None
        if operand.type.name != "yes-no" and not operand.type.listed:
            self.problems.error(
                "TM0523",
                f"`{operand.text}` is {self.noun(operand.type)}, not a condition",
                node.span,
                label="neither true nor false",
                help="compare it with something",
            )
            return None
        return Holds(operand, node.span)

    # ---- operands ------------------------------------------------------------------------------------------------

    def operand(self, node: nodes.Operand, variables: Variables) -> Operand | None:
        """The checked operand."""
        if isinstance(node, nodes.Name):
            return self.path(node.text, node.span, variables)
        if isinstance(node, nodes.Text):
            return Constant(node.text, ValueType("text"), f'"{node.text}"')
        if isinstance(node, nodes.Number):
            return Constant(number(node.text), ValueType("number"), node.text)
        if isinstance(node, nodes.Duration):
            return Constant(duration(node.text), ValueType("duration"), node.text)
        if isinstance(node, nodes.Count):
            source, where = self._list(node.source, node.variable, node.where, variables)
            if source is None or (node.where is not None and where is None):
                return None
            return Counted(node.variable.text, source, where)
        return self.date(node)


def inner_variables(node: nodes.Expression) -> Iterator[tuple[str, nodes.Quantified]]:
    """The variables of quantifiers in an expression, each with its quantifier."""
    if isinstance(node, nodes.And | nodes.Or):
        for part in node.parts:
            yield from inner_variables(part)
    elif isinstance(node, nodes.Not):
        yield from inner_variables(node.part)
    elif isinstance(node, nodes.Quantified):
        yield node.variable.text, node
        if node.where is not None:
            yield from inner_variables(node.where)
