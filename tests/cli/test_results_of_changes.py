"""Results that a change brings itself prove nothing."""

import subprocess

import pytest

from tests.cli.changing import Repository
from tests.cli.running import threatdsl, write

PASSES = '<testsuite><testcase classname="abuse" name="huge_order"/></testsuite>'


def wrapped(repository: Repository, content: str) -> None:
    write(repository.folder, "build/abuse.xml", content)
    added = threatdsl("evidence", "add", "abuse", "build/abuse.xml", cwd=repository.folder)
    assert added.code == 0, added.err


def head(repository: Repository, revision: str) -> str:
    """The id of a commit."""
    done = subprocess.run(
        ["git", "-C", str(repository.folder), "rev-parse", revision], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def verdict(repository: Repository, *arguments: str) -> str:
    done = repository.run(*arguments)
    return next(line for line in done.out.splitlines() if line.endswith("by abuse")).strip().partition(":")[0]


def test_a_result_that_the_change_brings_itself_proves_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")  # 2026-11-24 12:00 UTC
    wrapped(repository, PASSES)
    assert verdict(repository) == "proven"
    repository.commit("Doctored")
    assert verdict(repository) == "unknown"
    assert "it has to come from the pipeline" in repository.run().out


def test_a_link_to_a_result_of_the_change_proves_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    wrapped(repository, PASSES)
    (repository.folder / "build").rename(repository.folder / "kept")
    (repository.folder / "build").symlink_to("kept")
    assert verdict(repository) == "proven"
    repository.git("add", "build")
    repository.git("commit", "-q", "-m", "A link")
    assert verdict(repository) == "unknown"


def test_an_empty_scan_proves_nothing(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    wrapped(repository, "<testsuite></testsuite>")
    assert verdict(repository) == "unknown"


def test_a_result_in_a_submodule_of_the_change_proves_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    wrapped(repository, PASSES)
    repository.git("init", "-q", "build")
    repository.git("-C", "build", "add", "-A")
    repository.git("-C", "build", "commit", "-q", "-m", "Doctored")
    repository.git("add", "build")
    repository.git("commit", "-q", "-m", "A submodule")
    assert verdict(repository, "--commit", head(repository, "HEAD~")) == "unknown"
    assert "it has to come from the pipeline" in repository.run().out


def test_tests_of_another_commit_prove_nothing(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    wrapped(repository, PASSES)
    repository.add('assumption power "The power is on" { owner "a@b.example" }\n')
    repository.git("commit", "-q", "-a", "-m", "More")
    assert verdict(repository) == "unknown"
    assert verdict(repository, "--commit", head(repository, "HEAD~")) == "proven"
