"""Runs the program as a user does: a process of its own, with its own cache, in a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "models" / "examples"
BOUTIQUE = EXAMPLES / "online-boutique" / "online-boutique.threat"
SHOP = EXAMPLES / "web-shop" / "web-shop.threat"
DAY = "2026-11-24"


class Done(msgspec.Struct, frozen=True):
    """What a run left behind."""

    code: int
    out: str
    err: str


def threatdsl(*arguments: str | Path, cwd: Path, **environment: str) -> Done:
    """Run `threatdsl ARGUMENTS` in `cwd`."""
    settings = {"THREATDSL_CACHE": str(cwd / ".cache"), **os.environ, **environment}
    command = [sys.executable, "-m", "threatdsl", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=settings, capture_output=True, timeout=120, check=False)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def write(folder: Path, name: str, text: str) -> Path:
    """A file of that text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
