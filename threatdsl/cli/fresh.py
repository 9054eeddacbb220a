"""threatdsl fresh."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from threatdsl.cli.baseline import baseline_of
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.freshness import Fresh, Freshness
from threatdsl.cli.git import GitError, revision
from threatdsl.cli.options import Form, Format, ModelPath, Now, Output, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.progress import progress
from threatdsl.cli.session import fail, load_model, model_or_exit
from threatdsl.diagnostics import did_you_mean
from threatdsl.infra.ledger import Acknowledged, UnreadableLedger, file_of, read_ledger, written
from threatdsl.report.plain import plain
from threatdsl.report.words import counted


class ChecksFirst(TyperGroup):
    """`fresh MODEL` checks the model; only `fresh ack` says more."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - its class is private to typer
        """The arguments with the command that is meant."""
        named = bool(args) and (args[0] in self.commands or args[0] in ("-h", "--help"))
        return super().parse_args(ctx, args if named or not args else ["check", *args])


app = typer.Typer(
    name="fresh",
    cls=ChecksFirst,
    help="Elements that their code and infrastructure left behind: `fresh MODEL --base REF`.",
    no_args_is_help=True,
)

Base = Annotated[str, typer.Option("--base", metavar="REF", help="The revision to compare with.", show_default=False)]
Element = Annotated[str, typer.Argument(metavar="ELEMENT", help="The element's name.", show_default=False)]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why the model is right as it is.", show_default=False)]
By = Annotated[str, typer.Option(metavar="WHO", help="Who looked at it.")]


@app.command("check")
def check(model: ModelPath, *, base: Base, form: Form = Format.TEXT, root: Root = None, output: Output = None) -> None:
    """Say which elements have code or infrastructure that changed since REF in a way that matters, while they did not.

    Exit code 0: none. 3: some; change the model, or acknowledge with `fresh ack`.
    """
    from threatdsl.report.result import to_json

    with progress("Comparing"):
        known = _ledger(model)
        found = _freshness(model, base, root).found()
    left = tuple(one for one in found.left if not _is_known(known.get(one.element), one.model, one.bindings))
    shown = Fresh(left, found.quiet, found.told)
    write(to_json(shown) if form is Format.JSON else ("\n".join(_lines(shown)) + "\n").encode(), output)
    raise typer.Exit(ExitCode.DIFFERS if left else ExitCode.CLEAN)


@app.command("ack")
def ack(
    model: ModelPath,
    element: Element,
    *,
    reason: Reason,
    base: Base = "HEAD",
    by: By = "",
    now: Now = None,
    root: Root = None,
) -> None:
    """Write down that somebody looked at a change and the model is right as it is, in a file beside the model."""
    if not reason.strip():
        fail("say why the model is right as it is: --reason TEXT")
    loaded = model_or_exit(load_model(model, root=root))
    thing = loaded.things.get(element)
    if thing is None:
        fail(f"there is no {element} in the model: {did_you_mean(element, loaded.things) or 'see its names'}")
    one = _freshness(model, base, root).left(thing, {})
    entry = Acknowledged(element, one.model, one.bindings, " ".join(by.split()), today(now), " ".join(reason.split()))
    ledger = {**_ledger(model), element: entry}
    write(written(ledger.values()).encode(), file_of(model))
    typer.echo(f"{one.file}:{one.line}: {plain(one.title)} stays as it is: {plain(entry.reason)}", err=True)


def _is_known(entry: Acknowledged | None, model: str, bindings: str) -> bool:
    return entry is not None and (entry.model, entry.bindings) == (model, bindings)


def _ledger(model: Path) -> dict[str, Acknowledged]:
    try:
        return read_ledger(file_of(model))
    except UnreadableLedger as error:
        fail(f"{file_of(model)}: {error}")


def _freshness(path: Path, base: str, root: Path | None) -> Freshness:
    baseline = baseline_of(path, base, root)
    model = model_or_exit(load_model(path, root=baseline.root))
    try:
        return Freshness(model, baseline.root, baseline, revision(path.absolute().parent, base))
    except GitError as error:
        fail(str(error))


def _lines(found: Fresh) -> Iterator[str]:
    """The elements with what changed, and what was passed over and why."""
    for one in found.left:
        yield f"{one.file}:{one.line}: {plain(one.title)} is as it was, while what builds it changed:"
        yield from (f"    {place}: {plain(text)}" for text, place in one.what.items())
    if found.left:
        yield ""
    yield f"{counted(len(found.left), 'element')} left behind" if found.left else "nothing was left behind"
    if found.quiet:
        yield f"{counted(len(found.quiet), 'bound file')} changed in nothing that matters to threats"
    for reason in dict.fromkeys(found.told.values()):
        yield f"unchanged, as a commit says: {plain(reason)}"
