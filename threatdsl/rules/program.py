"""A checked rule as functions: compiled once, linked with the columns of each model that it looks at."""

from collections.abc import Callable, Iterator, Mapping
from types import CodeType

import msgspec

from threatdsl.rules.attributes import Attribute
from threatdsl.rules.expressions import AllOf, Expression
from threatdsl.rules.facts import Facts
from threatdsl.rules.generate import Generated, generate
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.values import Range, Truth, compare

MANY = 500  # from this number of things on a first look pays
Test = Callable[..., Truth]
Observer = Callable[[str, str, Truth], None]


class Compiled(msgspec.Struct, frozen=True):
    """A condition that Python can run, before it knows of a model."""

    generated: Generated
    code: CodeType


class Program(msgspec.Struct, frozen=True):
    """The conditions of one rule, each compiled when it is first needed."""

    rule: CheckedRule
    compiled: dict[str, Compiled] = msgspec.field(default_factory=dict)

    def test(self, facts: Facts, clause: str, observe: Observer | None = None) -> Test:
        """The condition of a clause for a model: takes numbers of things, the `for` thing first. Without one, true."""
        expression, variables = _condition(self.rule, clause)
        if expression is None:
            return _always
        compiled = self.compiled.get(clause)
        if compiled is None:
            generated = generate(expression, variables)
            compiled = Compiled(generated, compile(generated.text, f"<{self.rule.id} {clause}>", "exec"))
            self.compiled[clause] = compiled
        test = _linked(compiled, facts)
        return test if observe is None else _observed(test, self.rule.id, clause, observe)

    def candidates(self, facts: Facts, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """The things of the `for` for which `when` can hold, as far as its first part tells.

        Many rules begin alike, with calls that cross a boundary: of a large model that is found out once for all.
        """
        subject, when = self.rule.subject, self.rule.when
        if len(numbers) < MANY or subject is None or when is None:
            return numbers
        first = when.parts[0] if isinstance(when, AllOf) else when
        generated = generate(first, (subject.variable,))
        key = (subject.kind, generated.text, *_meanings(generated))
        found = facts.candidates.get(key)
        if found is None:
            test = _linked(Compiled(generated, compile(generated.text, f"<{self.rule.id} first>", "exec")), facts)
            found = facts.candidates[key] = tuple([number for number in numbers if test(number) is not False])
        return found


def _meanings(generated: Generated) -> Iterator[tuple[str, ...]]:
    """What the names in a generated text stand for, as far as two texts can differ in it."""
    for name, attribute in generated.columns.items():
        yield name, attribute.owner, attribute.name
    yield from (*generated.classes.items(), *generated.kinds.items())
    yield from ((name, repr(value)) for name, value in generated.constants.items())
    yield from ((name, attribute.name, chosen) for name, (attribute, chosen) in generated.wide.items())


def _always(*_: int) -> Truth:
    return True


def _observed(test: Test, rule: str, clause: str, observe: Observer) -> Test:
    def observed(*numbers: int) -> Truth:
        truth = test(*numbers)
        observe(rule, clause, truth)
        return truth

    return observed


def _condition(rule: CheckedRule, clause: str) -> tuple[Expression | None, tuple[str, ...]]:
    """The condition of a clause and the variables that it may read, in the order of the function's parameters."""
    subject = () if rule.subject is None else (rule.subject.variable,)
    if clause == "for":
        return (rule.subject.where if rule.subject is not None else None), subject
    path = rule.path
    if clause in ("when", "unless"):
        expression = rule.when if clause == "when" else rule.unless
        return expression, subject if path is None else (*subject, path.sink.variable)
    assert path is not None  # only path rules have the other clauses
    domains = {domain.clause: domain for domain in path.domains}
    domain = domains.get(clause)
    return (None, subject) if domain is None else (domain.where, (*subject, domain.variable))


def _linked(compiled: Compiled, facts: Facts) -> Test:
    generated = compiled.generated
    names: dict[str, object] = {
        "__builtins__": {"type": type, "int": int, "len": len},
        "kind_of": facts.kind_of,
        "compare": compare,
        "Range": Range,
        **generated.constants,
        **{name: {} for name in generated.memories},
        **dict(_columns(generated.columns, facts)),
        **{name: facts.has(class_) for name, class_ in generated.classes.items()},
        **{name: facts.kinds_under(kind) for name, kind in generated.kinds.items()},
    }
    exec(compiled.code, names)  # noqa: S102 - text of threatdsl.rules.generate, which holds no text of a model
    for name, (attribute, chosen) in generated.wide.items():
        names[name] = _chosen(facts, attribute, names[chosen])  # type: ignore[arg-type]  # a function of the text
    return names[generated.entry]  # type: ignore[return-value]  # likewise


def _columns(attributes: Mapping[str, Attribute], facts: Facts) -> Iterator[tuple[str, object]]:
    for name, attribute in attributes.items():
        column = facts.column(attribute)
        yield name, column.values
        yield f"{name}_complete", column.complete


def _chosen(facts: Facts, attribute: Attribute, test: Test) -> Callable[[int], tuple[int, int, int]]:
    """What an element reaches, and of all elements those that a test chooses surely, and possibly: as bits."""
    reach = facts.reach if attribute.name == "reach" else facts.reached_by
    known: list[int] = []

    def chosen(element: int) -> tuple[int, int, int]:
        if not known:
            truths = [test(number) for number in reach.elements]
            known.extend((reach.bits(t is True for t in truths), reach.bits(t is not False for t in truths)))
        return reach.of(element), known[0], known[1]

    return chosen
