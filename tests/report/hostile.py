"""Models that are hard to show: hostile labels, odd shapes, sizes."""

from itertools import pairwise
from typing import TYPE_CHECKING

from tests.report.building import LACKS, assessment, finding, flow, model, refs, rule, span, thing, word
from threatdsl.assess.assessment import Assessment
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.rules.finding import Outcome, Question, Stride

if TYPE_CHECKING:
    from threatdsl.model.things import Thing

LABELS = {
    "script": "<script>alert('x')</script>",
    "image": '<img src="file:///etc/passwd">',
    "css": "url(https://example.org/x) </style> @import 'y';",
    "quotes": "\"double\" 'single' `tick`",
    "braces": r"{record|port} \N \G \l C:\new\table",
    "entity": "&lt;b&gt; &amp; &#65; &nbsp;",
    "emoji": "Fire 🔥 and family",
    "chinese": "決済サービス 支払い",
    "hebrew": "שירות תשלומים",
    "arabic": "خدمة الدفع",
    "template": "{{ 7 * 7 }} {% raw %}",
    "comment": "<!-- --> ]]> <![CDATA[ x",
    "wide": "Anextraordinarilylongwordwithoutanyplacetobreakitwhichgoesonandon",
}
EVIL = rule("evil.labels", LABELS["script"], Stride.TAMPERING, LABELS["image"], ("CWE-79",))


def hostile() -> Assessment:
    """Every label as an element, a flow, a boundary, a data asset, a finding, a question."""
    things: list[Thing] = []
    names = list(LABELS)
    for line, (name, label) in enumerate(LABELS.items(), 10):
        things.append(thing(f"zone-{name}", "boundary", label, line, trust=word("trust", "internal")))
        things.append(thing(name, "service", label, line, f"zone-{name}", technology=label))
        things.append(thing(f"data-{name}", "data", label, line))
    for source, target in pairwise(names):
        things.append(flow(source, target, LABELS[source], carries=refs(f"data-{source}"), lacks=LACKS))
    head = thing("evil", "model", LABELS["script"], summary=LABELS["css"], owner=LABELS["image"])
    findings = tuple(
        finding(EVIL, (name,), Outcome.OPEN, label, label, levels=(Level.HIGH, Level.HIGH))
        for name, label in LABELS.items()
    )
    questions = tuple(Question(name, label, label, (), span(9)) for name, label in LABELS.items())
    return assessment(model(things, head), findings, questions)


def odd_shapes() -> Model:
    """Self-calls, several flows of a pair, both ways, no flows, an empty boundary, deep nesting, no boundary."""
    zones = [
        thing(f"z{depth}", "boundary", f"Zone {depth}", depth, f"z{depth - 1}" if depth else None) for depth in range(6)
    ]
    return model(
        [
            *zones,
            thing("empty", "boundary", "Nothing inside", trust=word("trust", "restricted")),
            thing("alone", "service", "Alone"),
            thing("out", "actor", "Outside"),
            thing("top", "service", "Top", 10, "z0"),
            thing("deep", "queue", "Deep", 10, "z5"),
            thing("loop", "service", "Loop", 10, "z2", trust=word("trust", "restricted")),
            flow("out", "deep", "a", id_="one"),
            flow("out", "deep", "b", id_="two"),
            flow("deep", "out", "c"),
            flow("loop", "loop", "again", id_="again", lacks=LACKS),
            flow("loop", "loop"),
            flow("top", "loop", id_="down"),
            flow("loop", "top", id_="up"),
            flow("loop", "deep"),
            flow("deep", "top"),
        ]
    )


def large(elements: int, flows: int) -> Model:
    """A model of this size in four zones, the same each time."""
    trusts = ("untrusted", "partner", "internal", "restricted")
    kinds = ("actor", "service", "service", "database")
    zones = [thing(f"zone-{trust}", "boundary", trust.title(), trust=word("trust", trust)) for trust in trusts]
    made = [
        thing(f"e{n}", kinds[n % 4], f"Element number {n}", 10 + n, f"zone-{trusts[n % 4]}", technology="Go 1.24")
        for n in range(elements)
    ]
    pairs = dict.fromkeys((n % elements, (n * 7 + n // elements + 1) % elements) for n in range(flows))
    return model([*zones, *made, *(flow(f"e{a}", f"e{b}", f"Call {a} to {b}", carries=()) for a, b in pairs)])
