"""threatdsl test."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatdsl.assess.rating import bind_ratings
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.options import RefData
from threatdsl.cli.session import fail, load_model, path_shower, reference_data, tell
from threatdsl.diagnostics import Diagnostic, errors_in, in_order
from threatdsl.model.load import Loaded, limited
from threatdsl.model.problems import Problems
from threatdsl.rules.catalogues import Catalogues
from threatdsl.rules.load import load_rules
from threatdsl.rules.testing import Coverage, run_test
from threatdsl.syntax import parse
from threatdsl.syntax.nodes import Declaration, Rule, Statement

if TYPE_CHECKING:
    from threatdsl.rules.rule import CheckedRule

ENDING = ".test.threat"


class _Run:
    """What a run of tests has seen so far."""

    def __init__(self, catalogues: Catalogues) -> None:
        self.catalogues = catalogues
        self.coverage = Coverage()
        self.rules: dict[str, CheckedRule] = {}
        self.failed = 0
        self.wrong = False


def test(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Rule files and their tests, or folders of them.", show_default=False),
    ],
    *,
    ref_data: RefData = None,
) -> None:
    """Run rule tests: annotated models, ending in .test.threat. Given rule files replace shipped ones of the same name.

    Fails on a finding that is missing or unexpected, on a test without annotations, and on a rule whose clauses were
    never seen both true and false.
    """
    files = _files(paths)
    tests = [path for path in files if path.name.endswith(ENDING)]
    rule_files = tuple(path for path in files if not path.name.endswith(ENDING) and not _is_model(path))
    if not tests:
        fail(f"no test (a file ending in {ENDING}) in {', '.join(map(str, paths))}")
    run = _Run(reference_data(ref_data))
    for path in tests:
        _one(path, rule_files, run)
    if run.wrong:
        raise typer.Exit(ExitCode.WRONG_INPUT)
    gaps = _gaps(run, rule_files)
    for gap in gaps:
        typer.echo(gap)
    covered = len({rule for rule, _ in run.coverage.seen})
    typer.echo(
        f"{len(tests) - run.failed} of {len(tests)} tests passed, {covered} rule{'' if covered == 1 else 's'} tested, "
        f"{len(gaps)} clauses not seen both ways"
    )
    raise typer.Exit(ExitCode.FAILED if run.failed or gaps else ExitCode.CLEAN)


def _files(paths: list[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            fail(f"there is no {path}")
        inside = sorted(path.rglob("*.threat")) if path.is_dir() else [path]
        found.update(dict.fromkeys(inside))
    return list(found)


def _statements(path: Path) -> tuple[Statement, ...]:
    return parse(path.read_text("utf-8", "replace"), str(path)).document.statements


def _is_model(path: Path) -> bool:
    """Whether a file is a model: one that lies beside rules is no part of their tests."""
    return any(isinstance(found, Declaration) and found.kind.text == "model" for found in _statements(path))


def _one(path: Path, rule_files: tuple[Path, ...], run: _Run) -> None:
    """Run one test and tell what is wrong with it."""
    loaded = load_model(path, instead=rule_files)
    problems = Problems()
    problems.extend(loaded.diagnostics)
    model = loaded.model
    if model is not None:
        rules = load_rules(model, problems, run.catalogues)
        bind_ratings(model, problems)
        run.rules.update({rule.id: rule for rule in rules})
        if not errors_in(problems.found):
            problems = Problems()
            problems.extend(run_test(model, loaded.comments, rules, run.coverage))
            failed = bool(problems.found)
            run.failed += failed
            typer.echo(f"{'FAIL' if failed else 'ok'}  {path}")
            _tell(loaded, problems.found)
            return
    run.wrong = True
    _tell(loaded, limited(in_order(problems.found)))


def _tell(loaded: Loaded, diagnostics: tuple[Diagnostic, ...]) -> None:
    tell(diagnostics, loaded.texts, path_shower(loaded.root))


def _gaps(run: _Run, rule_files: tuple[Path, ...]) -> list[str]:
    """What no test showed: clauses of tested rules, and given rules without a test."""
    tested = {rule for rule, _ in run.coverage.seen}
    given = {
        statement.name.text for path in rule_files for statement in _statements(path) if isinstance(statement, Rule)
    }
    gaps = [f"no test of {id_}" for id_ in sorted(given - tested)]
    for id_ in sorted(tested):
        missing = run.coverage.unseen(run.rules[id_]) if id_ in run.rules else ()
        gaps += [f"{id_}: `{clause}` was never {'true' if truth else 'false'}" for clause, truth in missing]
    return gaps
