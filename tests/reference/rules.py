"""docs/reference/rules.md: the shipped rules."""

from collections.abc import Iterator
from pathlib import Path

from threatdsl.model.load import load
from threatdsl.model.problems import Problems
from threatdsl.rules.finding import Stride
from threatdsl.rules.load import load_rules
from threatdsl.rules.rule import CheckedRule

INTRODUCTION = """# Rules

The rules that ship with threatdsl, by what they threaten. Each is a text in `models/rules/`, and each has a test
beside it. `{f}` in a fix stands for the element, flow or data that the rule speaks of.
"""


def page(folder: Path) -> str:
    """The page; `folder` is for the file that asks for the rules."""
    file = folder / "library.threat"
    file.write_text('library words "Nothing of its own"\n', encoding="utf-8")
    model = load(file, root=folder).model
    assert model is not None
    problems = Problems()
    rules = sorted(load_rules(model, problems), key=lambda rule: rule.id)
    assert problems.found == ()
    fixes = {bound.node.name.text: _written(bound.node.clauses, "fix") for bound in model.rules}
    parts = [INTRODUCTION]
    for stride in Stride:
        of_this = [rule for rule in rules if rule.info.stride is stride]
        parts.append(f"## {stride.value.replace('-', ' ').capitalize()}\n")
        for rule in of_this:
            parts += _rule(rule, fixes[rule.id])
    return "\n".join(parts)


def _written(clauses: tuple[object, ...], name: str) -> str:
    from threatdsl.syntax.nodes import Property, Text

    for clause in clauses:
        if isinstance(clause, Property) and clause.name.text == name and isinstance(clause.value, Text):
            return clause.value.text
    return ""


def _rule(rule: CheckedRule, fix: str) -> Iterator[str]:
    info = rule.info
    yield f"### {info.id}\n"
    yield f"{info.title}. Likelihood {info.likelihood} of 4{', along a path' if rule.path is not None else ''}.\n"
    if info.text:
        yield f"{info.text}\n"
    if fix:
        yield f"Fix: {fix}.\n"
    if info.references:
        yield f"References: {', '.join(info.references)}.\n"
