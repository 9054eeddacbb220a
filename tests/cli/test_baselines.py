"""Where a baseline comes from, and what happens when it cannot be had."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.changing import CLEARTEXT, LOOK, NOW, Repository
from tests.cli.running import threatdsl, write


def test_a_baseline_that_is_not_there_is_an_error(repository: Repository, tmp_path: Path) -> None:
    done = repository.run(baseline="nowhere")
    assert (done.code, done.err) == (2, "error: there is no revision nowhere to compare with\n")
    repository.git("switch", "-q", "--orphan", "empty")
    repository.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    repository.git("switch", "-q", "change")
    done = repository.run(baseline="empty")
    assert (done.code, "empty has no shop.threat: a new model has no baseline" in done.err) == (2, True)
    outside = write(tmp_path.parent / f"{tmp_path.name}-outside", "shop.threat", 'model m "M" { }\n')
    done = threatdsl("check", outside, "--baseline", "main", cwd=outside.parent)
    assert (done.code, "is in no git repository" in done.err) == (2, True)


def test_a_shallow_clone_says_what_to_fetch(repository: Repository, tmp_path: Path) -> None:
    repository.add('assumption power "The power is on" { owner "a@b.example" }\n')
    repository.commit("More")
    first = subprocess.run(
        ["git", "-C", str(tmp_path), "rev-parse", "main"], check=True, capture_output=True, text=True
    ).stdout.strip()
    clone = tmp_path.parent / f"{tmp_path.name}-clone"
    repository.git("clone", "-q", "--depth", "1", "--branch", "change", f"file://{tmp_path}", str(clone))
    done = threatdsl("check", "shop.threat", "--baseline", first, cwd=clone)
    assert (done.code, "fetch-depth: 0" in done.err) == (2, True)


def test_a_baseline_is_never_an_option_of_git(repository: Repository) -> None:
    done = repository.run(baseline="--output=/tmp/x")
    assert (done.code, "there is no revision --output=/tmp/x" in done.err) == (2, True)


def saved(repository: Repository, path: Path) -> str:
    done = threatdsl("check", "shop.threat", "--now", NOW, "--format", "json", "-o", path, cwd=repository.folder)
    assert done.code == 1
    return str(path)


def test_a_saved_result_is_a_baseline_like_a_revision(repository: Repository, tmp_path: Path) -> None:
    result = saved(repository, tmp_path.parent / f"{tmp_path.name}.json")
    assert repository.run(baseline=result).code == 0
    repository.edit("; lacks [encryption-in-transit]", "")
    repository.add(LOOK.replace("web ->", "customer ->"))
    by_file, by_revision = repository.check_both(result)
    assert by_file == by_revision
    assert f"kept: {CLEARTEXT}" in by_file


def test_a_check_that_was_refuted_before_is_not_worse(repository: Repository, tmp_path: Path) -> None:
    write(
        repository.folder,
        "build/abuse.xml",
        '<testsuite><testcase classname="a" name="b"><failure/></testcase></testsuite>',
    )
    result = saved(repository, tmp_path.parent / f"{tmp_path.name}.json")
    assert "1 refuted check" in repository.run().out
    assert repository.run(baseline=result).code == 0


def test_a_saved_result_that_the_change_can_edit_is_refused(repository: Repository) -> None:
    saved(repository, repository.folder / "last.json")
    repository.commit("Keep the result here")
    done = repository.run(baseline="last.json")
    assert (done.code, "is part of the repository" in done.err) == (2, True)


@pytest.mark.parametrize("content", ["", "{}", "[]", "nothing", '{"schema": "threatdsl/result/1"}'])
def test_a_file_that_is_no_result_is_an_error(repository: Repository, tmp_path: Path, content: str) -> None:
    path = write(tmp_path.parent / f"{tmp_path.name}-other", "last.json", content)
    done = repository.run(baseline=str(path))
    assert (done.code, done.err.count("error:")) == (2, 1)


def test_a_saved_result_cannot_write_outside_of_its_folder(repository: Repository, tmp_path: Path) -> None:
    path = Path(saved(repository, tmp_path.parent / f"{tmp_path.name}.json"))
    result = json.loads(path.read_text())
    result["sources"].append({"file": "../../outside.threat", "text": ""})
    path.write_text(json.dumps(result))
    done = repository.run(baseline=str(path))
    assert (done.code, "names a file outside" in done.err) == (2, True)


def test_a_model_that_moved_is_compared_with_where_it_was(repository: Repository) -> None:
    (repository.folder / "models").mkdir()
    for file in ("shop.threat", "own.threat"):
        repository.git("mv", file, "models")
    repository.commit("Move")
    moved = [f"models/{repository.model.name}", "--now", NOW, "--baseline"]
    done = threatdsl("check", *moved, "main:shop.threat", cwd=repository.folder)
    assert (done.code, "nothing got worse" in done.out) == (0, True), done.out
    done = threatdsl("check", *moved, "main", cwd=repository.folder)
    assert (done.code, "name main:OLD/PATH" in done.err) == (2, True)


def test_a_result_of_another_model_is_no_baseline(repository: Repository, tmp_path: Path) -> None:
    result = saved(repository, tmp_path.parent / f"{tmp_path.name}.json")
    write(repository.folder, "other.threat", repository.model.read_text().replace("model shop", "model other"))
    done = threatdsl("check", "other.threat", "--now", NOW, "--baseline", result, cwd=repository.folder)
    assert (done.code, "is a result of model shop, not of model other" in done.err) == (2, True)


def test_the_repository_is_that_of_the_model_whatever_a_hook_sets(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert repository.run().code == 0
