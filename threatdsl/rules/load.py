"""Rule statements to checked rules."""

from collections.abc import Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Related, Span, did_you_mean
from threatdsl.model.model import Model
from threatdsl.model.names import find, unknown_kind
from threatdsl.model.problems import Problems
from threatdsl.model.scope import BoundRule
from threatdsl.model.things import Fact
from threatdsl.model.vocabulary import ValueType, Vocabulary
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.check import ExpressionChecker, inner_variables
from threatdsl.rules.expressions import AllOf, AnyOf, Expression, HasClass, Negation, Operand, Quantifier
from threatdsl.rules.ids import USUAL, IdTemplate, id_template, ids_of_packs, stated_id
from threatdsl.rules.operands import Variables
from threatdsl.rules.properties import rule_facts, rule_info
from threatdsl.rules.references import check_references
from threatdsl.rules.rule import CheckedRule, Domain, Path, Texts
from threatdsl.rules.texts import CONTROL, Template, placeholders
from threatdsl.syntax import nodes


def load_rules(model: Model, problems: Problems, catalogues: Catalogues | None = None) -> tuple[CheckedRule, ...]:
    """All rules of the model's files, in order. Mistakes are diagnostics; a rule with one is left out.

    `catalogues` are what cited ids are looked up in, the shipped ones unless others are given.
    """
    check_references(model, catalogues or Catalogues(), problems)
    checked: dict[str, CheckedRule] = {}
    ids = ids_of_packs(model, problems)
    for bound in model.rules:
        id_ = bound.node.name.text
        if id_ in checked:
            problems.error(
                "TM0502",
                f"two rules are called {id_}",
                bound.node.name.span,
                related=(Related("the first is here", checked[id_].info.span),),
                help="rule ids are global; a team's rules begin with its own word",
            )
            continue
        rule = _RuleLoader(bound, model.vocabulary, problems, ids.get(bound.scope.file)).load()
        if rule is not None:
            checked[id_] = rule
    return tuple(checked.values())


