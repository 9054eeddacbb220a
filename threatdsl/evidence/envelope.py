"""The envelope: what a result file itself does not say, written beside it by the step of the pipeline that made it."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

import msgspec

from threatdsl.evidence.decoding import json_as, moment
from threatdsl.evidence.interface import Unreadable

SUFFIX = ".evidence.json"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Which file it speaks of, for which checks, from which run.

    `collected_at` is a time in UTC; what is not known is empty.
    """

    schema: Literal["threatdsl/evidence/1"] = "threatdsl/evidence/1"
    checks: tuple[str, ...]
    sha256: str
    collected_at: str
    commit: str = ""
    environment: str = ""
    run_url: str = ""

    @property
    def collected(self) -> datetime:
        """When the result was collected."""
        found = moment(self.collected_at)
        assert found is not None  # opened() saw to it
        return found


def seal(
    content: bytes, checks: tuple[str, ...], now: datetime, *, commit: str, environment: str, run_url: str
) -> bytes:
    """The envelope of a result file for some checks, as it is written."""
    envelope = Envelope(
        checks=checks,
        sha256=sha256(content).hexdigest(),
        collected_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        commit=commit,
        environment=environment,
        run_url=run_url,
    )
    return msgspec.json.format(msgspec.json.encode(envelope), indent=2) + b"\n"


def sealed_for(envelope: bytes | None, content: bytes) -> tuple[str, ...]:
    """The checks that an earlier envelope of the same file is for: one result may decide several."""
    try:
        found = json_as(Envelope, envelope) if envelope is not None else None
    except Unreadable:
        return ()
    return found.checks if found is not None and found.sha256 == sha256(content).hexdigest() else ()


def opened(envelope: bytes, content: bytes, check: str) -> Envelope:
    """An envelope that fits the file and the check. Raises Unreadable for one that does not."""
    try:
        found = json_as(Envelope, envelope)
    except Unreadable as error:
        raise Unreadable(f"its envelope ({SUFFIX}) cannot be read: {error}") from None
    if moment(found.collected_at) is None:
        raise Unreadable(f"its envelope says no time with a zone: {found.collected_at!r}")
    if check not in found.checks:
        raise Unreadable(f"its envelope is that of {', '.join(map(repr, found.checks)) or 'no check'}")
    if found.sha256.lower() != sha256(content).hexdigest():
        raise Unreadable("it is not the file that was collected: its SHA-256 is not that of the envelope")
    return found
