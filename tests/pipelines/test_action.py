"""The action for GitHub: one gate, its results written in any case, and no input that is run."""

import json

import pytest

from tests.cli.changing import LOOK
from tests.cli.running import write
from tests.pipelines.runner import ACTION, Machine, read_yaml, run_action

PASSES = '<testsuite><testcase classname="abuse" name="huge_order"/></testsuite>'
NEW = "disclosure.cleartext-crossing@web->orders-db"


def test_a_change_that_makes_nothing_worse_passes(machine: Machine) -> None:
    machine.repository.add('assumption power "The power is on" { owner "a@b.example" }\n')
    machine.repository.commit("A change")
    step = run_action(machine, base=machine.commit_of("main"), model="shop.threat")
    assert (step.done.code, step.done.out) == (0, "")
    assert "the gate passed" in step.summary


def test_a_change_that_makes_something_worse_fails_and_still_writes_all_results(machine: Machine) -> None:
    machine.repository.add(LOOK)
    machine.repository.commit("A change")
    base = machine.commit_of("main")
    step = run_action(machine, base=base, model="shop.threat", policy="pr")
    assert step.done.code == 1
    assert "::error file=shop.threat,line=2,title=gate (pr) failed%3A shop::1 new open finding" in step.done.out
    (run,) = json.loads(step.read("sarif-file"))["runs"]
    states = {result["ruleId"]: result["baselineState"] for result in run["results"] if NEW in json.dumps(result)}
    assert states == {"disclosure.cleartext-crossing": "new"}
    assert step.read("comment-file") == step.summary
    assert f"compared with `{base} ({base[:12]})`" in step.summary
    assert NEW.partition("@")[0] in step.summary


def test_without_a_baseline_the_whole_model_is_judged(machine: Machine) -> None:
    assert run_action(machine, base="", model="shop.threat").done.code == 1
    assert run_action(machine, base=machine.commit_of("main"), model="shop.threat", baseline="").done.code == 1


def test_a_baseline_that_is_not_there_is_an_error(machine: Machine) -> None:
    step = run_action(machine, base="0" * 40, model="shop.threat")
    assert (step.done.code, "there is no revision" in step.done.err) == (2, True)


