"""Gitleaks JSON (`gitleaks --report-format json`, version 8): a list with one finding an element.

Every finding fails its rule at its file. The secret, the line around it, the commit's message and its author stay out:
only rule, file and line are decoded. A finding's commit and date say where the secret came in, not what was scanned
when, so neither is the commit or the time of the reading. Gitleaks knows no severity. `[]` is a scan without findings.
"""

import msgspec

from threatdsl.evidence.decoding import BOM, json_as
from threatdsl.evidence.observation import Observation, Outcome, Reading, Subject, SubjectKind

HEAD = 65536  # a match may be as long as a line of the scanned file


class _Finding(msgspec.Struct, rename="pascal", frozen=True):
    rule: str = msgspec.field(name="RuleID")
    start_line: int
    file: str
    symlink_file: str | None = None


def recognises(content: bytes) -> bool:
    """Whether a list begins that names rules as Gitleaks does; an empty list may be of any tool."""
    head = content[:HEAD].removeprefix(BOM).lstrip()
    return head.startswith(b"[") and b'"RuleID"' in head and b'"StartLine"' in head


def read(content: bytes) -> Reading:
    """The findings, without any secret. Raises Unreadable."""
    findings = json_as(list[_Finding], content)
    observations = tuple(Observation(one.rule, Outcome.FAIL, _subjects(one)) for one in findings)
    return Reading(observations, tool="Gitleaks", rules=frozenset(one.rule for one in findings))


def _subjects(finding: _Finding) -> tuple[Subject, ...]:
    paths = dict.fromkeys(path for path in (finding.file, finding.symlink_file) if path)
    return tuple(
        Subject(SubjectKind.FILE, path.replace("\\", "/").removeprefix("./"), max(finding.start_line, 0))
        for path in paths
    )
