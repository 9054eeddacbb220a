"""Infrastructure as the command line names it."""

from collections.abc import Iterable
from pathlib import Path

from threatdsl.cli.session import fail
from threatdsl.diagnostics import did_you_mean


def sources_named(named: Iterable[str]) -> tuple[tuple[str, Path], ...]:
    """KIND:PATH of the command line; an unknown kind or a path that is not there ends the program with exit code 2."""
    from threatdsl.infra.interface import kinds

    found = []
    for one in named:
        kind, colon, path = one.partition(":")
        if not colon or kind not in kinds():
            help_ = did_you_mean(kind, kinds()) if colon else "write KIND:PATH"
            fail(f"{one} names no kind of infrastructure: {help_ or 'there are'}: {', '.join(kinds())}")
        if not Path(path).exists():
            fail(f"there is no file or folder {path}")
        found.append((kind, Path(path)))
    return tuple(found)
