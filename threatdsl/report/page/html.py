"""The report as one HTML file: works from disk, keeps nothing outside, sends nothing, and says so in its policy."""

import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from threatdsl.assess.assessment import Assessment
from threatdsl.model.level import Level
from threatdsl.report.diagram.drawing import draw
from threatdsl.report.edition import STANDARD, Edition
from threatdsl.report.resources import font, template, text
from threatdsl.report.threats import MARKS, STRIDE, FindingView
from threatdsl.report.view import ReportView, view
from threatdsl.report.words import capital

if TYPE_CHECKING:
    from collections.abc import Sized

FACES = (
    ("Source Serif 4 Display", 400, "display-400.woff2"),
    ("Source Sans 3", 400, "sans-400.woff2"),
    ("Source Sans 3", 600, "sans-600.woff2"),
    ("Source Sans 3", 700, "sans-700.woff2"),
    ("Source Code Pro", 400, "mono-400.woff2"),
)
JSON_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the page: its name in links, its title, and how many entries it has, None where that says nothing."""

    name: str
    title: str
    count: int | None


def html(assessment: Assessment, edition: Edition = STANDARD) -> bytes:
    """The page."""
    shown = view(assessment, edition)
    style, script = _faces() + text("page/page.css"), text("page/page.js")
    page = template("page/page.html.j2").render(
        view=shown,
        tabs=_tabs(shown),
        links={finding.anchor: quote(finding.id) for finding in shown.findings},
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - a file of the package
        script=Markup(script),  # noqa: S704 - a file of the package
        drawing=Markup(draw(shown.diagram).text),  # noqa: S704 - written by an XML writer, which escapes
        data=Markup(_data(shown)),  # noqa: S704 - escaped in `_data`
    )
    return page.encode()


def _policy(style: str, script: str) -> str:
    """What the page may load: its own style and script, by their hashes, and the fonts that it holds. Nothing else."""
    hashes = [b64encode(sha256(part.encode()).digest()).decode() for part in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def _faces() -> str:
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url(data:font/woff2;base64,{b64encode(font(name)).decode()})}}\n"
        for family, weight, name in FACES
    )


def _tabs(shown: ReportView) -> tuple[Tab, ...]:
    parts: tuple[tuple[str, Sized | None], ...] = (
        ("findings", shown.findings),
        ("diagram", None),
        ("paths", shown.attack.paths),
        ("questions", shown.questions),
        ("decisions", shown.decisions),
        *((("evidence", shown.evidence),) if shown.evidence else ()),
        ("elements", shown.elements),
        ("flows", shown.flows),
        ("data", shown.data),
    )
    titles = {"paths": "Attack paths"}
    return tuple(
        Tab(name, titles.get(name, capital(name)), None if entries is None else len(entries)) for name, entries in parts
    )


def _data(shown: ReportView) -> str:
    """What the script works on, as JSON that no HTML parser can mistake for markup."""
    names = {element.id: element.title for element in shown.elements}
    value = {
        "severity": "verified" if shown.verified else "declared",
        "names": names,
        "facets": _facets(shown, names),
        "rules": {
            rule.id: {
                "title": rule.title,
                "text": rule.text,
                "stride": rule.stride,
                "references": rule.references,
            }
            for rule in shown.rules
        },
        "findings": [_finding(finding) for finding in shown.findings],
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(JSON_ESCAPES)


def _finding(finding: FindingView) -> dict[str, object]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "where": finding.where,
        "place": finding.place,
        "outcome": finding.outcome,
        "chip": finding.chip,
        "message": finding.message,
        "evidence": finding.evidence,
        "fix": finding.fix,
        "decision": finding.decision,
        "severities": [
            {"name": row.name, "step": row.step, "level": row.level, "word": row.word, "terms": row.terms}
            for row in finding.severities
        ],
        "proof": [[step.clause, step.text, step.source] for step in finding.proof],
        "things": finding.things,
        "elements": finding.elements,
    }


def _facets(shown: ReportView, names: dict[str, str]) -> list[dict[str, object]]:
    """What findings can be filtered by, each with the values that occur, in their order."""
    used = {id_ for finding in shown.findings for id_ in finding.elements}
    outcomes = {finding.outcome for finding in shown.findings}
    levels = {finding.severity.level for finding in shown.findings}
    strides = {finding.stride for finding in shown.findings}
    values: tuple[tuple[str, str, list[tuple[str, str, str]]], ...] = (
        ("outcome", "Outcome", [(o.value, capital(o.value), mark) for o, mark in MARKS.items() if o.value in outcomes]),
        (
            "severity",
            "Verified severity" if shown.verified else "Declared severity",
            [(level.word, capital(level.word), "") for level in reversed(Level) if level.word in levels],
        ),
        ("stride", "STRIDE", [(word, word, "") for word in STRIDE.values() if word in strides]),
        (
            "element",
            "Element",
            [
                (id_, name, "")
                for id_, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
                if id_ in used
            ],
        ),
    )
    return [
        {"name": name, "title": title, "values": [{"id": i, "title": t, "mark": m} for i, t, m in entries]}
        for name, title, entries in values
    ]
