"""Runs the program as a user does, in a folder of its own: by its entry point, or where it matters as a process."""

import contextlib
import gc
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import msgspec

from threatdsl.cli.main import run

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "models" / "examples"
BOUTIQUE = EXAMPLES / "online-boutique" / "online-boutique.threat"
SHOP = EXAMPLES / "web-shop" / "web-shop.threat"
DAY = "2026-11-24"
CACHE = tempfile.mkdtemp(prefix="threatdsl-tests-")


class Done(msgspec.Struct, frozen=True):
    """What a run left behind."""

    code: int
    out: str
    err: str


def threatdsl(*arguments: str | Path, cwd: Path) -> Done:
    """Run `threatdsl ARGUMENTS` in `cwd`, within this process, which saves each test the start-up."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        contextlib.chdir(cwd),
        mock.patch.dict(os.environ, {"THREATDSL_CACHE": CACHE, "COLUMNS": "100"}),
        mock.patch.object(sys, "argv", ["threatdsl", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", io.StringIO()),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
    ):
        code = _exit_code()
        gc.enable()  # the program does without it, since its process ends; this one goes on
        for stream in (out, err):
            stream.flush()
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Done(code, *texts)


def _exit_code() -> int:
    try:
        run()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def process(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run `threatdsl ARGUMENTS` as a process with settings of its environment."""
    settings = {**os.environ, "THREATDSL_CACHE": CACHE, **environment}
    command = [sys.executable, "-m", "threatdsl", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=settings, capture_output=True, timeout=120, check=False)


def write(folder: Path, name: str, text: str) -> Path:
    """A file of that text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
