"""What findings are called: `rule@element,element`, or as the rule or its pack says in `finding-id`."""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec

from threatdsl.diagnostics import Related
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import Fact, Thing
from threatdsl.rules.binding import Binding, Operand
from threatdsl.rules.finding import Analysis, FindingKey
from threatdsl.rules.texts import placeholders

USUAL = "{rule}@{elements}"
RULE, ELEMENTS = "rule", "elements"
LITERAL = re.compile(r"[A-Za-z0-9_.@>,/+~-]*")  # nothing that a terminal, a link or a spreadsheet reads as its own
NOBODY = "unknown"  # in place of a thing that nobody stated


USUAL_REST = ("@", None)


class IdTemplate(msgspec.Struct, frozen=True):
    """The id of a rule's findings, cut into literal parts and operands; None stands for the elements."""

    parts: tuple[str | Operand | None, ...]


def finding_id(template: IdTemplate, elements: tuple[Thing, ...], binding: Binding) -> str:
    """The id of a rule's finding at its elements, made of names only."""
    if template.parts[1:] == USUAL_REST and isinstance(template.parts[0], str):
        return f"{template.parts[0]}@{','.join([thing.id for thing in elements])}"  # nearly all ids are of this form
    return "".join(_filled(part, elements, binding) for part in template.parts)


def _filled(part: str | Operand | None, elements: tuple[Thing, ...], binding: Binding) -> str:
    if isinstance(part, str):
        return part
    if part is None:
        return ",".join(thing.id for thing in elements)
    value = part.read(binding)
    return value.id if isinstance(value, Thing) else NOBODY


def id_template(text: str, rule: str, operand_of: Callable[[str], Operand | None]) -> IdTemplate:
    """The template that a text is for a rule. `operand_of` reads the other placeholders, None for a mistake."""
    parts: list[str | Operand | None] = []
    for literal, placeholder in placeholders(text):
        parts.append(literal)
        if placeholder == RULE:
            parts.append(rule)
        elif placeholder == ELEMENTS:
            parts.append(None)
        elif placeholder and (operand := operand_of(placeholder)) is not None:
            parts.append(operand)
    return IdTemplate(tuple(part for part in parts if part != ""))


def stated_id(facts: Mapping[str, Fact], problems: Problems) -> Fact | None:
    """What a rule or a pack says in `finding-id`, None where it says nothing or, with a diagnostic, no id."""
    fact = facts.get("finding-id")
    if fact is None or not isinstance(fact.value, str):
        return None
    wrong = next((literal for literal, _ in placeholders(fact.value) if not LITERAL.fullmatch(literal)), None)
    if wrong is None and fact.value[:1] not in ("", *"_.@>,/+~-"):
        return fact
    problems.error(
        "TM0562",
        f"`{fact.value}` is no id of a finding",
        fact.span,
        label=f"`{wrong}` cannot stand in it" if wrong is not None else "begins otherwise",
        help="it begins with a letter, a digit or a brace and holds letters, digits, . _ - @ > , / + ~ "
        "and names in braces: {rule}, {elements}, {f.from}",
    )
    return None


def ids_of_packs(model: Model, problems: Problems) -> Mapping[str, Fact]:
    """What packs say about the ids of their findings, by file. Their rules share no variables, so it names none."""
    found: dict[str, Fact] = {}
    for library in model.of_kind("library"):
        fact = stated_id(library.facts, problems)
        if fact is None:
            continue
        others = [name for _, name in placeholders(str(fact.value)) if name not in (RULE, ELEMENTS, "")]
        for name in others:
            problems.error(
                "TM0510",
                f"`{name}` is not bound",
                fact.span,
                label="rules of a pack have different variables",
                help="write {rule} and {elements} here, and a variable in the `finding-id` of the rule that has it",
            )
        if not others:
            found[library.span.file] = fact
    return found


def check_ids(analysis: Analysis, problems: Problems) -> None:
    """Report findings of different places or rules that have one id, one pair of each two rules."""
    places = {rule.id: rule.span for rule in (*analysis.rules, *(found.rule for found in analysis.findings))}
    first: dict[str, FindingKey] = {}
    told: set[tuple[str, str]] = set()
    for id_, key in _called(analysis):
        other = first.setdefault(id_, key)
        rules = (other[0], key[0])
        if other == key or rules in told:
            continue
        told.add(rules)
        problems.error(
            "TM0563",
            f"two findings are called `{id_}`",
            places[key[0]],
            label=_said(key),
            related=(Related(_said(other), places[other[0]]),) if places[other[0]] != places[key[0]] else (),
            help=f"{_said(other)} is the other: name in `finding-id` what tells the two apart",
        )


def _called(analysis: Analysis) -> Iterator[tuple[str, FindingKey]]:
    yield from ((finding.id, finding.key) for finding in analysis.findings)
    for question in analysis.questions:
        yield from zip(question.settles, question.findings, strict=True)


def _said(key: FindingKey) -> str:
    rule, elements = key
    return f"{rule} at {', '.join(elements)}"
