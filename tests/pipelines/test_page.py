"""docs/pipelines.md: what it shows runs."""

import re
from typing import Any

import yaml

from tests.cli.running import ROOT, write
from tests.pipelines.runner import GITLAB, Machine, read_yaml, run_action, run_gitlab, run_hook
from tests.pipelines.test_action import PASSES

PAGE = (ROOT / "docs/pipelines.md").read_text(encoding="utf-8")
COMMANDS = re.findall(
    r"^threatdsl .*$", "".join(re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)), re.MULTILINE
)


def shown(name: str) -> Any:  # noqa: ANN401 - what a file of YAML holds is known to whoever reads it
    (text,) = re.findall(rf"^```yaml\n# {re.escape(name)}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return yaml.safe_load(text)


def test_every_command_runs_and_passes_for_a_change_that_makes_nothing_worse(machine: Machine) -> None:
    write(machine.repository.folder, "build/abuse.xml", PASSES)
    machine.bash("git update-ref refs/remotes/origin/main main")
    codes = {command: machine.bash(command).code for command in COMMANDS}
    whole = "threatdsl check shop.threat --policy pr --format json -o ../shop.json"
    assert {command for command, code in codes.items() if code != 0} == {whole}
    assert codes[whole] == 1


def test_the_workflow_gives_the_action_what_it_takes(machine: Machine) -> None:
    write(machine.repository.folder, "build/abuse.xml", PASSES)
    steps = shown(".github/workflows/threat-model.yml")["jobs"]["check"]["steps"]
    (given,) = (step["with"] for step in steps if "/threatdsl@" in step.get("uses", ""))
    assert run_action(machine, base=machine.commit_of("main"), **given).done.code == 0


def test_the_variables_for_gitlab_are_those_of_the_template(machine: Machine) -> None:
    (name,) = (one for one in shown(".gitlab-ci.yml") if one != "include")
    assert name in read_yaml(GITLAB)
    given = shown(".gitlab-ci.yml")[name]["variables"]
    assert run_gitlab(machine, base=machine.commit_of("main"), **given).code == 0


def test_the_hooks_of_the_page_exist_and_run(machine: Machine) -> None:
    (repository,) = shown(".pre-commit-config.yaml")["repos"]
    hooks = {hook.pop("id"): hook for hook in repository["hooks"]}
    assert hooks.keys() == {"threatdsl-fmt", "threatdsl-check", "threatdsl-test"}
    done = run_hook(machine, "threatdsl-check", ["shop.threat", "own.threat"], **hooks["threatdsl-check"])
    assert done is not None
    assert done.code == 0, done.err
