"""Files of infrastructure from disk to trees: bounded, and with one kind of error."""

import stat
from pathlib import Path

from threatdsl.infra.json_text import read_json
from threatdsl.infra.tree import Document, Malformed
from threatdsl.infra.yaml_text import read_yaml

MEBIBYTE = 1024 * 1024
LARGEST = 32 * MEBIBYTE  # bytes of a file
BOM = "\ufeff"


def read_documents(path: Path, file: str) -> tuple[Document, ...]:
    """The documents of a file, named `file` in messages; what begins with a brace or a bracket is tried as JSON first.

    Raises Malformed, also for a file that is missing, too large or no text.
    """
    return documents_of(read_text(path), file)


def documents_of(text: str, file: str) -> tuple[Document, ...]:
    """The documents of a text. Raises Malformed."""
    if text.lstrip()[:1] not in ("{", "["):
        return tuple(Document(file, root) for root in read_yaml(text))
    try:
        return (Document(file, read_json(text)),)
    except Malformed as error:
        if file.endswith((".json", ".template")):
            raise
        try:
            return tuple(Document(file, root) for root in read_yaml(text))  # flow style
        except Malformed:
            raise error from None


def read_text(path: Path) -> str:
    """The text of a plain file. Raises Malformed."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Malformed("it is no plain file")
        if found.st_size > LARGEST:
            raise Malformed(f"it is larger than {LARGEST // MEBIBYTE} MiB")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if b"\0" in content:
            raise Malformed("it is no text: it holds NUL bytes, or is UTF-16")
        return content.decode().removeprefix(BOM)
    except UnicodeDecodeError as error:
        raise Malformed(f"it is not UTF-8: byte {error.start + 1} fits nowhere") from None
    except (OSError, ValueError) as error:
        raise Malformed(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None
