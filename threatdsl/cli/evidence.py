"""threatdsl evidence: wrap a result in the pipeline, and see what the checks of a model say."""

import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from threatdsl.assess.signed import key_of
from threatdsl.cli.exit_codes import ExitCode
from threatdsl.cli.git import head_of
from threatdsl.cli.options import Commit, Form, Format, ModelPath, Now, Output, PolicyName, RefData, Root, today
from threatdsl.cli.output import write
from threatdsl.cli.session import assessment_or_exit, fail, read, reference_data
from threatdsl.evidence.check import checks
from threatdsl.evidence.envelope import SUFFIX, seal, sealed_for
from threatdsl.evidence.files import LARGEST, LARGEST_ENVELOPE, read_bounded
from threatdsl.evidence.interface import Unreadable
from threatdsl.evidence.signature import Signing, Verifies, signing
from threatdsl.evidence.verdict import Ruling
from threatdsl.model.problems import Problems
from threatdsl.report.evidence import evidence_text, ruling_data
from threatdsl.report.result import to_json

SHA = re.compile(r"[0-9a-fA-F]{7,64}")
app = typer.Typer(name="evidence", help="Wrap results of the pipeline, list what they prove.", no_args_is_help=True)
CheckName = Annotated[str, typer.Argument(metavar="CHECK", help="The name of the check.", show_default=False)]


@app.command()
def add(
    check: CheckName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The result that a tool wrote.", show_default=False)],
    *,
    commit: Annotated[
        str | None, typer.Option(metavar="SHA", help="The commit it is about; git's HEAD.", show_default=False)
    ] = None,
    environment: Annotated[str, typer.Option(metavar="NAME", help="The environment it looked at.")] = "",
    run_url: Annotated[str, typer.Option(metavar="URL", help="Where the run of the pipeline can be seen.")] = "",
) -> None:
    """Write an envelope beside a result: its SHA-256, commit, environment, time and run.

    One result may be for several checks: add it for each. The time is now, or SOURCE_DATE_EPOCH where that is set.
    """
    if commit is not None and not SHA.fullmatch(commit):
        fail(f"--commit takes the id of a commit, 7 to 64 hexadecimal digits, not {commit!r}")
    try:
        content = read_bounded(file, file.resolve().parent, LARGEST)
    except (Unreadable, OSError, RuntimeError) as error:  # a loop of links is a RuntimeError up to Python 3.12
        fail(f"{file}: {error}")
    if content is None:
        fail(f"there is no file {file}")
    if not content.strip():
        fail(f"{file} is empty: an empty result proves nothing")
    revision = commit if commit is not None else head_of(file.absolute().parent)
    envelope = file.with_name(file.name + SUFFIX)
    checks = tuple(dict.fromkeys((*_sealed_before(envelope, content), check)))
    write(seal(content, checks, _now(), commit=revision, environment=environment, run_url=run_url), envelope)


@app.command("list")
def list_(
    model: ModelPath,
    *,
    form: Form = Format.TEXT,
    policy: PolicyName = None,
    now: Now = None,
    commit: Commit = None,
    root: Root = None,
    ref_data: RefData = None,
    output: Output = None,
) -> None:
    """Show the verdict of each check at each of its places, and what decided it."""
    catalogues = reference_data(ref_data)
    session = read(model, now=today(now), root=root, policy=policy, commit=commit, catalogues=catalogues)
    _write(assessment_or_exit(session).evidence.rulings, session.path_of, form, output, deciding=False)


@app.command()
def show(
    model: ModelPath,
    check: CheckName,
    *,
    form: Form = Format.TEXT,
    policy: PolicyName = None,
    now: Now = None,
    commit: Commit = None,
    root: Root = None,
    ref_data: RefData = None,
    output: Output = None,
) -> None:
    """Show one check in full: its verdicts with the results that decided them."""
    catalogues = reference_data(ref_data)
    session = read(model, now=today(now), root=root, policy=policy, commit=commit, catalogues=catalogues)
    rulings = assessment_or_exit(session).evidence.rulings
    known = tuple(dict.fromkeys(ruling.check.id for ruling in rulings))
    if check not in known:
        fail(f"there is no check {check}; checks of this model: {', '.join(known) or 'none'}")
    _write([ruling for ruling in rulings if ruling.check.id == check], session.path_of, form, output, deciding=True)


@app.command()
def verify(
    model: ModelPath,
    *,
    policy: PolicyName = None,
    now: Now = None,
    root: Root = None,
    ref_data: RefData = None,
) -> None:
    """Show whether each result is signed by the key of the policy. Exit code 1 where one is not."""
    session = read(model, now=today(now), root=root, policy=policy, catalogues=reference_data(ref_data))
    judged, within = assessment_or_exit(session).model, session.loaded.root
    verifies = key_of(judged, policy, within, Problems())
    if verifies is None:
        fail("the policy names no key: add `evidence-key` to it")
    found = [
        (_signing(within, check.file, verifies), check) for check in checks(judged) if (within / check.file).is_file()
    ]
    lines = [f"{said}: {session.path_of(check.file)} of check {check.id}" for said, check in found]
    write("".join(f"{line}\n" for line in lines or ["there are no results"]).encode(), None)
    if any(said != Signing.VERIFIED for said, _ in found):
        raise typer.Exit(ExitCode.FAILED)


def _signing(root: Path, file: str, verifies: Verifies) -> str:
    try:
        return signing(root, file, verifies).value
    except Unreadable as error:
        return f"{Signing.NOT_SIGNED.value} ({error})"


def _sealed_before(envelope: Path, content: bytes) -> tuple[str, ...]:
    """The checks that this very result was added for before; an envelope of another one is written over."""
    try:
        return sealed_for(read_bounded(envelope, envelope.resolve().parent, LARGEST_ENVELOPE), content)
    except (Unreadable, OSError, RuntimeError):
        return ()


def _write(
    rulings: Sequence[Ruling], path_of: Callable[[str], str], form: Format, output: Path | None, *, deciding: bool
) -> None:
    if form is Format.JSON:
        write(to_json({"evidence": [ruling_data(ruling) for ruling in rulings]}), output)
    else:
        lines = evidence_text(rulings, path_of, deciding=deciding) or ["this model has no checks"]
        write("".join(f"{line}\n" for line in lines).encode(), output)


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        fail(f"SOURCE_DATE_EPOCH is {epoch!r}, and no time in seconds")
