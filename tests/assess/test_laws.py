"""What holds for every model: tried on small systems of many shapes, with all shipped rules."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assess.judging import assessment
from threatdsl.assess.assessment import Assessment

# One class that each of the searching and flow rules asks for, one that detects, one that responds.
CLASSES = ("authorization", "input-validation", "audit-logging", "monitoring", "backup", "redaction")
HEAD = """
data secret "Secret" { confidentiality restricted; integrity critical; availability high }
data public-data "Public" { confidentiality public; integrity low; availability low }
boundary outside "Outside" { trust untrusted; actor person "Person" }
"""
NAMES = ("front", "back", "store")


@st.composite
def systems(draw: st.DrawFn, *, controls: bool = True) -> dict[str, tuple[str, ...]]:
    """The statements of a small system: the facts of each element and the flows."""
    facts: dict[str, tuple[str, ...]] = {}
    for name in NAMES:
        stated = [draw(st.sampled_from(("stores [secret]", "stores []")))] if name == "store" else ['technology "x"']
        if name == "front":
            stated.append(draw(st.sampled_from(("serves [web, api]; parses [xml]", "serves [admin]", "replicas 1"))))
        classes = draw(st.lists(st.sampled_from(CLASSES), unique=True, max_size=3)) if controls else []
        if classes:
            stated.append(f"controls [{', '.join(classes)}]")
        facts[name] = tuple(stated)
    ends = [(a, b) for a in ("person", *NAMES) for b in NAMES if a != b]
    bodies = ("carries [secret]", "carries [public-data]; returns [secret]", "protocol http", "carries []; returns []")
    chosen = draw(st.lists(st.sampled_from(ends), unique=True, min_size=1, max_size=4))
    facts["flows"] = tuple(f"flow {a} -> {b} {{ {draw(st.sampled_from(bodies))} }}" for a, b in chosen)
    return facts


def text(system: Mapping[str, tuple[str, ...]], *, reverse: bool = False, extra: str = "") -> str:
    kinds = {"front": "service", "back": "service", "store": "database"}
    elements = [f'{kinds[name]} {name} "{name.title()}" {{ {"; ".join(system[name])} }}' for name in NAMES]
    flows = list(system["flows"])
    if reverse:
        elements, flows = elements[::-1], flows[::-1]
    inside = "\n  ".join(elements)
    return f'{HEAD}boundary inside "Inside" {{\n  trust internal\n  {inside}\n}}\n' + "\n".join(flows) + extra


def levels(found: Assessment) -> dict[str, tuple[int, int]]:
    return {f.id: (f.severity.inherent.level, f.severity.declared.level) for f in found.findings}


def all_of(found: Assessment) -> dict[str, object]:
    return {f.id: (f.outcome, f.severity, f.finding.message, f.finding.path) for f in found.findings}


FEW = settings(max_examples=25)


@FEW
@given(systems(controls=False))
def test_without_controls_declared_is_inherent(system: dict[str, tuple[str, ...]]) -> None:
    for id_, (inherent, declared) in levels(assessment(text(system))).items():
        assert inherent == declared, id_


@FEW
@given(systems(), st.sampled_from(NAMES), st.sampled_from(CLASSES))
def test_one_more_control_never_raises_a_severity(system: dict[str, tuple[str, ...]], name: str, class_: str) -> None:
    stated = system[name]
    if any(fact.startswith("controls") for fact in stated):
        more = tuple(fact.replace("]", f", {class_}]") if fact.startswith("controls") else fact for fact in stated)
        if any(class_ in fact for fact in stated):
            return
    else:
        more = (*stated, f"controls [{class_}]")
    before, after = levels(assessment(text(system))), levels(assessment(text({**system, name: more})))
    for id_, (inherent, declared) in after.items():
        if id_ in before:
            assert inherent == before[id_][0], id_
            assert declared <= before[id_][1], id_


@FEW
@given(systems())
def test_an_unrelated_component_changes_no_other_finding(system: dict[str, tuple[str, ...]]) -> None:
    lonely = '\nboundary island "Island" { trust internal; service lonely "Lonely" { technology "x" } }'
    before, after = all_of(assessment(text(system))), all_of(assessment(text(system, extra=lonely)))
    assert {id_: found for id_, found in after.items() if "lonely" not in id_} == before


@FEW
@given(systems())
def test_the_order_of_declaration_changes_nothing(system: dict[str, tuple[str, ...]]) -> None:
    one, other = assessment(text(system)), assessment(text(system, reverse=True))
    assert all_of(one) == all_of(other)
    assert [found.id for found in one.findings] == [found.id for found in other.findings]
    asked = [{(q.element, q.fact, frozenset(q.settles)) for q in found.questions} for found in (one, other)]
    assert asked[0] == asked[1]


@FEW
@given(systems())
def test_ids_are_unique_and_name_things_of_the_model(system: dict[str, tuple[str, ...]]) -> None:
    found = assessment(text(system))
    ids = [f.id for f in found.findings]
    assert len(ids) == len(set(ids))
    for f in found.findings:
        assert f.finding.elements
        assert set(f.finding.elements) <= set(found.model.things)
        assert set(f.finding.at_stake) <= set(found.model.things)
        assert f.id == f"{f.finding.rule.id}@{','.join(f.finding.elements)}"


@FEW
@given(systems())
def test_no_question_is_without_a_fact_and_no_finding_without_a_proof(system: dict[str, tuple[str, ...]]) -> None:
    found = assessment(text(system))
    assert all(question.settles and question.text for question in found.questions)
    for f in found.findings:
        assert f.finding.proof[-1].text == f.finding.outcome
        assert all(step.spans for step in f.finding.proof[:-1]), f.id
