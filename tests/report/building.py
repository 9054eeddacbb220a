"""Assessments made by hand, for tests of what reports show."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from threatdsl.assess.assessment import (
    AssessedDecision,
    AssessedFinding,
    Assessment,
    Gate,
    GateReason,
    Score,
    SeverityViews,
)
from threatdsl.diagnostics import Span
from threatdsl.model.graph import Graph
from threatdsl.model.level import Level
from threatdsl.model.model import Model
from threatdsl.model.things import ControlRef, Decision, Fact, FactValue, Flow, Ref, Thing, Word
from threatdsl.model.vocabulary import ControlClass, Kind, Protocol, Scale, Vocabulary
from threatdsl.rules.finding import Finding, Outcome, ProofStep, Question, RuleInfo, Stride, Told

NOW = date(2026, 11, 4)
TRUST = ("untrusted", "partner", "internal", "restricted")
SCALES = {
    "trust": (TRUST, ()),
    "confidentiality": (("public", "internal", "confidential", "restricted"), (1, 2, 4, 5)),
    "integrity": (("low", "medium", "high", "critical"), (1, 3, 4, 5)),
    "availability": (("low", "medium", "high", "critical"), (1, 3, 4, 5)),
}
KINDS = {
    "port": ("port", "element"),
    "element": ("element",),
    "external-entity": ("external-entity", "element"),
    "process": ("process", "element"),
    "datastore": ("datastore", "element"),
    "actor": ("actor", "external-entity", "element"),
    "external": ("external", "external-entity", "element"),
    "service": ("service", "process", "element"),
    "job": ("job", "process", "element"),
    "database": ("database", "datastore", "element"),
    "log": ("log", "datastore", "element"),
    "vault": ("vault", "datastore", "element"),
    "queue": ("queue", "datastore", "element"),
    "flow": ("flow",),
    "boundary": ("boundary",),
    "data": ("data",),
    "model": ("model",),
    "role": ("role",),
    "control": ("control",),
    "environment": ("environment",),
    "assumption": ("assumption",),
    "out-of-scope": ("out-of-scope",),
}


def span(line: int, file: str = "shop.threat") -> Span:
    return Span(file, line, 3, line, 20, line * 40, line * 40 + 17)


def word(scale: str, text: str) -> Word:
    return Word(scale, text, SCALES[scale][0].index(text))


def refs(*ids: str) -> tuple[Ref, ...]:
    return tuple(Ref(id_) for id_ in ids)


def facts(line: int, values: Mapping[str, FactValue]) -> dict[str, Fact]:
    return {name.replace("_", "-"): Fact(value, span(line)) for name, value in values.items()}


def vocabulary() -> Vocabulary:
    here = span(1, "threatdsl:lib/prelude.threat")
    wire = ControlClass(
        "encryption-in-transit", "Nobody reads it", frozenset({"flow"}), "prevent", "likelihood", 2, (), here
    )
    protocols = {
        name: Protocol(name, name, frozenset(secures), frozenset(), frozenset(), here)
        for name, secures in {"https": [wire.name], "grpc": [], "postgres": [], "amqp": []}.items()
    }
    return Vocabulary(
        kinds={name: Kind(name, name, ancestors, {}, (), later=False, span=here) for name, ancestors in KINDS.items()},
        scales={name: Scale(name, name, order, impact, here) for name, (order, impact) in SCALES.items()},
        enumerations={},
        classes={wire.name: wire},
        protocols=protocols,
        relations={},
    )


def thing(id_: str, kind: str, title: str, line: int = 10, parent: str | None = None, **values: FactValue) -> Thing:
    return Thing(id=id_, kind=kind, title=title, span=span(line), facts=facts(line, values), parent=parent)


def flow(source: str, target: str, title: str = "", line: int = 60, id_: str = "", **values: FactValue) -> Flow:
    name = id_ or f"{source}->{target}"
    given = facts(line, values)
    return Flow(id=name, kind="flow", title=title, span=span(line), facts=given, source=source, target=target)


LACKS: tuple[ControlRef, ...] = (ControlRef("encryption-in-transit", anonymous=True),)


def model(things: Iterable[Thing], head: Thing | None = None) -> Model:
    """A model with its graph: boundaries and trust as `parent` and `trust` say."""
    table = {given.id: given for given in things}
    around = {id_: tuple(_around(table, id_)) for id_ in table}
    trust = {id_: found for id_ in table if (found := _trust(table, id_)) is not None}
    flows = [given for given in table.values() if isinstance(given, Flow)]
    graph = Graph(
        boundaries=around,
        trust=trust,
        inbound={id_: tuple(f for f in flows if f.target == id_) for id_ in table},
        outbound={id_: tuple(f for f in flows if f.source == id_) for id_ in table},
        crossing=frozenset(f.id for f in flows if around[f.source][:1] != around[f.target][:1]),
        entries=(),
        exposed=frozenset(),
    )
    return Model(
        head=head or thing("shop", "model", "Web shop", line=1),
        file="shop.threat",
        vocabulary=vocabulary(),
        things=table,
        decisions=(),
        switches=(),
        rules=(),
        graph=graph,
        digest="9b417c0e5ad2f1c803e6b7d41fa9926c77c05b1ed8430ea26c1b94f720d5e38a",
    )


def _around(table: Mapping[str, Thing], id_: str) -> Iterable[str]:
    parent = table[id_].parent
    while parent is not None:
        yield parent
        parent = table[parent].parent


def _trust(table: Mapping[str, Thing], id_: str) -> Word | None:
    for place in (id_, *_around(table, id_)):
        found = table[place].value("trust")
        if isinstance(found, Word):
            return found
    return None


def score(level: Level, terms: str = "L 4 = base 3 + exposed 1; I 4 = order is confidential") -> Score:
    return Score(4, 4, level, terms)


def rule(id_: str, title: str, stride: Stride, text: str, references: tuple[str, ...]) -> RuleInfo:
    return RuleInfo(id_, title, stride, 3, text, "", references, span(3, "threatdsl:rules/core.threat"))


def finding(
    info: RuleInfo,
    elements: tuple[str, ...],
    outcome: Outcome,
    message: str,
    fix: str,
    *,
    levels: tuple[Level, Level],
    decision: Decision | None = None,
) -> AssessedFinding:
    proof = (
        ProofStep("for", f"flow {elements[0]}", (span(58),)),
        ProofStep("when", "it crosses a trust boundary", (span(14), span(20))),
        ProofStep("unless", "nobody has said", ()),
    )
    made = Finding(
        id=f"{info.id}@{','.join(elements)}",
        rule=info,
        elements=elements,
        outcome=Outcome.OPEN if decision else outcome,
        span=span(58),
        account=Told(message, fix, proof),
    )
    return AssessedFinding(made, outcome, SeverityViews(score(levels[0]), score(levels[1])), decision)


def assessment(
    made: Model,
    findings: tuple[AssessedFinding, ...] = (),
    questions: tuple[Question, ...] = (),
    decisions: tuple[AssessedDecision, ...] = (),
) -> Assessment:
    failing = tuple(f.id for f in findings if f.outcome is Outcome.OPEN)
    reasons = (GateReason("fail", f"{len(failing)} findings are open at high or above", failing),) if failing else ()
    return Assessment(
        model=made,
        findings=findings,
        questions=questions,
        decisions=decisions,
        switches=(),
        rules=tuple({f.finding.rule.id: f.finding.rule for f in findings}.values()),
        gate=Gate(not failing, "pr", reasons),
        diagnostics=(),
        now=NOW,
        commit="4f1c9e2a7d03b1e2b8f60c5d9a1177e0f3b2c4d5",
        counts=Counter(f.outcome for f in findings),
    )


def with_model(base: Assessment, made: Model) -> Assessment:
    return replace(base, model=made)


def large_findings(made: Model, count: int) -> Assessment:
    """An assessment with this many findings of low severity."""
    info = rule("denial.example", "Something may be slow", Stride.DENIAL, "Slow is bad.", ("CWE-400",))
    names = [element.id for element in made.elements]
    return assessment(
        made,
        tuple(
            finding(
                info,
                (names[n % len(names)], f"x{n}"),
                Outcome.UNASSESSED,
                f"Case {n} may be slow",
                f"Make case {n} quick",
                levels=(Level.LOW, Level.LOW),
            )
            for n in range(count)
        ),
    )
