"""The program: all commands, and what happens when one of them fails."""

import gc
import sys

import typer

from threatdsl.cli.check import check
from threatdsl.cli.diagram import diagram
from threatdsl.cli.diff import diff
from threatdsl.cli.drift import drift
from threatdsl.cli.evidence import app as evidence
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.explain import explain
from threatdsl.cli.fmt import fmt
from threatdsl.cli.fresh import app as fresh
from threatdsl.cli.new import new
from threatdsl.cli.paths import paths
from threatdsl.cli.questions import questions
from threatdsl.cli.report import report
from threatdsl.cli.review import app as review
from threatdsl.cli.rules import app as rules
from threatdsl.cli.test import test
from threatdsl.cli.why_not import why_not

app = typer.Typer(
    name="threatdsl",
    help="Threat models as text: checked, explained and reported.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (new, check, fmt, explain, why_not, questions, paths, report, diagram, diff, drift, test):
    app.command()(command)
app.add_typer(rules)
app.add_typer(evidence)
app.add_typer(fresh)
app.add_typer(review)


def _version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"threatdsl {version('threatdsl')}")
        raise typer.Exit


@app.callback(epilog="Exit codes: 0 clean, 1 the gate or a test failed, 2 an input is wrong, 3 differs, 70 a bug.")
def main(
    *,
    version: bool = typer.Option(
        False,
        "--version",
        callback=lambda value: _version(wanted=value),
        is_eager=True,
        help="Print the version and exit.",
    ),
) -> None:
    """Threat models as text: checked, explained and reported."""
    del version


def run() -> None:
    """Run the command line. A fault of threatdsl itself ends with exit code 70 and asks for a report."""
    gc.disable()  # one command, then the process ends: collecting costs a large model up to half of its time
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away: nothing to say, and nobody to say it to
        sys.exit(ExitCode.CLEAN)
    except Exception as error:  # noqa: BLE001 - the last line of defence: whatever it is, it is ours
        typer.echo(f"threatdsl has a bug: {type(error).__name__}: {error}", err=True)
        typer.echo("Please report it with the model, or the part of it, that shows it.", err=True)
        sys.exit(ExitCode.BUG)
