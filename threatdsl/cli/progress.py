"""What long work is busy with, on a terminal: one line on standard error that goes away."""

import io
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import TextIO

from threatdsl.report.plain import plain

SILENT, EVERY = 0.5, 0.2  # seconds before the line appears, and between its changes
CLEAR = "\r\x1b[K"
NARROWEST = 20
OFF = ("NO_PROGRESS", "CI")


@contextmanager
def progress(step: str, *, silent: float = SILENT) -> Iterator[None]:
    """Shows the step while it is being done, from `silent` seconds on; nothing where nobody watches.

    What is written to standard error meanwhile takes the place of the line, which comes back beneath it.
    """
    stream = sys.stderr
    if not _watched(stream):
        yield
        return
    line = _Line(stream, plain(step), silent)
    with redirect_stderr(line):
        line.start()
        try:
            yield
        finally:
            line.stop()


def _watched(stream: TextIO) -> bool:
    return (
        stream.isatty() and os.environ.get("TERM", "dumb") != "dumb" and not any(os.environ.get(name) for name in OFF)
    )


class _Line(io.TextIOBase):
    """Standard error with a line that a thread of its own draws."""

    def __init__(self, stream: TextIO, step: str, silent: float) -> None:
        self._stream, self._step, self._silent = stream, step, silent
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._drawn = False
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    @property
    def encoding(self) -> str:  # type: ignore[override] # typeshed has a variable
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override] # typeshed has a variable
        return self._stream.errors

    def start(self) -> None:
        """Begin to count."""
        self._thread.start()

    def stop(self) -> None:
        """Take the line away, for good."""
        self._done.set()
        self._thread.join()
        with self._lock:
            self._clear()

    def isatty(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with self._lock:
            self._clear()
            return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()

    def _draw(self) -> None:
        wait = self._silent
        while not self._done.wait(wait):
            wait = EVERY
            text = f"{self._step} … {time.monotonic() - self._began:.0f} s"
            with self._lock:
                self._stream.write(CLEAR + text[: max(_columns(self._stream) - 1, NARROWEST)])
                self._stream.flush()
                self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            self._stream.write(CLEAR)
            self._stream.flush()
            self._drawn = False


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80
