"""On paper every diagram can be read, whatever the size of the model."""

import re

from tests.report.building import assessment, flow, model, thing, word
from threatdsl.assess.assessment import Assessment
from threatdsl.report.document.diagrams import Part, diagrams
from threatdsl.report.document.sheets import LEAST_TEXT, POINT, SHEETS, SMALLEST_TEXT, Placement
from threatdsl.report.edition import Audience, Edition
from threatdsl.report.view import view

WARDS = (  # boundary, the one around it, trust, elements
    ("internet", None, "untrusted", 5),
    ("estate", None, "internal", 8),
    ("wards", "estate", "internal", 12),
    ("lab", "estate", "internal", 9),
    ("imaging", "wards", "internal", 9),
    ("records", "estate", "restricted", 9),
    ("vault", "records", "restricted", 5),
    ("partners", None, "partner", 5),
)
KINDS = ("service", "database", "service", "job", "queue")


def hospital() -> Assessment:
    """Sixty-two elements in eight boundaries, some within others, and a hundred flows near and far."""
    zones = [thing(name, "boundary", name.title(), 5, up, trust=word("trust", trust)) for name, up, trust, _ in WARDS]
    places = [(name, number) for name, _, _, size in WARDS for number in range(size)]
    made = [thing(f"{zone}-{n}", KINDS[n % 5], f"Number {n} of the {zone}", 10, zone) for zone, n in places]
    count = len(made)
    ends = [(n % count, (n % count + 1 if n % 3 else n * 17 + 5) % count) for n in range(100)]
    flows = [flow(made[a].id, made[b].id, f"Send thing {n}", id_=f"f{n}") for n, (a, b) in enumerate(ends) if a != b]
    return assessment(model([*zones, *made, *flows]))


def test_no_text_of_a_diagram_on_paper_is_under_five_points() -> None:
    found = diagrams(view(hospital(), Edition(audience=Audience.AUDIT)), SHEETS["a4"])
    placement, parts = found["placement"], found["parts"]
    assert isinstance(placement, Placement)
    assert isinstance(parts, tuple)
    assert placement.text >= LEAST_TEXT
    assert {part.title: _text(part) for part in parts if _text(part) < LEAST_TEXT} == {}
    assert len(parts) > 5


def _text(part: Part) -> float:
    """The size of the smallest text on paper, in points."""
    width = re.search(r'viewBox="0 0 ([\d.]+)', part.drawing)
    assert width is not None
    return round(SMALLEST_TEXT * part.width / POINT / float(width[1]), 1)