class _RuleLoader:
    """Loads one rule."""

    def __init__(self, bound: BoundRule, vocabulary: Vocabulary, problems: Problems, usual_id: Fact | None) -> None:
        self._node = bound.node
        self._pack = bound.pack
        self._usual_id = usual_id
        self._scope = bound.scope
        self._vocabulary = vocabulary
        self._problems = problems
        self._binders: dict[str, nodes.Binder] = {}
        self._conditions: dict[str, nodes.Condition] = {}
        for clause in bound.node.clauses:
            if isinstance(clause, nodes.Binder):
                self._once(self._binders, clause)
            elif isinstance(clause, nodes.Condition):
                self._once(self._conditions, clause)
        inner = {name for node in self._expressions() for name, _ in inner_variables(node)}
        self._checker = ExpressionChecker(vocabulary, self._scope, problems, frozenset(inner))

    def _once(self, table: dict[str, nodes.Binder] | dict[str, nodes.Condition], clause: nodes.Clause) -> None:
        assert not isinstance(clause, nodes.Property)  # only clauses with a word come here
        if clause.clause in table:
            self._problems.error(
                "TM0503",
                f"a second `{clause.clause}`",
                clause.span,
                related=(Related("the first is here", table[clause.clause].span),),
                help="join the two with `and`" if isinstance(clause, nodes.Condition) else "",
            )
            return
        table[clause.clause] = clause  # type: ignore[assignment]  # each table holds one of the two types

    def _expressions(self) -> Iterator[nodes.Expression]:
        for binder in self._binders.values():
            if binder.where is not None:
                yield binder.where
        for condition in self._conditions.values():
            yield condition.expression

    def load(self) -> CheckedRule | None:
        before = len(self._problems.found)
        facts = rule_facts(self._node, self._scope, self._vocabulary, self._problems)
        variables: dict[str, ValueType] = {}
        is_path = "from" in self._binders or "reaches" in self._binders
        if not (self._has_its_clauses(is_path=is_path) and self._knows_its_kinds()):
            return None
        subject = self._domain("for", variables)
        path = self._path(variables) if is_path else None
        if path is not None:
            variables.pop(path.source.variable)  # a witness: a nearer one changes neither conditions nor ids
        finding_id = self._finding_id(facts, variables)
        when, unless = (self._condition(clause, variables) for clause in ("when", "unless"))
        self._check_prevents((unless, path.avoiding.where if path is not None and path.avoiding is not None else None))
        if path is not None:
            variables[path.source.variable] = ValueType(path.source.kind)
        texts = self._texts(facts, variables)
        if len(self._problems.found) > before:
            return None
        info = rule_info(self._node, facts, self._pack)
        return CheckedRule(info, subject, path, when, unless, texts, finding_id)

    # ---- clauses -------------------------------------------------------------------------------------------------

    def _domain(self, clause: str, variables: dict[str, ValueType], *, keep: bool = True) -> Domain | None:
        binder = self._binders.get(clause)
        if binder is None:
            return None
        kind = find(self._scope, binder.kind.text, self._vocabulary.kinds)
        assert kind is not None  # _knows_its_kinds
        if binder.variable.text in variables:
            self._problems.error(
                "TM0516", f"`{binder.variable.text}` is bound already", binder.variable.span, label="take another name"
            )
        inner = {**variables, binder.variable.text: ValueType(kind)}
        where = self._checker.check(binder.where, inner) if binder.where is not None else None
        if keep:
            variables[binder.variable.text] = ValueType(kind)
        return Domain(clause, kind, binder.variable.text, where, binder.span)

    def _path(self, variables: dict[str, ValueType]) -> Path:
        subject = dict(variables)
        source, sink = self._domain("from", variables), self._domain("reaches", dict(subject))
        assert source is not None  # _has_its_clauses
        assert sink is not None
        variables[sink.variable] = ValueType(sink.kind)
        through, relation = self._through(subject)
        avoiding = self._domain("avoiding", dict(subject), keep=False)
        passing = self._domain("passing", dict(subject), keep=False)
        return Path(source, sink, relation, through, avoiding, passing)

    def _through(self, subject: dict[str, ValueType]) -> tuple[Domain | None, str]:
        binder = self._binders.get("through")
        if binder is None:
            return None, "flow"
        relation = find(self._scope, binder.kind.text, self._vocabulary.relations)
        if relation is None:
            self._problems.error(
                "TM0505",
                f"there is no relation `{binder.kind.text}`",
                binder.kind.span,
                label="unknown relation",
                help=did_you_mean(binder.kind.text, self._vocabulary.relations)
                or f"there are: {', '.join(self._vocabulary.relations)}",
            )
            return None, "flow"
        if relation != "flow" and binder.where is not None:
            self._problems.error(
                "TM0507", f"the edges of `{relation}` have no attributes", binder.where.span, label="nothing to test"
            )
        if relation != "flow":
            return None, relation
        return self._domain("through", dict(subject), keep=False), "flow"

    def _condition(self, clause: str, variables: Variables) -> Expression | None:
        node = self._conditions.get(clause)
        return self._checker.check(node.expression, variables) if node is not None else None

    def _has_its_clauses(self, *, is_path: bool) -> bool:
        """Whether the clauses make a rule; False with diagnostics."""
        before = len(self._problems.found)
        missing = [clause for clause in ("from", "reaches") if clause not in self._binders] if is_path else []
        name = self._node.name.span
        for clause in missing:
            self._problems.error(
                "TM0504", f"a path rule needs `{clause}`", name, help="from KIND a where C, then reaches KIND b where C"
            )
        if not is_path and "for" not in self._binders:
            self._problems.error("TM0504", "a rule begins with `for` or `from`", name, help="add: for flow f")
        for clause in ("through", "avoiding", "passing"):
            if clause in self._binders and not is_path:
                span = self._binders[clause].span
                self._problems.error(
                    "TM0506", f"`{clause}` belongs to a path rule", span, label="no path", help="add from and reaches"
                )
        return len(self._problems.found) == before

    def _knows_its_kinds(self) -> bool:
        """Whether all kinds that clauses range over exist; False with diagnostics, and nothing else can be checked."""
        unknown = [
            binder.kind
            for clause, binder in self._binders.items()
            if clause != "through" and find(self._scope, binder.kind.text, self._vocabulary.kinds) is None
        ]
        for kind in unknown:
            unknown_kind(self._scope, kind, self._vocabulary.kinds, self._problems)
        return not unknown

    def _check_prevents(self, expressions: tuple[Expression | None, ...]) -> None:
        for expression in expressions:
            for leaf in class_conditions(expression) if expression is not None else ():
                layer = self._vocabulary.classes[leaf.control_class].layer
                if layer != "prevent":
                    self._problems.error(
                        "TM0518",
                        f"`{leaf.control_class}` does not prevent anything, it {layer}s",
                        leaf.span,
                        help="only a class of the layer `prevent` mitigates a threat; others lower its severity",
                    )

    # ---- properties and texts ------------------------------------------------------------------------------------

    def _texts(self, facts: Mapping[str, Fact], variables: Variables) -> Texts:
        known = dict(variables)
        for clause in ("when", "unless"):
            node = self._conditions.get(clause)
            for name, quantified in inner_variables(node.expression) if node is not None else ():
                source = self._quiet().operand(quantified.source, known)
                if source is not None:
                    known[name] = ValueType(source.type.name)
        texts = (self._template(facts.get(name), known) for name in ("message", "mitigated", "question", "fix"))
        return Texts(*texts)

    def _finding_id(self, facts: Mapping[str, Fact], variables: Variables) -> IdTemplate:
        """How findings are called: as the rule says, else its pack. A placeholder of the rule is a thing."""
        fact = stated_id(facts, self._problems) or self._usual_id

        def operand_of(placeholder: str) -> Operand | None:
            assert fact is not None  # the usual id has no other placeholders
            operand = self._operand_of_text(placeholder, fact.span, variables)
            if operand is None or (operand.type.name in self._vocabulary.kinds and not operand.type.listed):
                return operand
            what = self._checker.noun(operand.type)
            self._problems.error(
                "TM0521",
                f"`{placeholder}` is {what}",
                fact.span,
                label="needs a thing",
                help="an id is made of the names of things, such as {f.from}",
            )
            return None

        return id_template(str(fact.value) if fact is not None else USUAL, self._node.name.text, operand_of)

    def _quiet(self) -> ExpressionChecker:
        """A checker for what was checked before, whose mistakes are told already."""
        return msgspec.structs.replace(self._checker, problems=Problems())

    def _template(self, fact: Fact | None, variables: Variables) -> Template:
        if fact is None or not isinstance(fact.value, str):
            return Template()
        self._check_braces(fact, fact.value)
        parts: list[str | Operand | None] = []
        for literal, placeholder in placeholders(fact.value):
            if literal:
                parts.append(literal)
            if placeholder == CONTROL:
                parts.append(None)
            elif placeholder:
                operand = self._operand_of_text(placeholder, fact.span, variables)
                if operand is not None:
                    parts.append(operand)
        return Template(tuple(parts))

    def _check_braces(self, fact: Fact, text: str) -> None:
        if any("{" in literal or "}" in literal for literal, _ in placeholders(text)):
            self._problems.error(
                "TM0508",
                "a brace that is part of no placeholder",
                fact.span,
                label="in this text",
                help="a placeholder is a variable with its attributes: {f.from}; other braces cannot stand in it",
            )

    def _operand_of_text(self, placeholder: str, span: Span, variables: Variables) -> Operand | None:
        return msgspec.structs.replace(self._checker, inner=frozenset()).path(placeholder, span, variables)


def class_conditions(expression: Expression) -> Iterator[HasClass]:
    """All `has` conditions of an expression."""
    if isinstance(expression, HasClass):
        yield expression
    elif isinstance(expression, AllOf | AnyOf):
        for part in expression.parts:
            yield from class_conditions(part)
    elif isinstance(expression, Negation):
        yield from class_conditions(expression.part)
    elif isinstance(expression, Quantifier) and expression.where is not None:
        yield from class_conditions(expression.where)
