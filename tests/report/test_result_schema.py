"""The JSON result: it follows its published schema, and can be read back as a baseline."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.report.comparing import checked, compared, mistake
from tests.report.hostile import hostile
from tests.report.shop import shop
from threatdsl.report.checked import Checked
from threatdsl.report.result import result, results
from threatdsl.report.saved import ResultError, read_result, schema

MODELS = {
    "plain": [checked(shop())],
    "compared": [checked(compared())],
    "wrong": [checked(None, "shop", mistake("no such property"))],
    "several": [checked(shop()), checked(hostile(), "evil")],
}


def saved(models: list[Checked]) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(results(models))
    return fields


@pytest.mark.parametrize("models", MODELS.values(), ids=MODELS)
def test_a_result_follows_the_schema(models: list[Checked]) -> None:
    validator = Draft202012Validator(json.loads(schema()))
    assert [error.message for error in validator.iter_errors(saved(models))] == []


@pytest.mark.parametrize("name", ["plain", "compared", "wrong"])
def test_a_saved_result_is_read_back_as_it_was(name: str) -> None:
    assert read_result(results(MODELS[name])) == result(MODELS[name][0])


def test_a_result_holds_the_teams_own_files_and_no_others() -> None:
    assert saved([checked(compared())])["sources"] == [{"file": "shop.threat", "text": "model shop"}]


def test_without_a_baseline_nothing_has_changed() -> None:
    plain = saved([checked(shop())])
    assert plain["baseline"] is None
    assert {(found["change"], found["why"]) for found in plain["findings"]} == {(None, None)}


def test_with_a_baseline_each_finding_says_what_became_of_it() -> None:
    fields = saved([checked(compared())])
    first, second, third, *_ = fields["findings"]
    assert (first["change"], second["change"], third["change"]) == ("new", "kept", "unchanged")
    assert second["why"] == "nobody says why it would be better"
    assert fields["baseline"]["baseline"] == "origin/main"
    assert [gone["why"] for gone in fields["baseline"]["fixed"]] == ["the control is proven"]
    assert [gone["control_class"] for gone in fields["baseline"]["removed"]] == ["rate-limiting"]
    assert [said["line"] for said in fields["baseline"]["pending"]] == [7]


def test_a_field_that_is_wrong_is_named() -> None:
    fields = saved([checked(shop())])
    fields["findings"][0]["line"] = "12"
    with pytest.raises(ResultError, match=r"findings\[0\]\.line"):
        read_result(json.dumps(fields).encode())
    del fields["sources"]
    fields["findings"] = []
    with pytest.raises(ResultError, match="sources"):
        read_result(json.dumps(fields).encode())


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[]", b"null", b'{"schema": "threatdsl/result/9"}', b"[" * 9999]
)
def test_what_is_no_result_is_told(content: bytes) -> None:
    with pytest.raises(ResultError):
        read_result(content)


def test_a_field_of_a_later_version_is_no_mistake() -> None:
    fields = saved([checked(shop())]) | {"later": 1}
    assert read_result(json.dumps(fields).encode()) == result(checked(shop()))
