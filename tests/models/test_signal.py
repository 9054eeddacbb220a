"""Few findings and only true ones: what is unrelated changes nothing, and what is controlled is not open."""

import shutil
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.checking import EXAMPLES
from threatdsl.model.consistency import reaches_from
from threatdsl.model.graph import build_graph
from threatdsl.model.load import load
from threatdsl.model.model import Model
from threatdsl.model.problems import Problems
from threatdsl.model.things import ControlRef, Fact, Thing
from threatdsl.rules.analyse import analyse
from threatdsl.rules.finding import Analysis
from threatdsl.rules.load import load_rules

SHOP = EXAMPLES / "web-shop" / "web-shop.threat"
NAMES = (SHOP, EXAMPLES / "online-boutique" / "online-boutique.threat")
KINDS = ("service", "gateway", "identity-provider", "database", "log", "vault", "queue", "actor", "external", "device")
FACTS = (
    "serves [web, api, admin, files]",
    "serves [uploads, metrics, debug]",
    "parses [xml, address, script]",
    "parses unknown",
    "language c",
    "tenants shared",
    "replicas 1",
    "lacks [authorization, audit-logging]",
    "controls [encryption-at-rest, monitoring]",
)
NEW = ("unrelated", "elsewhere")
TRUST = ("trust untrusted", "trust partner", "trust internal", "trust restricted", "")


@st.composite
def components(draw: st.DrawFn) -> str:
    """A boundary of its own with one component that nothing calls and that calls nothing."""
    kind, trust = draw(st.sampled_from(KINDS)), draw(st.sampled_from(TRUST))
    facts = draw(st.lists(st.sampled_from(FACTS), unique_by=lambda fact: fact.split()[0], max_size=6))
    body = f"{{ {'; '.join(facts)} }}" if facts else ""
    return f'boundary elsewhere "Elsewhere" {{\n  {trust}\n  {kind} unrelated "Unrelated" {body}\n}}\n'


def outcomes(analysis: Analysis) -> Mapping[str, str]:
    asked = {id_: "question" for question in analysis.questions for id_ in question.settles}
    return {**asked, **{finding.id: finding.outcome.value for finding in analysis.findings}}


@pytest.fixture(scope="module", params=NAMES)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An example copied to a folder of its own."""
    source: Path = request.param
    folder = tmp_path_factory.mktemp("example") / source.parent.name
    shutil.copytree(source.parent, folder)
    return folder / source.name


@cache
def alone(path: Path) -> Mapping[str, str]:
    return outcomes(analysis_of(model_of(path)))


def model_of(path: Path) -> Model:
    loaded = load(path)
    assert loaded.model is not None, loaded.diagnostics
    return loaded.model


def analysis_of(model: Model) -> Analysis:
    return analyse(model, load_rules(model, Problems()))


@settings(max_examples=25)
@given(component=components())
def test_an_unrelated_component_changes_no_other_finding(example: Path, component: str) -> None:
    before = alone(example)
    larger = example.with_name("larger.threat")
    larger.write_text(example.read_text(encoding="utf-8") + component, encoding="utf-8")
    analysis = analysis_of(model_of(larger))
    after = outcomes(analysis)
    assert {id_: after.get(id_) for id_ in before} == before
    of_itself = {id_ for q in analysis.questions if q.element in NEW for id_ in q.settles}
    assert {id_ for id_ in after.keys() - before.keys() - of_itself if not any(name in id_ for name in NEW)} == set()


def with_every_control(model: Model) -> Model:
    """The model in which every place has every control that can stand there, and nothing is lacking or optional."""
    things = {id_: _controlled(thing, model) for id_, thing in model.things.items()}
    return msgspec.structs.replace(model, things=things, graph=build_graph(things, model.vocabulary))


def _controlled(thing: Thing, model: Model) -> Thing:
    classes = [name for name, c in model.vocabulary.classes.items() if reaches_from(c, thing.kind, model.vocabulary)]
    if not model.vocabulary.is_a(thing.kind, "place"):
        return thing
    facts = {name: fact for name, fact in thing.facts.items() if name not in ("lacks", "optional", "controls")}
    controls = Fact(tuple(ControlRef(name, anonymous=True) for name in classes), thing.span)
    return msgspec.structs.replace(thing, facts={**facts, "controls": controls})


def test_a_web_shop_with_every_control_has_nothing_open_and_nothing_unassessed() -> None:
    model = with_every_control(model_of(SHOP))
    found = {id_: outcome for id_, outcome in outcomes(analysis_of(model)).items() if not id_.startswith("manual.")}
    assert Counter(found.values())["mitigated"] > 0
    assert {id_: outcome for id_, outcome in found.items() if outcome not in ("mitigated", "question")} == {}
