import pytest

from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.observation import Outcome
from threatdsl.evidence.readers import gitleaks

FILE = b"""[{"RuleID": "aws-key", "Description": "d", "StartLine": 5, "Match": "k=hunter2", "Secret": "hunter2",
"File": "src\\\\a.env", "SymlinkFile": "", "Commit": "abc", "Email": "hunter2@example.org", "Message": "hunter2",
"Fingerprint": "abc:src/a.env:aws-key:5"}]"""


def test_a_finding_fails_and_its_secret_stays_out() -> None:
    reading = gitleaks.read(FILE)
    (one,) = reading.observations
    assert (one.rule, one.outcome, one.severity) == ("aws-key", Outcome.FAIL, None)
    assert [(subject.id, subject.line) for subject in one.subjects] == [("src/a.env", 5)]
    assert (reading.commit, reading.time) == ("", None)
    assert "hunter2" not in repr(reading)


def test_an_empty_list_is_a_scan_without_findings_and_not_recognised() -> None:
    assert gitleaks.read(b"[]\n").observations == ()
    assert not gitleaks.recognises(b"[]\n")


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'[{"a": 1}]', b"42", b"<html/>", b'{"results": [], "errors": []}', FILE[:-9]]
)
def test_another_shape_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        gitleaks.read(content)
    assert gitleaks.recognises(FILE)
    assert not gitleaks.recognises(b"{}")
