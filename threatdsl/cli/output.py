"""Writing what a command made: to a file as a whole or not at all, or to standard output."""

import os
import sys
import tempfile
from pathlib import Path

from threatdsl.cli.session import fail

STANDARD_OUTPUT = Path("-")


def write(content: bytes, output: Path | None) -> None:
    """Write to `output`, so that a failed run leaves the old file; to standard output when there is none, or for `-`.

    A folder that is not there ends the program: a misspelt one would hide what was written.
    """
    if output is not None and not output.parent.is_dir():
        fail(f"there is no folder {output.parent}")
    try:
        if output is None or output == STANDARD_OUTPUT:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            _write_whole(content, output.resolve())
    except BrokenPipeError:
        raise
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError up to Python 3.12
        fail(f"cannot write {output or 'to standard output'}: {getattr(error, 'strerror', None) or error}")


def _write_whole(content: bytes, output: Path) -> None:
    if output.exists() and not output.is_file():
        output.write_bytes(content)  # a device or a pipe: nothing to replace
        return
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(_mode(output))
        temporary.replace(output)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(output: Path) -> int:
    """The old file's permissions, else what the umask leaves of rw-rw-rw-."""
    if output.exists():
        return output.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
