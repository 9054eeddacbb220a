"""What every reader must do with what is no result of its format, and with the real files where they are at hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.corpus import CORPUS
from threatdsl.evidence.interface import Unreadable, formats, reader

FOLDERS = {
    "bandit": "bandit-json",
    "checkov": "checkov-json",
    "cyclonedx": "cyclonedx-vex",
    "grype": "grype-json",
    "in-toto": "slsa-intoto",
    "inspec": "inspec-json",
    "ocsf": "ocsf-prowler",
    "osv": "osv-scanner",
    "rubocop": "rubocop-cookstyle",
    "semgrep": "semgrep-json",
    "trivy": "trivy-json",
    "gitleaks": "gitleaks-json",
    "zap": "zap-json",
}
ENDINGS = (".json", ".jsonl", ".sarif", ".xml", ".out", ".dat")
JUNK = {
    "empty": b"",
    "blank": b" \n\n",
    "a number": b"42",
    "a web page": b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
    "NUL bytes": b"\0" * 4096,
    "UTF-16": '{"results": []}'.encode("utf-16"),
    "Latin-1": '{"results": ["\xe9"]}'.encode("latin-1"),
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "deep elements": b"<testsuite>" * 100_000,
    "entities": b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><testsuite>&c;</testsuite>',
    "an external entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><testsuite>&b;</testsuite>',
    "another tool": b'{"tool": "another", "items": [{"name": "x"}]}',
}


@pytest.mark.parametrize("content", JUNK.values(), ids=JUNK)
@pytest.mark.parametrize("name", formats())
def test_what_is_no_result_is_unreadable_and_nothing_worse(name: str, content: bytes) -> None:
    with pytest.raises(Unreadable):
        reader(name).read(content)
    assert isinstance(reader(name).recognises(content), bool)


def corpus() -> Iterator[tuple[str, Path]]:
    """The real files of each format."""
    for name in formats():
        folder = CORPUS / FOLDERS.get(name, name)
        files = sorted(folder.glob("*")) if folder.is_dir() else []
        yield from ((name, file) for file in files if file.suffix in ENDINGS)


@pytest.mark.parametrize(("name", "file"), tuple(corpus()), ids=lambda value: getattr(value, "name", value))
def test_a_truncated_real_file_is_unreadable(name: str, file: Path) -> None:
    content = file.read_bytes()
    if file.suffix == ".jsonl":
        content = content.rstrip()  # the last line is cut
    with pytest.raises(Unreadable):
        reader(name).read(content[: len(content) - 20])


def results_of(log: object) -> list[dict[str, object]]:
    runs = log.get("runs") if isinstance(log, dict) else None
    return [result for run in runs or [] for result in run.get("results") or []]


@pytest.mark.parametrize("file", sorted((CORPUS / "sarif").glob("*.sarif")), ids=lambda file: file.name)
def test_each_result_of_a_real_sarif_log_is_observed_once(file: Path) -> None:
    try:
        expected = len(results_of(json.loads(file.read_text(encoding="utf-8-sig"))))
    except (TypeError, ValueError):
        expected = -1  # `results` is no list
    if expected < 0:
        with pytest.raises(Unreadable):
            reader("sarif").read(file.read_bytes())
    else:
        assert len(reader("sarif").read(file.read_bytes()).observations) == expected
