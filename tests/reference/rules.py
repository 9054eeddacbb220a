"""docs/reference/rules.md: the shipped rules by the letters of STRIDE."""

from collections.abc import Iterable, Iterator

from threatdsl.rules.finding import Stride
from threatdsl.rules.rule import CheckedRule

INTRODUCTION = """# Rules

The rules that ship with threatdsl, by what they threaten. Each has a page with its clauses, an example that fires and
one that does not, what mitigates it, what it asks and what it refers to. [STRIDE](stride.md) shows which of them speaks
of which part of a model. The rules are texts in `models/rules/`, each with a test beside it. The examples are cut from
these tests: the comment in each tells what the rule says of the line below it, or of the things behind the `@`.
"""


def page(rules: Iterable[CheckedRule]) -> str:
    """The page, which leads to those of the rules; likelihoods are of 4."""
    parts = [INTRODUCTION]
    for stride in Stride:
        of_this = sorted((rule for rule in rules if rule.info.stride is stride), key=lambda rule: rule.id)
        parts.append(f"## {stride.value.replace('-', ' ').capitalize()}\n\n{_table(of_this)}")
    return "\n".join(parts)


def _table(rules: Iterable[CheckedRule]) -> str:
    return "".join(f"{line}\n" for line in _lines(rules))


def _lines(rules: Iterable[CheckedRule]) -> Iterator[str]:
    yield "| rule | says | likelihood |"
    yield "| --- | --- | --- |"
    for rule in rules:
        yield f"| [{rule.id}](rules/{rule.id}.md) | {rule.info.title} | {rule.info.likelihood} |"
