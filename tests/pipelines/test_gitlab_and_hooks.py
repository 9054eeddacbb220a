"""The template for GitLab and the hooks for pre-commit."""

import json

import pytest

from tests.cli.changing import LOOK
from tests.cli.running import write
from tests.pipelines.runner import GITLAB, Machine, read_yaml, run_gitlab, run_hook


def test_a_merge_request_fails_only_for_what_it_makes_worse(machine: Machine) -> None:
    base = machine.commit_of("main")
    assert run_gitlab(machine, base=base, THREATDSL_MODEL="shop.threat").code == 0
    assert run_gitlab(machine, THREATDSL_MODEL="shop.threat").code == 1
    machine.repository.add(LOOK)
    done = run_gitlab(machine, base=base, THREATDSL_MODEL="shop.threat", THREATDSL_POLICY="pr")
    assert (done.code, "open disclosure.cleartext-crossing@web->orders-db [new]" in done.out) == (1, True)


def test_the_reports_are_those_that_the_job_hands_on(machine: Machine) -> None:
    machine.repository.add(LOOK)
    assert run_gitlab(machine, base=machine.commit_of("main"), THREATDSL_MODEL="shop.threat").code == 1
    reports = read_yaml(GITLAB)["threatdsl"]["artifacts"]["reports"]
    texts = {name: (machine.repository.folder / file).read_text(encoding="utf-8") for name, file in reports.items()}
    assert texts.keys() == {"codequality", "junit"}
    assert "disclosure.cleartext-crossing" in {issue["check_name"] for issue in json.loads(texts["codequality"])}
    assert '<testsuite name="gate.shop"' in texts["junit"]


@pytest.mark.parametrize("text", ["$(touch x)", '"; touch x; "', "; touch x", "--output=x"])
@pytest.mark.parametrize("name", ["THREATDSL_MODEL", "THREATDSL_POLICY", "THREATDSL_DECISIONS"])
def test_no_variable_is_run(machine: Machine, name: str, text: str) -> None:
    assert run_gitlab(machine, **{"THREATDSL_MODEL": "shop.threat", name: text}).code == 2
    assert not (machine.repository.folder / "x").exists()


def test_the_hook_of_the_layout_fails_until_the_model_is_laid_out(machine: Machine) -> None:
    write(machine.repository.folder, "small.threat", 'model   small "Small" { }\n')
    done = run_hook(machine, "threatdsl-fmt", ["small.threat", "README.md"])
    assert done is not None
    assert (done.code, "would lay out small.threat" in done.err) == (1, True)
    machine.bash("threatdsl fmt small.threat")
    again = run_hook(machine, "threatdsl-fmt", ["small.threat"])
    assert again is not None
    assert again.code == 0


def test_the_hook_of_the_check_leaves_tests_of_rules_out(machine: Machine) -> None:
    assert run_hook(machine, "threatdsl-check", ["rules/own.test.threat", "README.md"]) is None
    failed = run_hook(machine, "threatdsl-check", ["shop.threat"])
    library = run_hook(machine, "threatdsl-check", ["own.threat", "rules/own.test.threat"])
    beside = run_hook(machine, "threatdsl-check", ["shop.threat"], args=["--policy", "pr", "--baseline", "HEAD"])
    assert [done.code for done in (failed, library, beside) if done is not None] == [1, 0, 0]


RULE = """
library acme "Ours" { owner "a@b.example" }
rule acme.shared "Shared" { stride repudiation; likelihood 2; for service s; when s.tenants == shared; message "{s}" }
"""
TEST = """
model acme-test "Shared and alone" { }
# open: acme.shared
service shared "For several" { tenants shared }
# none: acme.shared
service alone "For one" { tenants single }
"""


def test_the_hook_of_rule_tests_runs_the_whole_folder(machine: Machine) -> None:
    write(machine.repository.folder, "rules/acme.threat", RULE)
    write(machine.repository.folder, "rules/acme.test.threat", TEST)
    passed = run_hook(machine, "threatdsl-test", ["rules/acme.threat"])
    assert passed is not None
    assert (passed.code, "1 of 1 tests passed" in passed.out) == (0, True), passed.out + passed.err
    write(machine.repository.folder, "rules/acme.test.threat", TEST.replace("# open", "# none"))
    failed = run_hook(machine, "threatdsl-test", ["rules/acme.threat"])
    assert failed is not None
    assert failed.code == 1
