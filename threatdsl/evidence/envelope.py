"""The envelope: what a result file itself does not say, written beside it by the step of the pipeline that made it."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

import msgspec

from threatdsl.evidence.decoding import json_as, moment
from threatdsl.evidence.interface import Unreadable

SUFFIX = ".evidence.json"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Which file it speaks of, from which run. `collected_at` is a time in UTC; what is not known is empty."""

    schema: Literal["threatdsl/evidence/1"] = "threatdsl/evidence/1"
    check: str
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


def seal(content: bytes, check: str, now: datetime, *, commit: str, environment: str, run_url: str) -> bytes:
    """The envelope of a result file, as it is written."""
    envelope = Envelope(
        check=check,
        sha256=sha256(content).hexdigest(),
        collected_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        commit=commit,
        environment=environment,
        run_url=run_url,
    )
    return msgspec.json.format(msgspec.json.encode(envelope), indent=2) + b"\n"


def opened(envelope: bytes, content: bytes, check: str) -> Envelope:
    """An envelope that fits the file and the check. Raises Unreadable for one that does not."""
    found = json_as(Envelope, envelope)
    if moment(found.collected_at) is None:
        raise Unreadable(f"its envelope says no time with a zone: {found.collected_at!r}")
    if found.check != check:
        raise Unreadable(f"its envelope is that of check {found.check!r}")
    if found.sha256 != sha256(content).hexdigest():
        raise Unreadable("it is not the file that was collected: its SHA-256 is not that of the envelope")
    return found
