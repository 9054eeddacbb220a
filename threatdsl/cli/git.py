"""What git says of the folder of a model."""

import subprocess
from pathlib import Path

SAFE = ("git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


def head_of(folder: Path) -> str:
    """The short id of HEAD, empty outside a repository, before its first commit, or without git."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments and a folder, no shell
            [*SAFE, "-C", str(folder), "rev-parse", "--short=12", "--verify", "--quiet", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
