"""Approvals of a model: who said that it is right, and what has changed in its meaning since.

They stand in a file beside the model, one JSON object a line, sorted, so that two branches merge: the day, who, a note,
the digest of the whole, and a short fingerprint of each thing, which tells later what has changed.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec

from threatdsl.model.digest import thing_meaning
from threatdsl.model.model import Model

SUFFIX = ".reviews"
SHORT = 12  # hexadecimal digits of a fingerprint
LARGEST = 16 * 1024 * 1024  # bytes of a file of approvals


class Approval(msgspec.Struct, frozen=True):
    """One approval. `things` are the fingerprints of all things of the team's files, by id."""

    on: date
    by: str
    digest: str
    things: Mapping[str, str]
    note: str = ""


class Standing(msgspec.Struct, frozen=True):
    """How an approval stands today.

    `changed`, `added` and `removed` are ids of things; `due` is the day by which a review was to be held again, None
    where the model names no interval. `is_current` tells that no new review is asked for.
    """

    approval: Approval | None
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    due: date | None = None
    is_current: bool = False

    @property
    def distance(self) -> int:
        """How many things have another meaning than when they were approved."""
        return len(self.changed) + len(self.added) + len(self.removed)


class UnreadableApprovals(Exception):  # noqa: N818 - it says what the file is, not that the program erred
    """A file of approvals that cannot be used; the text says why."""


def file_of(model: Path) -> Path:
    """Where the approvals of a model stand: `shop.threat.reviews`."""
    return model.with_name(model.name + SUFFIX)


def fingerprints(model: Model) -> Mapping[str, str]:
    """A short fingerprint of the meaning of each thing that the team's files declare."""
    own = (thing for thing in model.things.values() if not thing.span.file.startswith("threatdsl:"))
    return {thing.id: sha256(thing_meaning(thing).encode()).hexdigest()[:SHORT] for thing in own}


def read_approvals(path: Path) -> tuple[Approval, ...]:
    """The approvals of a file, the oldest first; none where there is no file. Raises UnreadableApprovals."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableApprovals(f"it is larger than {LARGEST // 1024 // 1024} MiB")
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableApprovals(f"it cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(msgspec.json.decode(line, type=Approval))
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise UnreadableApprovals(f"line {number} is no approval: {error}") from None
    return tuple(sorted(found, key=lambda one: (one.on, one.by, one.digest)))


def written(approvals: Iterable[Approval]) -> str:
    """The text of a file of approvals."""
    lines = {json.dumps(msgspec.to_builtins(one), sort_keys=True, ensure_ascii=False) for one in approvals}
    return "".join(f"{line}\n" for line in sorted(lines))


def approved(model: Model, by: str, on: date, note: str) -> Approval:
    """An approval of a model as it is."""
    return Approval(on, by, model.digest, fingerprints(model), note)


def standing(model: Model, approvals: tuple[Approval, ...], now: date, most: int = 0) -> Standing:
    """How the latest approval stands: current while no more than `most` things changed and no review is overdue."""
    if not approvals:
        return Standing(None)
    latest = approvals[-1]
    interval = model.head.value("review-every")
    due = latest.on + interval if isinstance(interval, timedelta) else None
    overdue = due is not None and due < now
    if latest.digest == model.digest:
        return Standing(latest, due=due, is_current=not overdue)
    before, here = latest.things, fingerprints(model)
    changed = tuple(sorted(id_ for id_ in before.keys() & here.keys() if before[id_] != here[id_]))
    added, removed = tuple(sorted(here.keys() - before.keys())), tuple(sorted(before.keys() - here.keys()))
    found = Standing(latest, changed, added, removed, due)
    within = 0 < found.distance <= most
    return msgspec.structs.replace(found, is_current=within and not overdue)
