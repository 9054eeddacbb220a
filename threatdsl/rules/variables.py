"""Variables in generated functions: how they are written, what is known of them, which a condition needs."""

from collections.abc import Iterator
from typing import cast

import msgspec

from threatdsl.rules.attributes import Attribute
from threatdsl.rules.expressions import Counted, Expression, Operand, Quantifier, Read, Variable

OTHER = "other-thing"  # the parameter of a test of another thing's list


def parameters(variables: tuple[str, ...]) -> str:
    """Variables as the parameters of a function."""
    return ", ".join(written(name) for name in variables)


def written(variable: str) -> str:
    """A variable as Python writes it; no two are written alike."""
    return "v_" + variable.replace("_", "_u").replace("-", "_m")


def is_always_known(operand: Operand) -> bool:
    """Whether an operand is surely a thing: a variable over things, or an end of one that is."""
    if isinstance(operand, Variable):
        return operand.type.name != "control"
    return isinstance(operand, Read) and operand.attribute.name in ("from", "to") and is_always_known(operand.base)


def is_of_another(expression: Quantifier) -> bool:
    """Whether a list is that of another thing than a variable, and its test needs no other variable than its own."""
    source, where = expression.source, expression.where
    if not isinstance(source, Read) or isinstance(source.base, Variable) or where is None:
        return False
    return set(free(where)) <= {expression.variable}


def is_wide(source: Operand, where: Expression | None, variable: str) -> bool:
    """Whether a test of a wide list needs no other variable than its own: then it is made once for all elements."""
    if not (isinstance(source, Read) and source.attribute.wide and is_always_known(source.base)) or where is None:
        return False
    return set(free(where)) <= {variable}


def free(expression: Expression | Operand) -> Iterator[str]:
    """The variables of a condition or operand that it does not bind itself."""
    if isinstance(expression, Variable):
        yield expression.name
    elif isinstance(expression, Quantifier | Counted):
        yield from free(expression.source)
        inner = free(cast("Expression", expression.where)) if expression.where is not None else ()
        yield from (name for name in inner if name != expression.variable)
    elif isinstance(expression, msgspec.Struct):
        for name in expression.__struct_fields__:
            value = getattr(expression, name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, msgspec.Struct) and not isinstance(part, Attribute):
                    yield from free(part)  # type: ignore[arg-type]  # spans and types hold no variables
