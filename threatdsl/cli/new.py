"""threatdsl new."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.cli.first_model import Answers, guided_model, scaffold
from threatdsl.cli.imported import model_of, tell_losses
from threatdsl.cli.options import Parameters, Root
from threatdsl.cli.output import write
from threatdsl.cli.session import fail
from threatdsl.syntax.spelling import name_from

PROTOCOLS = ("https", "http", "grpc", "tcp")
CONFIDENTIALITY = ("public", "internal", "confidential", "restricted")
STORES = ("database", "object-store", "cache", "queue", "log", "vault")


Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="KIND:PATH",
        help="Write it from kubernetes:DIR, compose:FILE, cloudformation:FILE or terraform:JSON; several at once. "
        "Into a model that exists it adds what is new.",
        show_default=False,
    ),
]
Losses = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Where to say what was left out, and why; standard error.", show_default=False),
]


def new(
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The model's file, ending in .threat.", show_default=False),
    ] = None,
    sources: Sources = None,
    parameters: Parameters = None,
    losses: Losses = None,
    root: Root = None,
    empty: Annotated[bool, typer.Option("--empty", help="Ask nothing, write a skeleton.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file when it exists.")] = False,
) -> None:
    """Write a first model: from infrastructure, guided by questions on a terminal, else a skeleton.

    It checks without a complaint.
    """
    if output is not None and output.suffix != ".threat":
        fail(f"a model's file ends in .threat, {output} does not")
    title = output.stem.replace("-", " ").replace("_", " ").capitalize() if output is not None else "My system"
    if sources:
        imported = model_of(sources, parameters or (), output, title, root=root, anew=force)
        write(imported.text.encode(), output)
        tell_losses(imported, losses)
        return
    if output is not None and output.exists() and not force:
        fail(f"{output} exists already; --force overwrites it")
    text = scaffold(title) if empty or not sys.stdin.isatty() else guided_model(_ask(title))
    write(text.encode(), output)
    if output is not None:
        typer.echo(f"wrote {output}; next: threatdsl check {output}", err=True)


def _ask(title: str) -> Answers:
    """The questions of the guided start, one at a time on the terminal."""
    typer.echo("Eight questions; Enter takes the answer in brackets.\n", err=True)
    system = _text("What is the system called?", title)
    owner = _text("Who owns it (a team or an address)?", "")
    user = _text("Who uses it?", "User")
    service = _text("What do they talk to?", "Web application")
    protocol = _choice("How?", PROTOCOLS, "https")
    store = _text("Where does it keep data (- for nowhere)?", "Database")
    kind = _choice("What is that?", STORES, "database") if name_from(store) else ""
    data = _text("What is the most sensitive data it handles?", "Customer data")
    how_bad = _choice("How bad would a leak be?", CONFIDENTIALITY, "confidential")
    return Answers(system, owner, user, service, protocol, store if kind else "", kind, data, how_bad)


def _text(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, err=True)).strip()


def _choice(question: str, choices: tuple[str, ...], default: str) -> str:
    while True:
        answer = _text(f"{question} ({', '.join(choices)})", default)
        if answer in choices:
            return answer
        typer.echo(f"one of {', '.join(choices)}", err=True)
