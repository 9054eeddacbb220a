"""Runs Graphviz: a process of its own, without a shell, with a limit of time; its children end with it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from threatdsl.report.errors import DiagramError

SETTING = "THREATDSL_DOT"
BUNDLED = "graphviz-pure"
SECONDS = 60
INSTALL = f"Install it with `pip install {BUNDLED}`, or set {SETTING} to the path of a Graphviz `dot`."


def find_dot(environment: Mapping[str, str] = os.environ) -> str:
    """The program that lays out diagrams: what THREATDSL_DOT names, else the bundled one, else `dot` on PATH."""
    stated = environment.get(SETTING)
    if stated:
        found = shutil.which(stated, path=environment.get("PATH"))
        if found is None:
            raise DiagramError(f"{SETTING} names `{stated}`, which is not a program. {INSTALL}")
        return found
    found = _bundled() or shutil.which("dot", path=environment.get("PATH"))
    if found is None:
        raise DiagramError(f"No Graphviz found, which draws the diagrams. {INSTALL}")
    return found


def _bundled() -> str | None:
    """The program that the package graphviz-pure installs; it holds no Python code."""
    try:
        files = distribution(BUNDLED).files or []
    except PackageNotFoundError:
        return None
    places = (Path(str(file.locate())) for file in files if file.stem == BUNDLED)
    return next((str(place) for place in places if os.access(place, os.X_OK)), None)


def lay_out(source: str, form: str, *options: str) -> bytes:
    """What Graphviz makes of a DOT text: `form` is svg, png or json."""
    command = [find_dot(), "-Kdot", f"-T{form}", *options]
    try:
        process = subprocess.Popen(  # noqa: S603 - a list of fixed arguments, no shell; the text goes in by a pipe
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise DiagramError(f"`{command[0]}` does not start: {error.strerror}. {INSTALL}") from error
    with process:
        _limit(process.pid)
        try:
            output, errors = process.communicate(source.encode(), timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise DiagramError(f"Graphviz did not lay out the diagram in {SECONDS} seconds.") from error
    if process.returncode != 0:
        said = errors.decode(errors="replace").strip().splitlines()
        why = next((text for text in said if not text.startswith("Warning")), f"exit {process.returncode}")
        raise DiagramError(f"Graphviz could not lay out the diagram: {why}")
    return output


def _limit(pid: int) -> None:
    """Bounds the time of the processor too, where the system can: a machine under load is no reason to give up."""
    if sys.platform == "linux":
        import resource

        resource.prlimit(pid, resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
