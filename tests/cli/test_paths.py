"""`threatdsl paths`: how attackers get to the data at stake."""

import json
from pathlib import Path

import jsonschema

from tests.cli.running import DAY, SHOP, threatdsl, write
from tests.evidence.corpus import CORPUS, needs_corpus

SCHEMA = CORPUS / "schemas" / "sarif-schema-2.1.0.oasis.json"


def test_each_path_is_told_step_by_step_with_its_weakest_marked(tmp_path: Path) -> None:
    done = threatdsl("paths", SHOP, "--now", DAY, cwd=tmp_path)
    assert done.code == 0
    assert "possible, as nobody has stated all that they hang on:\n\n1. From Support agent to Audit trail" in done.out
    assert done.out.count("(weakest)") == done.out.count(". From ")
    assert "Support console alone stands between all entries and the data at stake." in done.out


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


def test_a_model_without_classified_data_gets_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, "bare.threat", 'model bare "Bare" {}\nactor someone "Someone"\n')
    done = threatdsl("paths", "bare.threat", "--now", DAY, cwd=tmp_path)
    assert (done.code, done.out.splitlines()[2:]) == (
        0,
        ["No data of the model is classified, so nothing is known to be at stake."],
    )
