"""`threatdsl paths`: how attackers get to the data at stake."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema

from tests.cli.running import DAY, ROOT, SHOP, threatdsl, write
from tests.evidence.corpus import CORPUS, needs_corpus

CASES = ROOT / "tests" / "cases" / "paths"
Golden = Callable[[Path, str], None]
SCHEMA = CORPUS / "schemas" / "sarif-schema-2.1.0.oasis.json"

CERTAIN = """
model lane "Lane" { owner "team@example.org" }
data card "Cardholder data" { confidentiality restricted }
actor customer "Customer"
boundary cloud "Account" {
  trust internal
  gateway edge "Edge"
  service web "Web shop" { serves [api]; parses command; lacks [parameterised-commands] }
  database cards "Card database" { stores [card] }
}
flow customer -> web "Order" { protocol https; carries [card]; returns []; via [edge] }
flow web -> cards { protocol postgres; carries [card]; returns [card] }
"""


def test_each_path_is_told_step_by_step_with_its_weakest_marked(golden: Golden) -> None:
    done = threatdsl("paths", SHOP, "--now", DAY, cwd=ROOT)
    assert done.code == 0
    assert done.out.count("(weakest)") == done.out.count(". From ") == 3
    golden(CASES / "web-shop.txt", done.out)


def test_as_json_it_names_paths_by_ids(tmp_path: Path) -> None:
    result = json.loads(threatdsl("paths", SHOP, "--now", DAY, "--format", "json", cwd=tmp_path).out)
    assert result["schema"] == "threatdsl/paths/1"
    assert (result["paths"][0]["entry"], result["paths"][0]["level"]) == ("agent", "critical")


@needs_corpus
def test_as_sarif_each_path_is_a_code_flow(tmp_path: Path) -> None:
    log = json.loads(threatdsl("paths", SHOP, "--now", DAY, "--format", "sarif", cwd=tmp_path).out)
    jsonschema.validate(log, json.loads(SCHEMA.read_text(encoding="utf-8")))
    results = log["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == {"attack-path"}
    assert all(result["codeFlows"][0]["threadFlows"][0]["locations"] for result in results)


def test_a_certain_path_is_told_and_fails_nothing(tmp_path: Path, golden: Golden) -> None:
    write(tmp_path, "lane.threat", CERTAIN)
    done = threatdsl("paths", "lane.threat", "--now", DAY, cwd=tmp_path)
    assert done.code == 0
    golden(CASES / "certain.txt", done.out)


def test_the_json_of_the_example_follows_the_published_schema(tmp_path: Path) -> None:
    result = json.loads(threatdsl("paths", SHOP, "--now", DAY, "--format", "json", cwd=tmp_path).out)
    published = (ROOT / "docs" / "reference" / "paths.schema.json").read_text(encoding="utf-8")
    assert list(jsonschema.Draft202012Validator(json.loads(published)).iter_errors(result)) == []


def test_a_model_without_classified_data_gets_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, "bare.threat", 'model bare "Bare" {}\nactor someone "Someone"\n')
    done = threatdsl("paths", "bare.threat", "--now", DAY, cwd=tmp_path)
    assert (done.code, done.out.splitlines()[2:]) == (
        0,
        ["No data of the model is classified, so nothing is known to be at stake."],
    )
