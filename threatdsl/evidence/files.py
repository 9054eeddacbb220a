"""Result files from disk: bounded, inside the root, and with their envelopes."""

import stat
from pathlib import Path

import msgspec

from threatdsl.evidence.envelope import SUFFIX, Envelope, opened
from threatdsl.evidence.interface import Unreadable, formats, reader, recognised
from threatdsl.evidence.observation import Reading

MEBIBYTE = 1024 * 1024
LARGEST = 64 * MEBIBYTE  # bytes of a result file
LARGEST_ENVELOPE = 64 * 1024


class Result(msgspec.Struct, frozen=True):
    """A result file that was read, with its envelope where it has one."""

    reading: Reading
    envelope: Envelope | None


def read_result(root: Path, file: str, form: str, check: str) -> Result | None:
    """The result of a check; None where there is no file. Raises Unreadable for one that cannot be used."""
    path = root / file
    content = read_bounded(path, root, LARGEST)
    if content is None:
        return None
    wrapped = read_bounded(path.with_name(path.name + SUFFIX), root, LARGEST_ENVELOPE)
    envelope = opened(wrapped, content, check) if wrapped is not None else None
    return Result(read_as(form, content), envelope)


def read_as(form: str, content: bytes) -> Reading:
    """A result of a format of `formats()`. Raises Unreadable, with the format that it seems to be instead."""
    try:
        return reader(form).read(content)
    except Unreadable as error:
        others = [name for name in recognised(content) if name != form]
        seems = f"; it seems to be {' or '.join(others)}" if others else ""
        raise Unreadable(f"it cannot be read as {form}: {error}{seems}") from None


def is_format(name: str) -> bool:
    """Whether there is a reader of that name."""
    return name in formats()


def read_bounded(path: Path, root: Path, largest: int) -> bytes | None:
    """The bytes of a plain file inside the root, None where there is none. Raises Unreadable."""
    try:
        resolved = path.resolve()
        if not resolved.is_relative_to(root.resolve()):
            raise Unreadable("it is outside the root of the model")
        mode, size = resolved.stat().st_mode, resolved.stat().st_size
        if not stat.S_ISREG(mode):
            raise Unreadable("it is no plain file")
        if size > largest:
            raise Unreadable(f"it is larger than {largest // MEBIBYTE or 1} MiB")
        with resolved.open("rb") as file:
            return file.read(largest)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, a NUL in the name
        raise Unreadable(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None