def test_a_wrong_model_is_an_error_with_results(machine: Machine) -> None:
    machine.repository.add("service {\n")
    step = run_action(machine, base="", model="shop.threat")
    assert (step.done.code, "::error file=shop.threat" in step.done.out) == (2, True)
    assert json.loads(step.read("sarif-file"))["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert "#### Mistakes" in step.summary


def test_decisions_of_the_change_count_where_the_workflow_says_so(machine: Machine) -> None:
    machine.repository.add(LOOK)
    machine.repository.add(
        'dismiss disclosure.cleartext-crossing on web -> orders-db until 2999-12-31 { reason "A test" }\n'
    )
    machine.repository.edit("; longest-acceptance 365d", "")
    machine.repository.git("switch", "-q", "main")
    machine.repository.commit("No limit, and all that follows")
    machine.repository.git("switch", "-q", "-C", "change")
    base = machine.commit_of("main")
    machine.repository.add(LOOK.replace("web ->", "customer ->"))
    machine.repository.add(
        'dismiss disclosure.cleartext-crossing on customer -> orders-db until 2999-12-31 { reason "A test" }\n'
    )
    machine.repository.commit("A change")
    open_now = "open: disclosure.cleartext-crossing@customer->orders-db".replace(":", "%3A")
    judged = {who: run_action(machine, base=base, model="shop.threat", decisions=who) for who in ("baseline", "head")}
    assert {who: open_now in step.done.out for who, step in judged.items()} == {"baseline": True, "head": False}


def test_several_models_are_one_check(machine: Machine) -> None:
    write(machine.repository.folder, "other place/more.threat", 'model more "More" { }\n')
    step = run_action(machine, base="", model="shop.threat\nother place/more.threat\n")
    assert step.done.code == 1
    assert len(json.loads(step.read("sarif-file"))["runs"]) == 2


def test_results_are_wrapped_before_the_check(machine: Machine) -> None:
    write(machine.repository.folder, "build/abuse.xml", PASSES)
    step = run_action(machine, base="", model="shop.threat", evidence="abuse build/abuse.xml\n", environment="staging")
    envelope = json.loads((machine.repository.folder / "build/abuse.xml.evidence.json").read_text())
    assert (envelope["checks"], envelope["environment"]) == (["abuse"], "staging")
    assert "https://git.example.org/shop/web/actions/runs/7" in json.dumps(envelope)
    assert machine.commit_of("HEAD").startswith(envelope["commit"])
    assert step.done.code == 1


def test_a_result_that_is_not_there_is_an_error(machine: Machine) -> None:
    step = run_action(machine, base="", model="shop.threat", evidence="abuse build/abuse.xml")
    assert (step.done.code, "there is no file build/abuse.xml" in step.done.err) == (2, True)


def test_results_go_where_the_workflow_says(machine: Machine) -> None:
    step = run_action(machine, base="", model="shop.threat", sarif_file="out/a b.sarif", comment_file="out/$(id).md")
    assert step.outputs == {"sarif-file": "out/a b.sarif", "comment-file": "out/$(id).md"}
    names = sorted(path.name for path in (machine.repository.folder / "out").iterdir())
    assert names == ["$(id).md", "a b.sarif"]


HOSTILE = ("$(touch x)", "`touch x`", '"; touch x; "', "; touch x", "$(touch x).threat", "shop.threat; touch x", "*")


@pytest.mark.parametrize("text", [*HOSTILE, "--output=x", "-ox"])
@pytest.mark.parametrize("name", ["model", "baseline", "decisions", "policy"])
def test_no_input_is_run_or_taken_for_an_option(machine: Machine, name: str, text: str) -> None:
    step = run_action(machine, base="", **{"model": "shop.threat", name: text})
    assert step.done.code == 2, step.done.out
    assert not (machine.repository.folder / "x").exists()


@pytest.mark.parametrize("text", [*HOSTILE, "--commit=x y", "abuse --run-url=x"])
def test_no_evidence_is_run_or_taken_for_an_option(machine: Machine, text: str) -> None:
    step = run_action(machine, base="", model="shop.threat", evidence=text)
    assert step.done.code == 2, step.done.out
    assert not (machine.repository.folder / "x").exists()


def test_no_script_of_the_action_holds_an_expression() -> None:
    steps = read_yaml(ACTION)["runs"]["steps"]
    assert [step["name"] for step in steps if "${{" in step["run"]] == []
    assert all(step["shell"] == "bash" for step in steps)


def test_every_output_comes_from_the_step_that_checks() -> None:
    outputs = read_yaml(ACTION)["outputs"]
    assert {name: one["value"] for name, one in outputs.items()} == {
        name: f"${{{{ steps.check.outputs.{name} }}}}" for name in ("sarif-file", "comment-file")
    }


def test_the_action_installs_itself(machine: Machine) -> None:
    (step,) = (one for one in read_yaml(ACTION)["runs"]["steps"] if one["name"].startswith("Install"))
    tools = write(
        machine.folder, "bin/python3", '#!/bin/sh\nmkdir -p "$3/bin"; ln -s "$(which echo)" "$3/bin/python"\n'
    )
    tools.chmod(0o755)
    path = machine.folder / "path"
    done = machine.bash(
        step["run"], RUNNER_TEMP=str(machine.folder), GITHUB_ACTION_PATH="/an action", GITHUB_PATH=str(path)
    )
    assert (done.code, done.out) == (0, "-m pip install --quiet /an action\n"), done.err
    assert path.read_text() == f"{machine.folder}/threatdsl/bin\n"
