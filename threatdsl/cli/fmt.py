"""threatdsl fmt."""

from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.output import write
from threatdsl.cli.session import cache_folder, fail, tell
from threatdsl.syntax import format_text, read_source


def fmt(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Files, or folders to search for .threat files.", show_default=False),
    ],
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 when a file is laid out otherwise.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Change nothing; print what would change.")] = False,
) -> None:
    """Lay out models canonically. Comments stay, and the model means the same."""
    wrong = changed = False
    for path in _files(paths):
        data = _read(path)
        text, diagnostics = read_source(data, str(path))
        formatted = format_text(text, str(path), tables=cache_folder()) if not diagnostics else None
        found = diagnostics if formatted is None else formatted.diagnostics
        if formatted is None or found:
            tell(found, {str(path): text}, str)
            wrong = True
            continue
        if formatted.text.encode() == data:
            continue
        changed = True
        if diff:
            lines = unified_diff(
                text.splitlines(keepends=True), formatted.text.splitlines(keepends=True), str(path), str(path)
            )
            typer.echo("".join(lines), nl=False)
        elif check:
            typer.echo(f"would lay out {path}", err=True)
        else:
            write(formatted.text.encode(), path)
            typer.echo(f"laid out {path}", err=True)
    raise typer.Exit(_exit_code(wrong=wrong, failed=changed and (check or diff)))


def _exit_code(*, wrong: bool, failed: bool) -> ExitCode:
    if wrong:
        return ExitCode.WRONG_INPUT
    return ExitCode.FAILED if failed else ExitCode.CLEAN


def _files(paths: list[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            fail(f"there is no {path}")
        inside = (
            sorted(file for file in path.rglob("*.threat") if file.is_file() and not file.is_symlink())
            if path.is_dir()
            else [path]
        )
        if not inside:
            fail(f"{path} holds no .threat file")
        found.update(dict.fromkeys(inside))
    return list(found)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror}")
