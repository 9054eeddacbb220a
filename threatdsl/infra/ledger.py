"""Acknowledgements beside a model: somebody looked at a change of what builds an element, and the model stays right.

One sorted JSON object a line, so that two branches merge. It holds for what was there when it was given.
"""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

SUFFIX = ".lock"
LARGEST = 16 * 1024 * 1024  # bytes


class Acknowledged(msgspec.Struct, frozen=True):
    """One element: fingerprints of what the model says of it and of what builds it, who looked, when, and why."""

    element: str
    model: str
    bindings: str
    by: str
    on: date
    reason: str


class UnreadableLedger(Exception):  # noqa: N818 - it says what the file is, not that the program erred
    """A ledger that cannot be used; the text says why."""


def file_of(model: Path) -> Path:
    """Where the acknowledgements of a model stand: `shop.threat.lock`."""
    return model.with_name(model.name + SUFFIX)


def read_ledger(path: Path) -> dict[str, Acknowledged]:
    """The acknowledgements by element, none where there is no file. Raises UnreadableLedger."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableLedger(f"it is larger than {LARGEST // 1024 // 1024} MiB")
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableLedger(f"it cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    found: dict[str, Acknowledged] = {}
    for number, line in enumerate(lines, start=1):
        try:
            one = msgspec.json.decode(line, type=Acknowledged)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise UnreadableLedger(f"line {number} is no acknowledgement: {error}") from None
        found[one.element] = one
    return found


def written(ledger: Iterable[Acknowledged]) -> str:
    """The text of a ledger."""
    lines = (json.dumps(msgspec.to_builtins(one), sort_keys=True, ensure_ascii=False) for one in ledger)
    return "".join(f"{line}\n" for line in sorted(lines))
