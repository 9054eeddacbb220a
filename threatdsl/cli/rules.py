"""threatdsl rules list, threatdsl rules show."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.options import Form, Format, Now, Output, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import fail, load_model, path_shower, reference_data, tell
from threatdsl.diagnostics import did_you_mean, errors_in
from threatdsl.model.problems import Problems
from threatdsl.model.sources import CORE_RULES, shipped_folder
from threatdsl.report.result import to_json
from threatdsl.report.rules import SCHEMA, rule_data, rule_text, rules_data, rules_text
from threatdsl.rules.authored import AuthoredRule, authored
from threatdsl.rules.finding import Stride
from threatdsl.rules.load import load_rules

app = typer.Typer(
    name="rules",
    help="List the rules, or show one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Rules = tuple[AuthoredRule, ...]
ModelOrShipped = Annotated[
    Path | None,
    typer.Argument(
        metavar="[MODEL]", help="A model, for the team's own rules too; the shipped ones.", show_default=False
    ),
]


@app.command("list")
def list_rules(
    model: ModelOrShipped = None,
    *,
    stride: Annotated[
        Stride | None, typer.Option(help="Only rules of this kind of threat.", show_default=False)
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Only rules of this file: `parsing`, `rules/own.threat`.", show_default=False
        ),
    ] = None,
    form: Form = Format.TEXT,
    now: Now = None,
    root: Root = None,
    ref_data: RefData = None,
    output: Output = None,
) -> None:
    """List the rules with their files, and which are switched off until when."""
    rules, path_of = _rules(model, now, root, ref_data)
    files = {name for rule in rules for name in _names_of(rule)}
    if file is not None and file not in files:
        fail(f"no rule stands in {file}; {did_you_mean(file, files) or f'there are: {_stems(rules)}'}")
    wanted = (rule for rule in rules if stride in (None, rule.info.stride))
    found = tuple(rule for rule in wanted if file is None or file in _names_of(rule))
    content = to_json(rules_data(found)) if form is Format.JSON else rules_text(found, path_of).encode()
    write(content, output)


@app.command("show")
def show_rule(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A rule's id.", show_default=False)],
    model: ModelOrShipped = None,
    *,
    form: Form = Format.TEXT,
    now: Now = None,
    root: Root = None,
    ref_data: RefData = None,
    output: Output = None,
) -> None:
    """Show a rule: its clauses as they are written, its sentences, what it cites, where it comes from."""
    rules, path_of = _rules(model, now, root, ref_data)
    found = {rule.info.id: rule for rule in rules}
    if id_ not in found:
        fail(f"there is no rule {id_}; {did_you_mean(id_, found) or '`threatdsl rules list` names all'}")
    rule = found[id_]
    write(
        to_json({"schema": SCHEMA, **rule_data(rule)}) if form is Format.JSON else rule_text(rule, path_of).encode(),
        output,
    )


def _rules(
    path: Path | None, now: str | None, root: Path | None, ref_data: Path | None
) -> tuple[Rules, Callable[[str], str]]:
    """The rules of a model, or without one the shipped ones. Mistakes are told and end the program."""
    shipped = shipped_folder()
    loaded = load_model(shipped / CORE_RULES, root=shipped) if path is None else load_model(path, root=root)
    problems, path_of = Problems(), path_shower(loaded.root)
    problems.extend(loaded.diagnostics)
    rules = load_rules(loaded.model, problems, reference_data(ref_data)) if loaded.model is not None else ()
    tell(problems.found, loaded.texts, path_of)
    if loaded.model is None or errors_in(problems.found):
        raise typer.Exit(ExitCode.WRONG_INPUT)
    return authored(loaded.model, rules, loaded.written, today(now)), path_of


def _names_of(rule: AuthoredRule) -> tuple[str, ...]:
    """The file of a rule as one may name it."""
    path = PurePosixPath(rule.file)
    return rule.file, path.name, path.stem


def _stems(rules: Rules) -> str:
    return ", ".join(dict.fromkeys(_names_of(rule)[-1] for rule in rules))
