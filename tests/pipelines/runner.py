"""Runs what a pipeline file says, as GitHub, GitLab and pre-commit would: with bash, by its variables."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tests.cli.changing import Repository
from tests.cli.running import CACHE, ROOT, Done

ACTION = ROOT / "action.yml"
GITLAB = ROOT / "docs/ci/threatdsl.gitlab-ci.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")


class Machine(msgspec.Struct, frozen=True):
    """A runner with threatdsl on its PATH; what an installation puts there is the code of this tree."""

    repository: Repository
    folder: Path

    def bash(self, script: str, **variables: str) -> Done:
        """Run a script at the top of the repository, with no other variables than those of the machine."""
        environment = {
            "PATH": f"{self._commands()}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "THREATDSL_CACHE": CACHE,
            **variables,
        }
        done = subprocess.run(
            [*BASH, script],
            cwd=self.repository.folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def _commands(self) -> Path:
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        command = folder / "threatdsl"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m threatdsl "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        return folder

    def commit_of(self, name: str) -> str:
        """The id of a revision."""
        return self.bash(f"git rev-parse {name}").out.strip()


class Outcome(msgspec.Struct, frozen=True):
    """What a step of the action left behind; `summary` is what GitHub shows of it."""

    done: Done
    outputs: Mapping[str, str]
    summary: str

    def read(self, output: str) -> str:
        return Path(self.outputs[output]).read_text(encoding="utf-8")


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - what a file of YAML holds is known to whoever reads it
    """What a file says."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def run_action(machine: Machine, *, base: str, **inputs: str) -> Outcome:
    """Run the check of the action in a pull request whose base is `base`, with `-` in names of inputs as `_`."""
    action = read_yaml(ACTION)
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    assert given.keys() <= action["inputs"].keys()
    context = {"github.event.pull_request.base.sha": base}
    values = {name: given.get(name, filled(one.get("default", ""), context)) for name, one in action["inputs"].items()}
    context |= {f"inputs.{name}": value for name, value in values.items()}
    (step,) = (one for one in action["runs"]["steps"] if one.get("id") == "check")
    files = {name: machine.folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.write_text("", encoding="utf-8")
    done = machine.bash(
        step["run"],
        **{name: filled(value, context) for name, value in step["env"].items()},
        **{name: str(path) for name, path in files.items()},
        RUNNER_TEMP=str(machine.folder),
        GITHUB_SERVER_URL="https://git.example.org",
        GITHUB_REPOSITORY="shop/web",
        GITHUB_RUN_ID="7",
    )
    lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
    outputs = {name: value for name, _, value in (line.partition("=") for line in lines)}
    return Outcome(done, outputs, files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"))


def filled(text: str, context: Mapping[str, str]) -> str:
    """A text with its expressions replaced, as the runner does before anything is run."""
    return EXPRESSION.sub(lambda found: context[found[1]], text)


def run_gitlab(machine: Machine, *, base: str = "", **variables: str) -> Done:
    """Run the script of the template in a merge request; without a base, on a branch."""
    job = read_yaml(GITLAB)["threatdsl"]
    assert variables.keys() <= job["variables"].keys()
    merge_request = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base} if base else {}
    return machine.bash("\n".join(job["script"]), **{**job["variables"], **variables, **merge_request})


def run_hook(machine: Machine, id_: str, changed: Sequence[str], **settings: Any) -> Done | None:  # noqa: ANN401 - as above
    """Run a hook for changed files, with the settings of a user; None where no file concerns it."""
    (hook,) = (one for one in read_yaml(HOOKS) if one["id"] == id_)
    hook = {**hook, **settings}
    excluded = hook.get("exclude", "^$")
    files = [name for name in changed if re.search(hook["files"], name) and not re.search(excluded, name)]
    if not files:
        return None
    passed = files if hook.get("pass_filenames", True) else []
    return machine.bash(f"{hook['entry']} {shlex.join([*hook.get('args', []), *passed])}")
