"""The forms of attack paths: text, JSON and SARIF, also where titles try to break out of them."""

import json
import unicodedata
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from tests.attack.walking import TAMPER, taken, walked
from tests.report.building import flow, refs
from tests.report.hostile import LABELS
from threatdsl.assess.assessment import Assessment
from threatdsl.attack.search import attack_paths
from threatdsl.report.attack import attack_view
from threatdsl.report.attack_text import paths_data, paths_text
from threatdsl.report.pipeline.sarif_paths import sarif_paths
from threatdsl.report.pipeline.sarif_places import Places
from threatdsl.report.result import to_json
from threatdsl.report.saved import paths_schema
from threatdsl.rules.finding import Outcome

CONTROL = "a\x1b[31mred\x07\r\nnext::error::x\u2028y"
BIDI = "user\u202etxt.exe\u2066"
LINK = "[click](https://e.example)"
HOSTILE = {**LABELS, "control": CONTROL, "bidi": BIDI, "link": LINK}
LINE = (("in", "web"), ("web", "store"))


def titled(title: str) -> Assessment:
    """A path whose elements, data, model and rule all bear a title."""
    rule = replace(TAMPER, title=title)
    base = walked(LINE, (taken("web"), taken("store", outcome=Outcome.UNASSESSED)))
    findings = tuple(replace(found, finding=replace(found.finding, rule=rule)) for found in base.findings)
    things = {id_: replace(thing, title=title) for id_, thing in base.model.things.items()}
    model = replace(base.model, things=things, head=replace(base.model.head, title=title))
    return replace(base, model=model, findings=findings)


def forms(assessment: Assessment) -> tuple[str, dict[str, Any], dict[str, Any]]:
    found = attack_paths(assessment)
    text = paths_text(assessment, found, str)
    data = json.loads(to_json(paths_data(assessment, found)))
    return text, data, json.loads(sarif_paths(assessment, found, Places(str, {})))


def texts_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in texts_in(item)]


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_a_title_stays_text_on_a_terminal_and_in_sarif(title: str) -> None:
    text, data, log = forms(titled(title))
    shown = [*text.splitlines(), *texts_in(log["runs"][0]["results"])]
    for line in shown:
        odd = {c for c in line if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}
        assert odd <= set("\u200c\u200d\u2068\u2069"), line
        assert "::error" not in line
    assert not any("](" in message for message in texts_in(log["runs"][0]["results"]))
    assert data["model"]["title"] == title


@pytest.mark.parametrize("title", [CONTROL, BIDI], ids=["control", "bidi"])
def test_what_templates_get_has_no_control_characters(title: str) -> None:
    assessment = titled(title)
    shown = attack_view(assessment, attack_paths(assessment))
    said = (shown.lead, shown.separating, shown.paths[0].title, shown.paths[0].sentence, shown.paths[0].hops[0].note)
    assert not any(unicodedata.category(c) == "Cc" and not c.isspace() for text in said for c in text)


def test_titles_from_right_to_left_are_kept_apart_from_the_arrow() -> None:
    text, _, _ = forms(titled(LABELS["hebrew"]))
    apart = f"\u2068{LABELS['hebrew']}\u2069"
    assert f"{apart} -> {apart}" in text
    assert f"From {apart} to {apart}" in text


@pytest.mark.parametrize(
    "assessment",
    [walked(LINE, (taken("web"), taken("store"))), walked(LINE, ()), titled(CONTROL)],
    ids=["paths", "none", "hostile"],
)
def test_the_json_follows_its_schema_and_names_nothing_beside_it(assessment: Assessment) -> None:
    schema = json.loads(paths_schema())
    _, data, _ = forms(assessment)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(data)] == []
    assert set(data) == set(schema["$defs"]["PathsResult"]["properties"])


def test_a_possible_path_is_for_review_and_an_open_one_fails() -> None:
    both = walked(
        (*LINE, ("a", "store")), (taken("web", outcome=Outcome.UNASSESSED), taken("store")), entries=("in", "a")
    )
    _, _, log = forms(both)
    (run,) = log["runs"]
    assert [(result["kind"], result["level"]) for result in run["results"]] == [("fail", "error"), ("review", "none")]
    steps = [result["codeFlows"][0]["threadFlows"][0]["locations"] for result in run["results"]]
    assert [len(way) for way in steps] == [1, 2]
    assert run["tool"]["driver"]["rules"][0]["id"] == run["results"][0]["ruleId"] == "attack-path"
    prints = {result["partialFingerprints"]["threatdsl/v1"] for result in run["results"]}
    assert len(prints) == 2


def test_a_path_without_a_finding_on_its_last_step_says_by_whose_authority() -> None:
    base = walked(LINE, (taken("web"),))
    things = {**base.model.things, "web->store": flow("web", "store", carries=(), returns=refs("card"))}
    text, data, log = forms(replace(base, model=replace(base.model, things=things)))
    assert "with the authority of web" in text
    assert data["paths"][0]["steps"][1]["finding"] == ""
    assert data["paths"][0]["steps"][1]["outcome"] is None
    assert "with the authority of web" in texts_in(log)
