"""Runs Graphviz: a process of its own, without a shell, with a limit of time; its children end with it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from threatdsl.report.errors import DiagramError

SETTING = "THREATDSL_DOT"
BUNDLED = "graphviz-pure"
SECONDS = 60
PROLOGUE = b"<?xml "  # opens each SVG; the text of a model never holds it, since its `<` is escaped
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


@dataclass(frozen=True, slots=True)
class Run:
    """What Graphviz wrote, how it ended, and the first of its complaints."""

    output: bytes
    code: int
    why: str


def lay_out(source: str, form: str, *options: str) -> bytes:
    """What Graphviz makes of one DOT text: `form` is svg, png or json."""
    run = _run(source, form, options)
    if run.code != 0:
        raise DiagramError(f"Graphviz could not lay out the diagram: {run.why}")
    return run.output


def lay_out_all(graphs: Mapping[str, str]) -> Mapping[str, bytes]:
    """The SVG of each DOT text by the name of its graph, laid out by one process.

    A graph that Graphviz stumbles over takes no other with it: what is missing is tried again in halves, down to the
    one at fault, which has no SVG. What is wrong inside a drawing, its reader has to find.
    """
    if not graphs:
        return {}
    run = _run("\n".join(graphs.values()), "svg", ())
    drawn = {name: part for part in _parts(run.output) if (name := _name(part)) in graphs}
    missing = {name: source for name, source in graphs.items() if name not in drawn}
    if not missing or len(graphs) == 1:
        return drawn
    names = list(missing)
    half = len(names) // 2
    for some in (names[:half], names[half:]):
        drawn |= lay_out_all({name: missing[name] for name in some})
    return drawn


def _parts(output: bytes) -> tuple[bytes, ...]:
    """The whole SVGs of an output; a torn one is left out."""
    parts = (PROLOGUE + part for part in output.split(PROLOGUE)[1:])
    return tuple(part for part in parts if part.rstrip().endswith(b"</svg>"))


def _name(svg: bytes) -> str:
    """The name of the graph, which its first title gives."""
    return svg.partition(b"<title>")[2].partition(b"</title>")[0].decode(errors="replace")


def _run(source: str, form: str, options: Sequence[str]) -> Run:
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
            raise DiagramError(f"Graphviz did not lay out the diagram in {SECONDS} seconds.") from error
        finally:
            if process.poll() is None:
                _kill(process)
    said = errors.decode(errors="replace").strip().splitlines()
    why = next((text for text in said if not text.startswith("Warning")), f"exit {process.returncode}")
    return Run(output, process.returncode, why)


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
