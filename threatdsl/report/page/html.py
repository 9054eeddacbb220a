"""The report as one HTML file: works from disk, keeps nothing outside, sends nothing, and says so in its policy."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from threatdsl.assess.assessment import Assessment
from threatdsl.report.edition import STANDARD, Edition
from threatdsl.report.page.drawings import ViewDrawing, drawings_of, grouped, undrawn
from threatdsl.report.page.facets import facets
from threatdsl.report.resources import font, template, text
from threatdsl.report.threats import FindingView
from threatdsl.report.view import ReportView, view
from threatdsl.report.words import capital, clean

if TYPE_CHECKING:
    from collections.abc import Sized

SCRIPTS = ("base", "filters", "list", "finding", "drawing", "diagram", "address", "start")
END_OF_STYLE = re.compile("</(style)", re.IGNORECASE)
LOGO = re.compile(r"data:image/(?:png|jpeg|svg\+xml)[;,]")
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
    drawings, look = drawings_of(shown), edition.theme
    style, script, theme = _faces() + text("page/page.css"), _script(), END_OF_STYLE.sub(r"<\\/\1", look.css)
    logo = look.logo if LOGO.match(look.logo) else ""
    page = template("page/page.html.j2").render(
        view=shown,
        tabs=_tabs(shown),
        links={finding.anchor: quote(finding.id) for finding in shown.findings},
        policy=_policy((style, theme) if theme else (style,), script, images=bool(logo)),
        style=Markup(style),  # noqa: S704 - a file of the package
        theme=Markup(theme),  # noqa: S704 - a style sheet of the reader's own team, which cannot end its element
        logo=logo,
        classification=clean(look.classification) or shown.head.classification,
        script=Markup(script),  # noqa: S704 - a file of the package
        drawings=drawings,
        chooser=grouped(drawings),
        undrawn=undrawn(shown, drawings),
        names={drawing.name for drawing in drawings},
        data=Markup(_data(shown, drawings)),  # noqa: S704 - escaped in `_data`
    )
    return page.encode()


def _policy(styles: tuple[str, ...], script: str, *, images: bool) -> str:
    """What the page may load: its own styles and script, by their hashes, and the fonts that it holds. Nothing else."""
    allowed = " ".join(_hashed(style) for style in styles)
    return (
        f"default-src 'none'; style-src {allowed}; script-src {_hashed(script)}; "
        f"font-src data:; {'img-src data:; ' if images else ''}base-uri 'none'; form-action 'none'"
    )


def _hashed(part: str) -> str:
    return f"'sha256-{b64encode(sha256(part.encode()).digest()).decode()}'"


def _script() -> str:
    """The script: its files in one closure, as files on disk cannot import each other."""
    parts = "\n".join(text(f"page/script/{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


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
    counted = ("findings", "elements", "flows", "data") if shown.edition.public else tuple(name for name, _ in parts)
    return tuple(
        Tab(
            name,
            titles.get(name, capital(name)),
            None if entries is None or name not in counted else len(entries),
        )
        for name, entries in parts
    )


def _data(shown: ReportView, drawings: tuple[ViewDrawing, ...]) -> str:
    """What the script works on, as JSON that no HTML parser can mistake for markup."""
    names = {element.id: element.title for element in shown.elements}
    value = {
        "severity": "verified" if shown.verified else "declared",
        "names": names,
        "flows": {flow.id: f"{flow.number} {flow.ends}" for flow in shown.flows},
        "views": [{"name": one.name, "title": one.title, "things": one.things} for one in drawings],
        "paths": {path.number: path.things for path in shown.attack.paths},
        "facets": facets(shown),
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
