"""What long work shows on a terminal, and nowhere else."""

import contextlib
import io
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import typer

from tests.cli.running import CACHE, process, write
from threatdsl.cli.progress import CLEAR, progress
from threatdsl.cli.session import fail


class Terminal(io.StringIO):
    """A terminal that keeps what was written to it."""

    encoding = "utf-8"
    errors = "strict"

    def isatty(self) -> bool:
        return True

    @property
    def screen(self) -> str:
        """What is left on it: of each line what follows the last clearing."""
        return "\n".join(line.rpartition(CLEAR)[2] for line in self.getvalue().split("\n"))


@contextlib.contextmanager
def terminal(**environment: str) -> Iterator[Terminal]:
    settings = {"TERM": "xterm", **environment}
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_PROGRESS")}
    shown = Terminal()
    with mock.patch.dict(os.environ, kept | settings, clear=True), contextlib.redirect_stderr(shown):
        yield shown


def test_slow_work_is_named_and_the_line_goes_away() -> None:
    with terminal() as shown, progress("Setting pages", silent=0):
        time.sleep(0.1)
    assert "Setting pages … 0 s" in shown.getvalue()
    assert shown.screen == ""


def test_quick_work_is_silent() -> None:
    with terminal() as shown, progress("Setting pages"):
        pass
    assert shown.getvalue() == ""


@pytest.mark.parametrize("settings", [{"TERM": "dumb"}, {"NO_PROGRESS": "1"}, {"CI": "true"}])
def test_nothing_is_shown_where_nobody_wants_it(settings: dict[str, str]) -> None:
    with terminal(**settings) as shown, progress("Setting pages", silent=0):
        time.sleep(0.1)
    assert shown.getvalue() == ""


def test_an_error_stands_alone() -> None:
    with terminal() as shown, pytest.raises(typer.Exit):
        _failing()
    assert shown.screen == "error: the model is wrong\n"


def test_the_stream_is_as_before_afterwards() -> None:
    with terminal() as shown:
        with contextlib.suppress(ValueError), progress("Analysing", silent=0):
            raise ValueError
        assert sys.stderr is shown


def test_a_hostile_name_stays_on_its_line() -> None:
    with terminal() as shown, progress("Writing \x1b[2Jx\ny.pdf", silent=0):
        time.sleep(0.1)
    assert "\x1b[2J" not in shown.getvalue()
    assert "\n" not in shown.getvalue()


def test_a_report_on_a_real_terminal_shows_what_it_does(tmp_path: Path) -> None:
    write(tmp_path, "m.threat", 'model m "M" { }\nservice web "Web" { }\n')
    write(tmp_path, "slow.py", SLOW)
    ours, theirs = pty.openpty()
    settings = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_PROGRESS")}
    settings |= {"TERM": "xterm", "THREATDSL_CACHE": CACHE}
    done = subprocess.run(
        [sys.executable, "slow.py", "report", "m.threat", "-o", "r.md"],
        cwd=tmp_path,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=theirs,
        timeout=120,
        check=False,
    )
    os.close(theirs)
    said = _all(ours)
    assert (done.returncode, done.stdout) == (0, b"")
    assert "Writing r.md … " in said
    assert said.endswith(CLEAR)


def test_a_pipe_gets_nothing(tmp_path: Path) -> None:
    write(tmp_path, "m.threat", 'model m "M" { }\n')
    done = process("report", "m.threat", "-o", "r.md", cwd=tmp_path, TERM="xterm")
    assert (done.returncode, done.stderr) == (0, b"")


def _failing() -> None:
    with progress("Analysing the model", silent=0):
        time.sleep(0.1)
        fail("the model is wrong")


SLOW = """
import time
from threatdsl.cli.main import run
from threatdsl.report.register import markdown
quick = markdown.wiki
markdown.wiki = lambda *given: (time.sleep(0.9), quick(*given))[1]
run()
"""


def _all(handle: int) -> str:
    """What was written to a terminal whose other end is closed."""
    said = b""
    with contextlib.suppress(OSError):  # how Linux says that there is no more
        while part := os.read(handle, 4096):
            said += part
    os.close(handle)
    return said.decode()
