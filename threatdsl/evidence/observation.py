"""What a result file says, whichever tool wrote it: nothing else of the file is kept."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from threatdsl.model.level import Level


class Outcome(StrEnum):
    """What a tool says of one of its rules at one subject. Only `pass` proves, only `fail` refutes."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    ERROR = "error"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not-applicable"
    MANUAL = "manual"
    INFO = "info"


class SubjectKind(StrEnum):
    """What a result is about."""

    FILE = "file"
    RESOURCE = "resource"
    HOST = "host"
    URL = "url"
    IMAGE = "image"
    PACKAGE = "package"
    ACCOUNT = "account"
    TEST = "test"


class Subject(msgspec.Struct, frozen=True):
    """A file (a path with forward slashes), resource, host, ...; `line` is 1 or more where the format has one."""

    kind: SubjectKind
    id: str
    line: int = 0


class Waiver(msgspec.Struct, frozen=True):
    """An agreed exception that the result itself carries: suppressed, overridden, not affected.

    `until` is the last day on which it holds, None where the format knows no end.
    """

    reason: str = ""
    by: str = ""
    until: date | None = None


class Observation(msgspec.Struct, frozen=True):
    """One rule at its subjects. `aliases` are other ids of the rule; `severity` None where the tool gives none."""

    rule: str
    outcome: Outcome
    subjects: tuple[Subject, ...] = ()
    aliases: tuple[str, ...] = ()
    severity: Level | None = None
    time: datetime | None = None
    waiver: Waiver | None = None


class Reading(msgspec.Struct, frozen=True):
    """A result file: its observations in the order of the file, and what it says of the run.

    `time` is when the tool ran, in UTC, None where the format does not say or says it without a zone. `rules` are those
    that the run applied, also without a result; `scanned` what it looked at: paths, targets, hosts. `digests` are
    SHA-256 digests (`sha256:HEX`) of images or files that it is about. `completed` is False where the run says that it
    failed or was cut short: its silence then means nothing. `findings_only` tells that the format has no passes: a rule
    that ran and reports nothing about what was scanned found nothing there.
    """

    observations: tuple[Observation, ...]
    tool: str = ""
    tool_version: str = ""
    time: datetime | None = None
    commit: str = ""
    rules: frozenset[str] = frozenset()
    scanned: tuple[Subject, ...] = ()
    digests: frozenset[str] = frozenset()
    completed: bool = True
    findings_only: bool = False
