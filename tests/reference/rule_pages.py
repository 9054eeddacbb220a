"""docs/reference/rules/: a page for each shipped rule, with examples that were run."""

from collections.abc import Iterator, Mapping
from functools import cache
from textwrap import fill

from tests.house.files import ROOT
from tests.reference.examples import CACHE, Example, examples, test_of
from threatdsl.model.load import load
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.sources import CORE_RULES, SHIPPED
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.load import class_conditions, load_rules
from threatdsl.rules.remedies import guards_of
from threatdsl.rules.rule import CheckedRule
from threatdsl.rules.texts import PLACEHOLDER
from threatdsl.syntax import format_text, nodes

CATALOGUES = Catalogues()
WIDTH = 120


@cache
def shipped() -> tuple[Model, Mapping[str, CheckedRule]]:
    """The shipped rules: the library that holds them, and each by id."""
    path = ROOT / "models" / CORE_RULES
    loaded = load(path, cache=CACHE)
    assert loaded.model is not None, loaded.diagnostics
    problems = Problems()
    rules = load_rules(loaded.model, problems)
    assert problems.found == ()
    return loaded.model, {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}


def page(rule: CheckedRule) -> str:
    """The page of a rule."""
    info, there, held = rule.info, *examples(rule)
    file = f"models/{info.span.file.removeprefix(SHIPPED)}"
    letter = info.stride.value.replace("-", " ")
    sections = [
        f"# {info.title}",
        wrapped(f"`{info.id}` is about {letter}. Its likelihood is {info.likelihood} of 4, before exposure counts."),
        *([wrapped(info.text)] if info.text else []),
        "## When it applies",
        fenced(_clauses(rule)),
        f"The whole rule, with its texts, stands in [{file}](../../../{file}).",
        "## An example that fires",
        *_example(there),
        "## An example that does not",
        *_example(held),
        "## How to mitigate",
        *_mitigation(rule),
        "## What is asked",
        *_asked(rule),
        *_references(info.references),
        "[All rules](../rules.md)",
    ]
    return "\n\n".join(sections) + "\n"


def fenced(text: str) -> str:
    """A text as a model or a part of one."""
    return f"```threat\n{text.strip()}\n```"


def wrapped(text: str, indent: str = "") -> str:
    """A paragraph on lines of the usual width."""
    return fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _clauses(rule: CheckedRule) -> str:
    """The rule's clauses as they are written."""
    bound = next(found for found in shipped()[0].rules if found.node.name.text == rule.id)
    text = (ROOT / "models" / rule.info.span.file.removeprefix(SHIPPED)).read_text(encoding="utf-8")
    ends = (*(clause.span.start for clause in bound.node.clauses[1:]), bound.node.span.end - 1)  # the brace
    clauses = zip(bound.node.clauses, ends, strict=True)
    written = "\n".join(text[c.span.start : end].strip() for c, end in clauses if not isinstance(c, nodes.Property))
    formatted = format_text(f'rule {rule.id} "{rule.info.title}" {{\n{written}\n}}\n', rule.id)
    assert formatted.diagnostics == ()
    return formatted.text


def _example(example: Example) -> Iterator[str]:
    yield fenced(example.text)
    if example.message:
        yield f"It is {example.outcome}:"
        yield wrapped(f"> {example.message}.", "> ")
    else:
        yield "The rule does not apply here and says nothing."


def _mitigation(rule: CheckedRule) -> Iterator[str]:
    classes = dict.fromkeys(leaf.control_class for e in guards_of(rule) for leaf in class_conditions(e))
    if rule.info.fix:
        yield wrapped(PLACEHOLDER.sub(r"`\1`", rule.info.fix) + ".")
    if classes:
        yield "A control of one of these classes counts, where the clauses ask for it:"
        known = shipped()[0].vocabulary.classes
        yield "\n".join(f"- `{name}`: {known[name].title}" for name in classes)
    if rule.info.no_control:
        yield wrapped(f"No control mitigates it. {rule.info.no_control}")


def _asked(rule: CheckedRule) -> Iterator[str]:
    """The facts that its own test shows it asking for."""
    test = test_of(rule.info.span.file)
    facts = sorted({(test.model.things[q.element].kind, q.fact) for q in test.analysis(rule).questions})
    lines = dict.fromkeys(line for kind, fact in facts for line in _fact(kind, fact, test.model))
    if lines:
        yield "While nobody has stated one of these facts, it may ask for it:"
        yield "\n".join(sorted(lines))
    else:
        yield "It asks for nothing: what it looks at is always known."


def _fact(kind: str, fact: str, model: Model) -> Iterator[str]:
    """A line for a property of a kind, said of the kind that declares it, or for a control class at a place."""
    definition = model.vocabulary.kinds[kind].properties.get(fact)
    if definition is not None:
        asked = PLACEHOLDER.sub("it", definition.asks) or definition.title
        yield f"- `{fact}` ({definition.owner}): {asked}"
    elif fact in model.vocabulary.classes:
        yield f"- `{fact}` (control class): {model.vocabulary.classes[fact].title}"
    else:
        yield f"- `{fact}`: In which {fact} it stands"


def _references(references: tuple[str, ...]) -> Iterator[str]:
    if references:
        yield "## References"
        yield "\n".join(f"- {CATALOGUES.named(reference)}" for reference in references)
