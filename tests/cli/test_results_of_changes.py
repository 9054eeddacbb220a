"""Results that a change brings itself prove nothing."""

import json
import subprocess
from pathlib import Path

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


FAILS = '<testsuite><testcase classname="abuse" name="huge_order"><failure/></testcase></testsuite>'


def test_an_edited_check_still_refutes(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    repository.edit("proves input-validation; on [orders]", 'proves input-validation; on [orders]; counts ["easy*"]')
    repository.commit("Let nothing count")
    wrapped(repository, FAILS)
    done = repository.run()
    assert (done.code, verdict(repository)) == (1, "refuted")
    assert "1 refuted check: abuse" in done.out


def test_an_edited_age_does_not_make_a_result_fresh(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1793880000")  # 2026-11-05
    repository.edit("max-age 7d", "max-age 999d")
    repository.commit("Let it be old")
    wrapped(repository, PASSES)
    done = repository.run()
    assert (done.code, verdict(repository)) == (1, "stale")


def test_a_scan_of_another_folder_proves_nothing(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    repository.git("switch", "-q", "main")
    repository.edit('format junit; file "build/abuse.xml"', 'format sarif; file "build/abuse.xml"')
    repository.commit("Scan")
    repository.git("switch", "-q", "-C", "change")
    wrapped(repository, scan("src/orders/app.py"))
    assert verdict(repository) == "proven"
    for other in ("src/web/app.py", "old/src/orders/app.py", "/elsewhere/src/orders/app.py"):
        wrapped(repository, scan(other))
        assert verdict(repository) == "unknown"


def scan(file: str) -> str:
    """A log of SARIF with a pass about a file."""
    place = {"physicalLocation": {"artifactLocation": {"uri": file}}}
    result = {"ruleId": "R1", "kind": "pass", "message": {"text": "fine"}, "locations": [place]}
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "tool"}}, "results": [result]}]})


def test_a_tracked_result_proves_nothing_beside_a_saved_result_of_an_unknown_commit(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    saved = tmp_path.parent / f"{tmp_path.name}.json"
    threatdsl("check", "shop.threat", "--commit", "0123456789ab", "--format", "json", "-o", saved, cwd=tmp_path)
    wrapped(repository, PASSES)
    commit = head(repository, "HEAD")
    repository.commit("Doctored")
    done = repository.run("--commit", commit, baseline=str(saved))
    assert "it has to come from the pipeline" in done.out
