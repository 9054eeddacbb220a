"""What findings can be filtered by."""

from threatdsl.model.level import Level
from threatdsl.report.threats import MARKS, STRIDE
from threatdsl.report.view import ReportView
from threatdsl.report.words import capital

Values = list[tuple[str, str, str]]  # id, title, mark


def facets(shown: ReportView) -> list[dict[str, object]]:
    """Each facet with the values that occur, in their order; facets with no value are left out."""
    outcomes = {finding.outcome for finding in shown.findings}
    levels = {finding.severity.level for finding in shown.findings}
    strides = {finding.stride for finding in shown.findings}
    found: tuple[tuple[str, str, Values], ...] = (
        ("outcome", "Outcome", [(o.value, capital(o.value), mark) for o, mark in MARKS.items() if o.value in outcomes]),
        (
            "severity",
            "Verified severity" if shown.verified else "Declared severity",
            [(level.word, capital(level.word), "") for level in reversed(Level) if level.word in levels],
        ),
        ("stride", "STRIDE", [(word, word, "") for word in STRIDE.values() if word in strides]),
        ("element", "Element", _elements(shown)),
        ("rule", "Rule", [(rule.id, rule.title, "") for rule in shown.rules if rule.findings]),
        ("flow", "Flow", _flows(shown)),
    )
    return [
        {"name": name, "title": title, "values": [{"id": i, "title": t, "mark": m} for i, t, m in values]}
        for name, title, values in found
        if values
    ]


def _elements(shown: ReportView) -> Values:
    used = {id_ for finding in shown.findings for id_ in finding.elements}
    titles = sorted((element.title, element.id) for element in shown.elements if element.id in used)
    return [(id_, title, "") for title, id_ in titles]


def _flows(shown: ReportView) -> Values:
    used = {id_ for finding in shown.findings for id_ in finding.things}
    return [(flow.id, f"{flow.number} {flow.ends}", "") for flow in shown.flows if flow.id in used]
