"""The rules of a model as their authors wrote them."""

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from threatdsl.diagnostics import Span
from threatdsl.model.model import Model
from threatdsl.model.sources import SHIPPED
from threatdsl.model.written import Written
from threatdsl.rules.finding import RuleInfo
from threatdsl.rules.properties import PROPERTIES
from threatdsl.rules.rule import CheckedRule
from threatdsl.syntax import nodes

CLOSING = re.compile(r"(?:\s*\))+")
SENTENCES = ("message", "mitigated", "question", "fix", "no-control")
SCHEMES = tuple(name for name, definition in PROPERTIES.items() if definition.type.listed)


class AuthoredRule(msgspec.Struct, frozen=True):
    """A rule and where it comes from.

    `clauses` are its conditions as they are written; `sentences` its texts by property, with their placeholders;
    `references` pairs of a scheme (`cwe`) and an id. `off_until` is the end of a `disable` in force.
    """

    info: RuleInfo
    clauses: tuple[str, ...]
    sentences: tuple[tuple[str, str], ...]
    references: tuple[tuple[str, str], ...]
    off_until: date | None

    @property
    def file(self) -> str:
        """The file that it stands in, as spans name it."""
        return self.info.span.file

    @property
    def shipped(self) -> bool:
        """Whether it ships with threatdsl."""
        return self.file.startswith(SHIPPED)


def authored(model: Model, rules: tuple[CheckedRule, ...], written: Written, today: date) -> tuple[AuthoredRule, ...]:
    """All rules that a model is checked with, in the order of their files."""
    infos = {rule.info.span: rule.info for rule in rules}
    off: dict[str, date] = {}
    for switch in model.switches:
        if switch.until >= today:
            off[switch.rule] = max(switch.until, off.get(switch.rule, switch.until))
    return tuple(
        AuthoredRule(
            info=infos[bound.node.name.span],
            clauses=tuple(_clauses(bound.node, written)),
            sentences=tuple(_sentences(bound.node)),
            references=tuple(_references(bound.node, written)),
            off_until=max((off[name] for name in (bound.node.name.text, bound.pack) if name in off), default=None),
        )
        for bound in model.rules
        if bound.node.name.span in infos
    )


def _clauses(node: nodes.Rule, written: Written) -> Iterator[str]:
    """The clauses with the indentation that they have among each other."""
    for clause in node.clauses:
        if not isinstance(clause, nodes.Property):
            first, *rest = written.text(_with_brackets(clause.span, written)).splitlines()
            indent = clause.span.column - 1
            yield "\n".join((first, *(line[indent:] if not line[:indent].strip() else line.strip() for line in rest)))


def _with_brackets(span: Span, written: Written) -> Span:
    """The span with the brackets that close behind it, which belong to no expression."""
    closing = CLOSING.match(written.texts[span.file], span.end)
    return span if closing is None else msgspec.structs.replace(span, end=closing.end())


def _sentences(node: nodes.Rule) -> Iterator[tuple[str, str]]:
    for clause in node.clauses:
        if (
            isinstance(clause, nodes.Property)
            and clause.name.text in SENTENCES
            and isinstance(clause.value, nodes.Text)
        ):
            yield clause.name.text, " ".join(clause.value.text.split())


def _references(node: nodes.Rule, written: Written) -> Iterator[tuple[str, str]]:
    for clause in node.clauses:
        if isinstance(clause, nodes.Property) and clause.name.text in SCHEMES:
            for item in written.items(clause.value):
                yield clause.name.text, item.strip('"')
