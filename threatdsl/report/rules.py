"""Rules for a terminal and as plain data."""

from itertools import groupby
from typing import Any

from threatdsl.report.plain import plain
from threatdsl.report.text import PathOf
from threatdsl.rules.authored import AuthoredRule

SCHEMA = "threatdsl/rules/1"
LABELS = {"cwe": "CWE-", "capec": "CAPEC-", "attack": "ATT&CK ", "atlas": "ATLAS ", "nist": "NIST ", "asvs": "ASVS "}
Rules = tuple[AuthoredRule, ...]


def rules_text(rules: Rules, path_of: PathOf) -> str:
    """One line a rule below the name of its file."""
    width = max((len(rule.info.id) for rule in rules), default=0)
    lines: list[str] = []
    for file, group in groupby(rules, key=lambda rule: rule.file):
        lines += ["", path_of(file)] if lines else [path_of(file)]
        for rule in group:
            off = f" (switched off until {rule.off_until})" if rule.off_until is not None else ""
            lines.append(f"  {rule.info.id:{width}}  {rule.info.stride.value:22}  {plain(rule.info.title)}{off}")
    number = len(rules)
    return "\n".join((*lines, "", f"{number} rule{'' if number == 1 else 's'}")) + "\n"


def rule_text(rule: AuthoredRule, path_of: PathOf) -> str:
    """All that a rule says."""
    info, span = rule.info, rule.info.span
    origin = ", ships with threatdsl" if rule.shipped else ""
    lines = [info.id, f"{plain(info.title)}.", f"{info.stride.value}, likelihood {info.likelihood} of 4"]
    lines += [f"{path_of(span.file)}:{span.line}:{span.column}{origin}"]
    if rule.off_until is not None:
        lines.append(f"switched off until {rule.off_until}")
    if info.text:
        lines += ["", plain(info.text)]
    lines.append("")
    for clause in rule.clauses:
        lines += [f"  {' ' * _indent(line)}{plain(line)}" for line in clause.splitlines()]
    lines += ["", *(f"{name:10}  {plain(sentence)}" for name, sentence in rule.sentences)]
    if rule.references:
        lines += ["", f"see  {', '.join(_label(scheme, id_) for scheme, id_ in rule.references)}"]
    return "\n".join(lines) + "\n"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _label(scheme: str, id_: str) -> str:
    return f"{LABELS.get(scheme, f'{scheme.upper()} ')}{plain(id_)}"


def rules_data(rules: Rules) -> dict[str, Any]:
    """A list of rules as plain data (docs/asking.md)."""
    return {"schema": SCHEMA, "rules": [rule_data(rule) for rule in rules]}


def rule_data(rule: AuthoredRule) -> dict[str, Any]:
    """A rule as plain data."""
    info = rule.info
    return {
        "id": info.id,
        "title": info.title,
        "stride": info.stride.value,
        "likelihood": info.likelihood,
        "impact_of": info.impact_of or None,
        "gives": info.gives.value,
        "text": info.text,
        "clauses": list(rule.clauses),
        "sentences": dict(rule.sentences),
        "references": [{"scheme": scheme, "id": id_} for scheme, id_ in rule.references],
        "shipped": rule.shipped,
        "off_until": str(rule.off_until) if rule.off_until is not None else None,
        "file": info.span.file,
        "line": info.span.line,
        "column": info.span.column,
    }
